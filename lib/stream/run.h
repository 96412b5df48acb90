// The one loop, and the only place where a tool waits.
//
//   source -> operators -> out          and beside it: dead letters, tee, late rows (`sides`)
//
// Order      rows, then the mark of their batch, through every operator and into the sink.
// Flush      before it waits for the source, so that a line never lies in a buffer while nothing is happening.
// Commit     the source is told the smallest ticket that every sink has acknowledged; a crash repeats rows and
//            loses none.
// Full       a sink that is full gets the same batch again when its fd is readable; nothing is read meanwhile.
// End        once the source has ended, or was drained after a signal, each operator in turn has its on_end, and what it
//            writes goes through those behind it.
// Stop       a reader that went away (Flow::stop from `out`) ends the run cleanly. From a side it only ends that
//            side.
// Signals    the first: the source hands out what it has read, all is written, acknowledged and committed. With `saves`
//            the source hands out nothing more, nothing is emitted, and a save ends the run.
// Suspend    a source that has nothing more for now, and may have another time: a save, then each operator in turn has its
//            on_suspend.
// Saves      between two batches, once all sinks have acknowledged what was written; not when the run fails.
// Bad events under `fail` or --max-errors the rows before the bad one are still written and settled.
// Errors     none is thrown on: the outcome carries it, so that the summary is right even then. What was read
//            before a source failed is written and settled first.
// Threads    everything runs on the caller's thread.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/poller.h"
#include "stream/errors.h"
#include "stream/saves.h"
#include "stream/stage.h"
#include "stream/stop.h"

namespace weir::stream {

struct RunSettings {
  base::Poller* poller = &base::system_poller();
  base::Clock* clock = &base::system_clock();
  Stop* stop = nullptr;  // none: nobody asks
  std::optional<std::chrono::nanoseconds>
      latency;  // longest a finished row may wait while input keeps coming
  std::optional<std::chrono::nanoseconds> timeout;  // give up when the source has been silent for so long
  std::optional<std::chrono::nanoseconds>
      tick;  // how often on_tick is called, while reading and while waiting
  std::function<void(const Totals&, const Source::Meter&)> on_tick;
  std::optional<std::chrono::nanoseconds>
      operator_tick;                       // how often operators get a Mark::Kind::tick, the first at once
  bool stamp = false;                      // batches say when they arrived
  Saves* saves = nullptr;                  // none: nothing is saved
  std::chrono::nanoseconds save_every{0};  // at most so often, and when the run ends
};

enum class Ending {
  end,          // the source ended cleanly
  torn_end,     // it ended without saying so
  enough,       // an operator needs nothing further (-n)
  reader_gone,  // the reader of `out` went away: a normal end
  stopped,      // asked by a signal, and settled
  stopped_now,  // asked again: nothing was settled
  timeout,
  failed,  // see Outcome::error
};

struct [[nodiscard]] Outcome {
  Totals totals;
  Ending ending = Ending::end;
  std::optional<base::Error> error;  // with Ending::failed only
};

Outcome run(Source& source, const std::vector<Operator*>& operators, Sink& out, Errors& errors,
            const RunSettings& settings, const std::vector<Sink*>& sides = {});

}  // namespace weir::stream
