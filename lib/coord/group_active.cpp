#include "coord/group_active.h"

#include <string>

namespace weir::coord {

base::Error group_active(std::string_view group, std::optional<std::size_t> members, GroupChange change) {
  // 0: a member that is just going, or somebody else who changes it.
  const std::string who = !members        ? "members"
                          : *members == 0 ? "somebody"
                          : *members == 1 ? "1 member"
                                          : std::to_string(*members) + " members";
  const bool removal = change == GroupChange::removal;
  return base::Error(base::Kind::usage, "group '" + std::string(group) + "' has " + who + " at work: " +
                                            (removal ? "it is deleted" : "positions are changed") +
                                            " while it has none")
      .hint("end its consumers first; groups describe shows what they read")
      .code("group_active");
}

}  // namespace weir::coord
