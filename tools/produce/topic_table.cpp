#include "tools/produce/topic_table.h"

#include <algorithm>

#include "log/topic_name.h"

namespace weir::produce {

std::optional<std::uint32_t> TopicTable::find(std::string_view name) {
  if (last_ < names_.size() && names_[last_] == name) return last_;
  auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end()) {
    fault_ = log::topic_name_fault(name);
    if (!fault_.empty()) return std::nullopt;
    found = names_.insert(names_.end(), std::string(name));
  }
  last_ = static_cast<std::uint32_t>(found - names_.begin());
  return last_;
}

}  // namespace weir::produce
