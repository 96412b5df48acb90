// From flags to a running pipe: sources, sinks, the error policy, and the end of a run.
//
//   ExitCode run(const Options& options, cli::Io& io) {
//     ops::Filter keep(...);
//     cli::BadEvents bad(options.input.errors, options.input.bus, io);          // --on-error, --dead-letter
//     const auto source = cli::open_source(options.input, bad.errors(), io);
//     const auto sink = cli::open_sink(options.output, io);
//     return cli::run(*source, {&keep}, *sink, bad, options.output, io);        // loop, summary, exit code
//   }
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/exit_code.h"
#include "cli/input_flags.h"
#include "cli/io.h"
#include "coord/group_options.h"
#include "log/range.h"
#include "log/source.h"
#include "stream/errors.h"
#include "stream/event_merge.h"
#include "stream/run.h"
#include "stream/stage.h"

namespace weir::bus {
class Bus;
}

namespace weir::cli {

// The error policy with the sink it may need.
class BadEvents {
 public:
  // `inputs`: what the tool reads ("-", FILE, "topic:NAME"); a dead-letter target equal to one of them, or to stdout,
  // is refused with Error(Kind::usage).
  BadEvents(const ErrorFlags& flags, const BusFlags& bus, const std::vector<std::string>& inputs, Io& io);
  stream::Errors& errors() { return *errors_; }

 private:
  std::unique_ptr<stream::Sink> letters_;
  std::unique_ptr<stream::Errors> errors_;
};

// Lines of stdin and files, or the records of topics; one after the other, but the topics of a group all at once. Says once on stderr when it is about to
// read from a terminal. Throws Error(Kind::usage) for flags that fit no input (--follow without a topic).
std::unique_ptr<stream::Source> open_source(const InputFlags& flags, stream::Errors& errors, Io& io);

// One of several inputs that are read side by side, merged by event time (stream/event_merge.h).
struct MergeInput {
  std::string name;  // "-", FILE or FIFO, "topic:NAME"
  stream::RowTimes* times =
      nullptr;         // borrowed; none: only where nothing is compared (first, --order arrival)
  int rank = 0;        // of equal times the lower one goes first
  bool first = false;  // read to its end, a topic to its end as of now, before any other has a turn
};
// How window, table and join read several INPUTs:
//   ops::RowTime times(...);                                     // or any stream::RowTimes, one for each input or for all
//   for (const std::string& name : options.input.inputs) inputs.push_back({name, &times});
//   const auto source = cli::open_merged(options.input, inputs, options.merge, options.time.idle, bad.errors(), io);
// `flags.inputs` is not looked at. Batch::input_number is the place in `inputs`. One input alone is not merged, and has no
// Batch::times. A pipe is read ahead, into a file in $TMPDIR where it must, while another input is waited for. `idle`: how
// long an input may be silent before it is no longer waited for (Mark::Kind::input_idle). Throws Error(Kind::usage) when
// two inputs are stdin, and as open_source does.
std::unique_ptr<stream::Source> open_merged(const InputFlags& flags, const std::vector<MergeInput>& inputs,
                                            const MergeFlags& merge,
                                            std::optional<std::chrono::nanoseconds> idle,
                                            stream::Errors& errors, Io& io);

// The topics of `options` as a member of the group, which leave_groups() ends.
std::unique_ptr<log::Source> open_member(bus::Bus& bus, const coord::GroupOptions& group,
                                         log::SourceOptions options, Io& io);

// Stdout, as lines.
std::unique_ptr<stream::Sink> open_sink(const OutputFlags& flags, Io& io);

// The loop with what Io and the flags say about waiting, signals and progress, then finish().
base::ExitCode run(stream::Source& source, const std::vector<stream::Operator*>& operators, stream::Sink& out,
                   BadEvents& bad, const OutputFlags& flags, Io& io,
                   const std::vector<stream::Sink*>& sides = {},
                   const std::function<void(stream::RunSettings&)>& adjust = {});
// Of a run that has ended, before finish(). Part of run().
void leave_groups(const stream::Outcome& outcome, Io& io);
// The settings that run() hands to stream::run, for a tool that needs others as well (timeout, tick). Progress is
// in on_tick; keep `io` alive.
stream::RunSettings run_settings(const OutputFlags& flags, Io& io);

// Prints the summary that Talk asks for and turns the outcome into the exit code. Throws the outcome's error, after
// the summary.
base::ExitCode finish(const stream::Outcome& outcome, Io& io);

// POINT and RANGE with the zone and the present filled in. `now`: the same for all points of one run.
log::Point resolve(const base::Point& point, base::EventTime now, const base::Zone& zone);
log::Range resolve(const base::Range& range, base::EventTime now, const base::Zone& zone);

}  // namespace weir::cli
