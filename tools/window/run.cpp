#include "tools/window/run.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>

#include "cli/chances.h"
#include "cli/open.h"
#include "cli/state_keeper.h"
#include "ops/envelope_hint.h"
#include "ops/row_time.h"
#include "ops/window.h"
#include "state/store.h"
#include "tools/window/explain.h"
#include "tools/window/meanings.h"

namespace weir::window {
namespace {

using std::chrono::nanoseconds;

ops::LateEvents::To late_of(cli::TimeFlags::Late late) {
  switch (late) {
    case cli::TimeFlags::Late::drop:
      break;
    case cli::TimeFlags::Late::in_line:
      return ops::LateEvents::To::results;
    case cli::TimeFlags::Late::file:
      return ops::LateEvents::To::lines;
    case cli::TimeFlags::Late::topic:
      return ops::LateEvents::To::records;
  }
  return ops::LateEvents::To::drop;
}

ops::WindowSettings settings_of(const Options& o, cli::Io& io) {
  ops::WindowSettings settings;
  settings.kind = o.kind;
  settings.size_ms = o.size_ms;
  settings.every_ms = o.every_ms;
  settings.align_ms = cli::milliseconds(o.align);
  settings.rows = o.rows;
  settings.zone = o.input.zone.zone;
  settings.by = o.by;
  settings.aggregates = o.aggregates;
  settings.times.ts = o.time.ts;
  settings.times.arrival = o.time.arrival;
  settings.times.zone = o.input.zone.zone;
  settings.times.max_ahead_ms = cli::milliseconds(o.time.max_ahead);
  settings.times.notice = [&io](const std::string& text) { io.notice(text); };
  settings.inputs = std::max<std::size_t>(1, o.input.inputs.size());
  settings.bound_ms = cli::milliseconds(o.time.bound);
  settings.grace_ms = cli::milliseconds(o.time.grace);
  settings.idle_ms = cli::milliseconds(o.time.idle);
  settings.late = late_of(o.time.late);
  settings.emit = o.emit;
  settings.early_count = o.early_count;
  settings.early_ms = o.early_ms;
  settings.only_changed = o.only_changed;
  settings.having = o.having;
  settings.fill = o.fill;
  settings.envelope = o.input.envelope;
  settings.key_by_window = o.key_by_window;
  settings.time_format = o.time_format;
  if (o.time.watermarks) settings.wm_step_ms = cli::milliseconds(o.time.wm_step);
  settings.setup = cli::setup_of(o.expression, o.input.envelope);
  settings.evaluator = cli::evaluator_settings(o.expression, o.input.zone);
  return settings;
}

// How often the window has to know what time it is; none: it does not depend on that.
std::optional<nanoseconds> tick_of(const Options& o) {
  std::optional<nanoseconds> tick = cli::idle_tick(o.time);
  if (o.emit == Options::Emit::early_wall) {
    const nanoseconds every = std::chrono::milliseconds(o.early_ms);
    tick = tick ? std::min(*tick, every) : every;
  }
  return tick;
}

}  // namespace

base::ExitCode run(const Options& options, cli::Io& io) {
  const ops::WindowSettings settings = settings_of(options, io);
  if (options.expression.explain) {
    state::Store store;
    explain(ops::Window(settings, store), settings, io);
    return base::ExitCode::ok;
  }
  cli::StateKeeper keeper(options.state,
                          {.inputs = options.input.inputs,
                           .meanings = meanings(options),
                           .outputs = options.time.late == cli::TimeFlags::Late::file
                                          ? std::vector<std::string>{options.time.late_to}
                                          : std::vector<std::string>()},
                          options.input, io);
  ops::Window window(settings, keeper.store());
  keeper.store().keep("window", window);
  ops::EnvelopeHint hint(
      [&io] { io.notice("hint: the first line looks like an envelope; -J looks inside"); });
  ops::RowTime times("--ts", options.time.ts, settings.setup, settings.evaluator, settings.zone);
  cli::BadEvents bad(options.input.errors, options.input.bus, options.input.inputs, io);
  std::vector<cli::MergeInput> inputs;
  for (const std::string& name : options.input.inputs) inputs.push_back({name, &times});
  if (inputs.empty()) inputs.push_back({"-", &times});
  const auto source = cli::open_merged(keeper.input(options.input), inputs, options.merge, options.time.idle,
                                       bad.errors(), io);
  const auto sink = cli::open_sink(options.output, io);
  const auto late = cli::open_late(options.time, options.input, io);
  std::vector<stream::Sink*> sides;
  if (late != nullptr) sides.push_back(late.get());
  const base::ExitCode code = cli::run(
      *source, keeper.chain({&hint, &window}), *sink, bad, options.output, io, sides,
      [&](stream::RunSettings& run) {
        run.operator_tick = tick_of(options);
        run.stamp = options.time.arrival || options.time.max_ahead;
        keeper.begin(run);
      },
      [&](stream::Chances& to) {
        cli::tell_chances(*source, options.merge, options.time, to);
        window.tell_chances(to);
      });
  if (window.beyond_doubles() > 0) {
    io.warn("rows with null for a result that is larger than any number that can be written: " +
            std::to_string(window.beyond_doubles()));
  }
  return code;
}

}  // namespace weir::window
