// Nodes in the order of their sort keys. Each sort key is made once; behind what all of them begin with, eight bytes
// decide nearly always.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "base/buffer.h"
#include "base/byte_order.h"
#include "base/radix_sort.h"
#include "state/entry.h"

namespace weir::state {

template <typename Place>
class SortedKeys {
 public:
  void add(Place& node, std::string_view key, SortKey order) {
    const std::size_t begin = bytes_.size();
    order(key, bytes_);
    all_.push_back({0, begins_.size(), &node});
    begins_.push_back(begin);
    const std::string_view first = bytes_.view().substr(0, all_.size() == 1 ? bytes_.size() : common_);
    const std::string_view added = bytes_.view().substr(begin);
    common_ = static_cast<std::size_t>(
        std::mismatch(first.begin(), first.end(), added.begin(), added.end()).first - first.begin());
  }
  void sort() {
    for (One& one : all_) one.prefix = prefix_of(text(one).substr(common_));
    base::radix_sort(all_, spare_, [](const One& one) { return one.prefix; });
    // What eight bytes did not decide.
    for (auto from = all_.begin(); from != all_.end();) {
      auto to = from + 1;
      while (to != all_.end() && to->prefix == from->prefix) ++to;
      if (to - from > 1) {
        std::sort(from, to, [this](const One& a, const One& b) { return text(a) < text(b); });
      }
      from = to;
    }
  }

  std::size_t size() const { return all_.size(); }
  Place& node(std::size_t i) const { return *all_[i].node; }
  std::string_view sort_key(std::size_t i) const { return text(all_[i]); }

 private:
  struct One {
    std::uint64_t prefix;
    std::size_t number;  // as it was added
    Place* node;
  };
  static std::uint64_t prefix_of(std::string_view text) {
    unsigned char first[8] = {};
    if (!text.empty()) std::memcpy(first, text.data(), std::min(text.size(), sizeof first));
    return base::load_be<std::uint64_t>(first);
  }
  std::string_view text(const One& one) const {
    const std::size_t end = one.number + 1 < begins_.size() ? begins_[one.number + 1] : bytes_.size();
    return bytes_.view().substr(begins_[one.number], end - begins_[one.number]);
  }

  std::vector<One> all_, spare_;
  std::vector<std::size_t> begins_;  // of sort keys, in bytes_
  base::Buffer bytes_;
  std::size_t common_ = 0;  // bytes with which all of them begin
};

}  // namespace weir::state
