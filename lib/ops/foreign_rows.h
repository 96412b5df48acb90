// What a join by foreign key keeps: entries of state::Buckets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/buffer.h"
#include "ops/table_row.h"
#include "state/codec.h"

namespace weir::ops {

struct ReferringRow {
  TableRow row;
  std::string reference;  // the right key; empty: null
  bool shown = false;     // its joined row is in the result

  std::size_t bytes() const { return row.bytes() + reference.capacity(); }
  void encode(base::Buffer& out) const {
    state::Writer to(out);
    row.write(to);
    to.text(reference);
    to.flag(shown);
  }
  static bool decode(std::string_view bytes, ReferringRow& entry) {
    state::Reader from(bytes);
    entry.row.read(from);
    entry.reference = from.text();
    entry.shown = from.flag();
    return from.done();
  }
};

// Keys of the left rows that refer to one right key, in the order of their order bytes (sort_by_json).
class ReferringKeys {
 public:
  bool empty() const { return keys_.empty(); }
  const std::map<std::string, std::string>& all() const { return keys_; }  // order bytes, key
  void add(std::string_view order, std::string_view key) {
    if (keys_.emplace(order, key).second) text_bytes_ += order.size() + key.size();
  }
  void remove(std::string_view order, std::string_view key) {
    if (keys_.erase(std::string(order)) != 0) text_bytes_ -= order.size() + key.size();
  }

  std::size_t bytes() const { return keys_.size() * kNodeBytes + text_bytes_; }
  void encode(base::Buffer& out) const {
    state::Writer to(out);
    to.number(keys_.size());
    for (const auto& [order, key] : keys_) {
      to.text(order);
      to.text(key);
    }
  }
  static bool decode(std::string_view bytes, ReferringKeys& entry) {
    state::Reader from(bytes);
    for (std::uint64_t count = from.number(); count > 0 && !from.failed(); --count) {
      const std::string_view order = from.text();
      entry.add(order, from.text());
    }
    return from.done();
  }

 private:
  static constexpr std::size_t kNodeBytes = 120;  // with its two strings, about
  std::map<std::string, std::string> keys_;
  std::size_t text_bytes_ = 0;
};

}  // namespace weir::ops
