// Nodes in the order of their sort keys. Each sort key is made once, and its first eight bytes decide nearly always.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "base/buffer.h"
#include "base/byte_order.h"
#include "state/entry.h"

namespace weir::state {

template <typename Place>
class SortedKeys {
 public:
  void add(Place& node, std::string_view key, SortKey order) {
    const std::size_t begin = bytes_.size();
    order(key, bytes_);
    const std::size_t size = bytes_.size() - begin;
    unsigned char first[8] = {};
    if (size > 0) std::memcpy(first, bytes_.data() + begin, std::min<std::size_t>(size, sizeof first));
    all_.push_back({base::load_be<std::uint64_t>(first), begin, size, &node});
  }
  void sort() {
    std::sort(all_.begin(), all_.end(), [this](const One& a, const One& b) {
      if (a.prefix != b.prefix) return a.prefix < b.prefix;
      return text(a) < text(b);
    });
  }

  std::size_t size() const { return all_.size(); }
  Place& node(std::size_t i) const { return *all_[i].node; }
  std::string_view sort_key(std::size_t i) const { return text(all_[i]); }

 private:
  struct One {
    std::uint64_t prefix;
    std::size_t begin, size;  // in bytes_
    Place* node;
  };
  std::string_view text(const One& one) const { return bytes_.view().substr(one.begin, one.size); }

  std::vector<One> all_;
  base::Buffer bytes_;
};

}  // namespace weir::state
