// What a state of table is made by: the flags that decide its rows.
#pragma once

#include <vector>

#include "state/header.h"
#include "tools/table/flags.h"

namespace weir::table {

// Not --get and not --follow: the same state answers for every key, and a table may be followed from where it stands.
std::vector<state::Meaning> meanings(const Options& options);

}  // namespace weir::table
