// What the marks of a stream mean to an EventClock: watermark and idle lines, and what a merge says of its inputs.
// Threads: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ops/event_clock.h"
#include "stream/mark.h"

namespace weir::ops {

// The clock's W after the mark; one that says nothing of time changes nothing. Throws Error(Kind::usage) for a checkpointed
// pipeline.
std::int64_t follow(EventClock& clock, const stream::Mark& mark);
// What a line {"_weir":"wm","t":MS,"p":"topic/partition"} is of; none: of its whole input, as where p is "".
struct MarkedPartition {
  std::string topic;
  std::int32_t number = 0;
};
std::optional<MarkedPartition> partition_of(const stream::Mark& mark);
EventClock::Source source_of(EventClock& clock, const stream::Mark& mark);

}  // namespace weir::ops
