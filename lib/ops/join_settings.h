// What all kinds of join have in common, and the loop over a batch's events.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "ops/join_reader.h"
#include "ops/join_rows.h"
#include "ops/late_events.h"
#include "stream/stage.h"

namespace weir::ops {

// A side that is kept has rows also where the other has nothing.
struct JoinType {
  bool keeps_left = false, keeps_right = false;
  bool keeps(Side side) const { return side == Side::left ? keeps_left : keeps_right; }
};

struct JoinSettings {
  JoinType type;
  JoinReader::Settings reader;
  JoinRows::Settings rows;
  LateEvents::To late = LateEvents::To::drop;
  EventClock::Settings clock = {.inputs = 2};  // 1: a tagged one
  std::int64_t grace_ms = 0;
  std::optional<std::int64_t> wm_step_ms;  // --watermarks
};

class Join : public stream::Operator {
 public:
  bool takes() const override { return true; }
  virtual void tell_chances(stream::Chances& to) const = 0;
};

// Hands every event of the batch to take(row); before(), when one is bad, and then, where it has a time, moves(row). Then no
// row is left.
template <typename Take, typename Before, typename Moves>
stream::Flow each_event(JoinReader& reader, stream::Batch& batch, stream::Context& context, Take take,
                        Before before, Moves moves) {
  stream::Flow flow = stream::Flow::more;
  for (std::size_t row = 0; row < batch.lines.size(); ++row) {
    const JoinReader::Seen seen = reader.read(batch, row);
    if (seen == JoinReader::Seen::none) continue;
    if (seen == JoinReader::Seen::event) {
      take(row);
      continue;
    }
    const bool timed = reader.timed();
    before();
    if (!context.errors.bad(batch, row, reader.fault())) {
      flow = stream::Flow::stop;
      break;
    }
    if (timed) moves(row);
  }
  batch.retain([](std::size_t) { return false; });
  return flow;
}

// The same where every event is taken at once.
template <typename Take, typename Moves>
stream::Flow each_event(JoinReader& reader, stream::Batch& batch, stream::Context& context, Take take,
                        Moves moves) {
  return each_event(
      reader, batch, context, take, [] {}, moves);
}

}  // namespace weir::ops
