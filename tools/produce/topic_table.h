// The topics that records of one run go to by name: numbers for stream::Route.
// Threads: the loop's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::produce {

class TopicTable {
 public:
  // The number of a topic; none when no topic can have this name: fault() is the end of a sentence about it.
  std::optional<std::uint32_t> find(std::string_view name);
  std::string_view fault() const { return fault_; }
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::vector<std::string> names_;
  std::uint32_t last_ = 0;  // neighbours mostly go to the same topic
  std::string_view fault_;
};

}  // namespace weir::produce
