// Backslash escapes in what a user types for a delimiter or a format: \t \n \r \0 \\ \xNN.
#pragma once

#include <string>
#include <string_view>

namespace weir::ops {

// Throws Error(Kind::usage) whose text begins with `text` for any other escape.
std::string unescape(std::string_view text);

}  // namespace weir::ops
