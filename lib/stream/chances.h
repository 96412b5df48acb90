// Why rows are not those of the input's bytes alone: a clock on the wall decided something, or how fast inputs came. In the
// words of the flag that allowed it, "--idle"; each once. Threads: none of its own.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

namespace weir::stream {

class Chances {
 public:
  // `flag` lives as long as the process.
  void add(std::string_view flag) {
    if (std::find(flags_.begin(), flags_.end(), flag) == flags_.end()) flags_.push_back(flag);
  }
  const std::vector<std::string_view>& flags() const { return flags_; }

 private:
  std::vector<std::string_view> flags_;
};

}  // namespace weir::stream
