// Merges the members of one object into another's.
#pragma once

#include <string>
#include <string_view>

namespace weir::ops {

// Writes to `merged` the row with the members of `change` put in: in the place of those of their name, else behind the
// others, in order. One level deep; a member that is null is a member. Names and values keep their bytes. Where one of the
// two is no object the change takes the row's place. Both are valid JSON, and not in `merged`. Threads: pure.
void merge_members(std::string_view row, std::string_view change, std::string& merged);

}  // namespace weir::ops
