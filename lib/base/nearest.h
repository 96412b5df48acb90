// "did you mean": the known name that a mistyped one is closest to.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace weir::base {

// The name with the fewest inserted, dropped, changed or swapped characters between it and `typed`, upper and lower case counted as
// half a change; the first of several. Empty when none is near enough to be worth a hint (a third of the longer name's length).
std::string nearest_name(std::string_view typed, std::span<const std::string> known);

}  // namespace weir::base
