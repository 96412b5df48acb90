// How far event time is, for a join that is not moved by it: watermarks of its input, written on between its rows
// (--watermarks). Without Settings' step nothing is followed and nothing is written.
//
//   if (time_.event(batch, row, reader_)) time_.write(rows, context);   // in front of what becomes of the event
//
// Threads: the loop's.
#pragma once

#include <cstddef>
#include <cstdint>

#include "ops/event_clock.h"
#include "ops/join_settings.h"
#include "ops/output_rows.h"
#include "ops/watermark_lines.h"
#include "state/store.h"
#include "stream/stage.h"

namespace weir::ops {

class ForwardedTime final : public state::Part {
 public:
  enum class Of {
    both,
    left,  // rows have the times of left events, so that those of right ones say nothing of them
  };
  ForwardedTime(const JoinSettings& settings, Of of);

  // Each of these: is a line due? write() then puts it behind the rows that are there.
  bool event(const stream::Batch& batch, std::size_t row, JoinReader& reader);
  bool mark(const stream::Mark& mark, const JoinReader& reader);  // throws as follow() does
  bool end();
  void write(OutputRows& rows, stream::Context& context);

  bool passed_an_idle_one() const { return clock_.passed_an_idle_one(); }
  void save(state::Writer& to) const override;
  void load(state::Reader& from) override;

 private:
  const Of of_;
  const bool on_;
  EventClock clock_;
  WatermarkLines lines_;
};

}  // namespace weir::ops
