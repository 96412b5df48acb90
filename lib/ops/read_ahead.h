// A few events of a join, read before the first of them is taken, so that what the state has of all their keys can be
// fetched at once (state::Buckets::fetch). They are taken in the order in which they were read, and before anything is
// said of an event behind them. Threads: one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ops/join_reader.h"

namespace weir::ops {

class ReadAhead {
 public:
  struct Event {
    Side side = Side::left;
    std::optional<std::int64_t> ts;
    std::string key;         // empty: null
    std::string_view value;  // empty: null
    std::string made;        // the value, where it does not lie in the batch
  };

  // The event that `reader` saw last, which is that line of the batch; events are good as long as the batch is.
  // Requires !full().
  void add(const JoinReader& reader, std::string_view line);
  bool full() const { return size_ == all_.size(); }
  void clear();

  std::span<const Event> events() const { return {all_.data(), size_}; }
  std::span<const std::string_view> keys() const { return keys_; }  // all that are not null

 private:
  // Enough that the first is there when the last is asked for; no more than a processor has on its way at a time.
  static constexpr std::size_t kMost = 16;

  std::array<Event, kMost> all_;  // kept from one use to the next, for their memory
  std::size_t size_ = 0;
  std::vector<std::string_view> keys_;
};

}  // namespace weir::ops
