// The small numbers that must not be swapped: an offset counts records, a position counts bytes, an event
// time counts milliseconds.
#pragma once

#include <compare>
#include <cstdint>

namespace weir::base {

// Number of a record within its partition; the first is 0.
struct Offset {
  std::int64_t value = 0;
  friend auto operator<=>(Offset, Offset) = default;
  friend Offset operator+(Offset offset, std::int64_t n) { return {offset.value + n}; }
  friend std::int64_t operator-(Offset a, Offset b) { return a.value - b.value; }
};
inline constexpr Offset kNoOffset{-1};

struct Partition {
  std::int32_t value = 0;
  friend auto operator<=>(Partition, Partition) = default;
};
inline constexpr Partition kNoPartition{-1};

// Milliseconds since 1970-01-01T00:00:00Z. May be negative, but never -1: that is Kafka's "no time" on disk,
// so an event that claims it is an event error.
struct EventTime {
  std::int64_t ms = -1;
  friend auto operator<=>(EventTime, EventTime) = default;
};
inline constexpr EventTime kNoTime{-1};

}  // namespace weir::base
