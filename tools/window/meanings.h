// The flags of window that decide what its rows are, for the state that goes with them.
#pragma once

#include <vector>

#include "state/header.h"
#include "tools/window/flags.h"

namespace weir::window {

std::vector<state::Meaning> meanings(const Options& options);

}  // namespace weir::window
