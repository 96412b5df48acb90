// Two JSON objects as one: the members of the left, then those of the right, each copied as it is written. A name that
// both have gets the side's name and an underscore in front: left_id, right_id. Threads: pure.
#pragma once

#include <string>
#include <string_view>

namespace weir::ops {

struct NamedObject {
  std::string_view json;  // empty: no members
  std::string_view name;
};

void append_merged(std::string& out, const NamedObject& left, const NamedObject& right);

}  // namespace weir::ops
