// "did you mean": the nearest of some names to one that was not found.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::base {

// By the number of letters added, left out, changed or swapped; none when nothing is near enough to be what was
// meant (more than a third of the longer name differs). Of equally near ones the first.
std::optional<std::string> nearest(std::string_view typed, const std::vector<std::string>& names);

}  // namespace weir::base
