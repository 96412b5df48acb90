// An expression that stands for a member of a row: what the member is called, and what it holds.
#pragma once

#include <string>
#include <string_view>

namespace weir::expr {

struct Named {
  std::string name;
  std::string expression;
};

// "NAME=EXPR", or EXPR alone: then the name is the last member of a path, .user.city is city. `flag`: as messages call it.
// Throws Error(Kind::usage) whose text begins with `text` for anything else without a name.
Named parse_named(std::string_view text, std::string_view flag);

}  // namespace weir::expr
