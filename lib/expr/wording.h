// How messages show a value, as jq words it.
#pragma once

#include <cstddef>
#include <string>

#include "expr/datum.h"

namespace weir::expr {

// The value's compact text; when it is longer than `bytes`, its beginning and three dots.
std::string beginning(const Datum& value, std::size_t bytes);

// "number (12)", "string (\"abcdefghij...)"
std::string shown(const Datum& value);

}  // namespace weir::expr
