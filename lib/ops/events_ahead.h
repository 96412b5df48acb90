// A few events of a window that were read and not taken yet, so that what the state has of all their keys can be fetched at
// once (state::Buckets::fetch). They are taken in the order in which they were read, and before anything is said of an event
// behind them. Threads: one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ops/event_clock.h"

namespace weir::ops {

class EventsAhead {
 public:
  struct Event {
    std::size_t row = 0;  // in its batch
    bool timed = false;
    std::int64_t ts = 0;
    EventClock::Source source = 0;  // of one that is timed
    bool keyed = false;             // else it belongs to no group
    std::string key;
  };
  // Enough that the first is there when the last is asked for; no more than a processor has on its way at a time.
  static constexpr std::size_t kMost = 16;

  // Holds what an earlier one left there. Requires size() < kMost.
  Event& add() { return all_[size_++]; }
  std::size_t size() const { return size_; }
  void clear() { size_ = 0; }
  std::span<const Event> events() const { return {all_.data(), size_}; }
  // Of all that have one; good until the next call.
  std::span<const std::string_view> keys() {
    keys_.clear();
    for (const Event& event : events()) {
      if (event.keyed) keys_.push_back(event.key);
    }
    return keys_;
  }

 private:
  std::array<Event, kMost> all_;  // kept from one use to the next, for their memory
  std::size_t size_ = 0;
  std::vector<std::string_view> keys_;
};

}  // namespace weir::ops
