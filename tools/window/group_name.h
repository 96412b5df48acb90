// What a member of a row is called that holds the value of --by.
#pragma once

#include <string_view>

#include "ops/window.h"

namespace weir::window {

// "NAME=EXPR", or EXPR alone: then the name is the last member of a path, .user.city is city. Throws Error(Kind::usage)
// whose text begins with `text` for anything else without a name.
ops::WindowSettings::Group parse_group(std::string_view text);

}  // namespace weir::window
