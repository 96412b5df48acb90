// The refusal to change a group by hand while it has members, in the words of both buses.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/error.h"

namespace weir::coord {

enum class GroupChange {
  positions,  // they are set
  removal,    // of the group, or of its positions in some topics
};

// `members`: how many; none: not known. Error(Kind::usage), code "group_active".
base::Error group_active(std::string_view group, std::optional<std::size_t> members, GroupChange change);

}  // namespace weir::coord
