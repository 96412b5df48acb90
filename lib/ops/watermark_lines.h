// The watermarks that a stateful tool writes between its rows (--watermarks): {"_weir":"wm","t":MS,"p":""}, whenever what
// it can promise has moved on by a step, and at the end with "max". Threads: the loop's.
#pragma once

#include <cstdint>
#include <optional>

#include "ops/event_clock.h"
#include "stream/stage.h"

namespace weir::ops {

class WatermarkLines {
 public:
  explicit WatermarkLines(std::optional<std::int64_t> step_ms) : step_ms_(step_ms) {}

  // Is it time for a line, when no later row will have a time below `watermark`?
  bool due(std::int64_t watermark) const;
  // Writes it. What was written before has been handed on.
  stream::Flow write(std::int64_t watermark, stream::Context& context);

  void save(state::Writer& to) const { to.integer(told_); }
  void load(state::Reader& from) { told_ = from.integer(); }

 private:
  std::optional<std::int64_t> step_ms_;
  std::int64_t told_ = kBeforeAll;
};

}  // namespace weir::ops
