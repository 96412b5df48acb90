// jq's own flags, and what they are here.
#pragma once

#include <string_view>

namespace weir::cli {

// What to do instead of a flag of jq's that a tool with an EXPR does not have, as typed: "-S", "--sort-keys", "-cr".
// Empty when there is nothing to tell.
std::string_view instead_of_jq_flag(std::string_view typed);

}  // namespace weir::cli
