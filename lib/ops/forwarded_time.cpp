#include "ops/forwarded_time.h"

#include "ops/clock_marks.h"

namespace weir::ops {
namespace {

EventClock::Settings clock_of(const JoinSettings& settings, ForwardedTime::Of of) {
  EventClock::Settings clock = settings.clock;
  if (of == ForwardedTime::Of::left) clock.inputs = 1;
  return clock;
}

}  // namespace

ForwardedTime::ForwardedTime(const JoinSettings& settings, Of of)
    : of_(of),
      on_(settings.wm_step_ms.has_value()),
      clock_(clock_of(settings, of)),
      lines_(settings.wm_step_ms) {}

bool ForwardedTime::event(const stream::Batch& batch, std::size_t row, JoinReader& reader) {
  if (!on_ || !reader.timed() || (of_ == Of::left && reader.side() == Side::right)) return false;
  return lines_.due(clock_.advance(reader.source(batch, row, clock_), reader.ts()));
}

bool ForwardedTime::mark(const stream::Mark& mark, const JoinReader& reader) {
  if (of_ == Of::left && reader.of_right_alone(mark)) return false;
  return lines_.due(follow(clock_, mark));
}

bool ForwardedTime::end() {
  return lines_.due(clock_.all_ended());
}

void ForwardedTime::write(OutputRows& rows, stream::Context& context) {
  (void)rows.flush(context);
  (void)lines_.write(clock_.now(), context);
}

void ForwardedTime::save(state::Writer& to) const {
  clock_.save(to);
  lines_.save(to);
}

void ForwardedTime::load(state::Reader& from) {
  clock_.load(from);
  lines_.load(from);
}

}  // namespace weir::ops
