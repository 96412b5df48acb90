// The loop as a tool starts and ends it.
#include <utility>

#include "base/error.h"
#include "cli/chances.h"
#include "cli/open.h"
#include "cli/progress.h"
#include "cli/summary.h"
#include "log/source.h"
#include "stream/caught_up.h"
#include "stream/event_merge.h"

namespace weir::cli {

using base::Error;
using base::ExitCode;
using base::Kind;

namespace {

ExitCode finish(const stream::Outcome& outcome, const stream::Chances& chances, Io& io) {
  io.status({});
  if (const std::string text = summary(io.tool, outcome.totals, io.talk, chances); !text.empty())
    io.put_err(text);
  if (outcome.error) throw *outcome.error;
  switch (outcome.ending) {
    case stream::Ending::timeout:
      return ExitCode::timeout;
    case stream::Ending::stopped:
    case stream::Ending::stopped_now:
      return ExitCode::interrupted;
    case stream::Ending::torn_end:
      throw Error(Kind::data, "the input ended before its end mark: lines of its writer are missing")
          .code("torn_input");
    case stream::Ending::end:
    case stream::Ending::enough:
    case stream::Ending::reader_gone:
    case stream::Ending::failed:
      break;
  }
  return outcome.totals.failed > 0 ? ExitCode::undelivered : ExitCode::ok;
}

}  // namespace

stream::RunSettings run_settings(const OutputFlags& flags, Io& io) {
  stream::RunSettings settings;
  settings.poller = &io.poller;
  settings.clock = &io.clock;
  settings.stop = io.stop;
  io.running = true;
  settings.latency = flags.latency;
  const Progress progress(io);
  if (progress.wanted()) {
    settings.tick = Progress::kEvery;
    settings.on_tick = [progress](const stream::Totals& totals, const stream::Source::Meter& meter) {
      progress.update(totals, meter);
    };
  }
  return settings;
}

// Settled: a group's positions are the last ones. Asked to end at once, nobody waits for a disk.
void leave_groups(const stream::Outcome& outcome, Io& io) {
  for (log::Source* const member : std::exchange(io.members, {}))
    outcome.ending == stream::Ending::stopped_now ? member->leave_at_once() : member->leave();
}

ExitCode run(stream::Source& source, const std::vector<stream::Operator*>& operators, stream::Sink& out,
             BadEvents& bad, const OutputFlags& flags, Io& io, const std::vector<stream::Sink*>& sides,
             const std::function<void(stream::RunSettings&)>& adjust,
             const std::function<void(stream::Chances&)>& tell) {
  stream::RunSettings settings = run_settings(flags, io);
  if (adjust) adjust(settings);
  const stream::Outcome outcome = stream::run(source, operators, out, bad.errors(), settings, sides);
  leave_groups(outcome, io);
  stream::Chances chances;
  if (tell) tell(chances);
  return finish(outcome, chances, io);
}

ExitCode run(stream::Source& source, const std::vector<stream::Operator*>& operators, stream::Sink& out,
             BadEvents& bad, const OutputFlags& flags, Io& io, const std::vector<stream::Sink*>& sides,
             const std::function<void(stream::RunSettings&)>& adjust) {
  return run(source, operators, out, bad, flags, io, sides, adjust, {});
}

ExitCode finish(const stream::Outcome& outcome, Io& io) {
  return finish(outcome, {}, io);
}

void tell_chances(const stream::Source& source, const MergeFlags& merge, const TimeFlags& time,
                  stream::Chances& to) {
  const auto* const whole = dynamic_cast<const stream::CaughtUp*>(&source);
  const auto* const merged =
      dynamic_cast<const stream::EventMerge*>(whole == nullptr ? &source : &whole->source());
  if (merged == nullptr || !merged->gave_up_waiting()) return;
  if (merge.wait) to.add("--merge-wait");
  if (time.idle) to.add("--idle");
}

}  // namespace weir::cli
