#include "tools/join/run.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "base/duration.h"
#include "cli/chances.h"
#include "cli/expression_flags.h"
#include "cli/meanings.h"
#include "cli/open.h"
#include "cli/state_keeper.h"
#include "expr/one_result.h"
#include "ops/as_of_join.h"
#include "ops/envelope_hint.h"
#include "ops/foreign_join.h"
#include "ops/row_time.h"
#include "ops/stream_join.h"
#include "ops/table_join.h"
#include "ops/tables_join.h"
#include "tools/join/partitions.h"

namespace weir::join {
namespace {

using Side = ops::Side;
using std::chrono::nanoseconds;

std::optional<base::Field> field_of(const Options& options, Side side) {
  const std::optional<base::Field>& own = side == Side::left ? options.left_ts : options.right_ts;
  return own ? own : options.time.ts;
}

std::string time_flag(const Options& options, Side side) {
  if (side == Side::left ? options.left_ts.has_value() : options.right_ts.has_value())
    return side == Side::left ? "--left-ts" : "--right-ts";
  return "--ts";
}

// Are the two inputs compared by their times?
bool merged_by_time(const Options& options) {
  if (options.table && !options.as_of && !options.right_ts) return false;
  return options.merge.order == stream::EventMerge::Order::time;
}

ops::JoinReader::Time time_of(const Options& options, Side side) {
  using Time = ops::JoinReader::Time;
  if (options.stream_stream() || options.as_of || merged_by_time(options)) return Time::needed;
  if (options.table && side == Side::right) return Time::unused;
  return options.time.watermarks ? Time::needed : Time::if_there;
}

ops::JoinReader::SideSettings side_of(const Options& options, Side side, cli::Io& io) {
  const bool left = side == Side::left;
  ops::JoinReader::SideSettings settings;
  settings.flag = !options.on.empty() || options.left_on == "$key" ? "--on"
                  : left                                           ? "--left-on"
                                                                   : "--right-on";
  settings.key = left ? options.left_on : options.right_on;
  settings.topic = left ? options.left_topic : options.right_topic;
  settings.time = time_of(options, side);
  settings.times.flag = time_flag(options, side);
  settings.times.ts = field_of(options, side);
  settings.times.arrival = options.time.arrival;
  settings.times.optional = settings.time != ops::JoinReader::Time::needed;
  settings.times.envelope = options.input.envelope;
  settings.times.zone = options.input.zone.zone;
  settings.times.max_ahead_ms = cli::milliseconds(options.time.max_ahead);
  settings.times.notice = [&io](const std::string& text) { io.notice(text); };
  return settings;
}

ops::JoinRows::Settings rows_of(const Options& options) {
  using Shape = ops::JoinRows::Shape;
  ops::JoinRows::Settings settings;
  settings.shape = options.flatten ? Shape::flat : options.into ? Shape::into : Shape::pair;
  settings.left = options.left_name;
  settings.right = options.right_name;
  settings.into = options.into.value_or("");
  settings.envelope = options.input.envelope;
  return settings;
}

ops::LateEvents::To late_of(const Options& options) {
  using To = ops::LateEvents::To;
  switch (options.time.late) {
    case cli::TimeFlags::Late::drop:
      return To::drop;
    case cli::TimeFlags::Late::in_line:
      return To::results;
    case cli::TimeFlags::Late::file:
      return To::lines;
    case cli::TimeFlags::Late::topic:
      break;
  }
  return To::records;
}

ops::JoinSettings settings_of(const Options& options, cli::Io& io) {
  ops::JoinSettings settings;
  settings.type.keeps_left = options.type == Type::left || options.type == Type::outer;
  settings.type.keeps_right = options.type == Type::right || options.type == Type::outer;
  settings.reader.left = side_of(options, Side::left, io);
  settings.reader.right = side_of(options, Side::right, io);
  settings.reader.foreign_key = options.foreign_key;
  settings.reader.objects = options.flatten || options.into;
  settings.reader.without = options.into;
  settings.reader.setup = cli::setup_of(options.expression, options.input.envelope);
  settings.reader.evaluator = cli::evaluator_settings(options.expression, options.input.zone);
  settings.rows = rows_of(options);
  settings.late = late_of(options);
  settings.clock = {.inputs = options.tagged() ? std::size_t{1} : 2,
                    .bound_ms = cli::milliseconds(options.time.bound),
                    .idle_ms = cli::milliseconds(options.time.idle)};
  settings.grace_ms = cli::milliseconds(options.time.grace);
  if (options.time.watermarks) settings.wm_step_ms = cli::milliseconds(options.time.wm_step);
  return settings;
}

std::unique_ptr<ops::Join> operator_of(const Options& options, const ops::JoinSettings& join,
                                       state::Store& store) {
  if (options.stream_stream()) {
    return std::make_unique<ops::StreamJoin>(
        ops::StreamJoin::Settings{.join = join,
                                  .before_ms = cli::milliseconds(*options.before),
                                  .after_ms = cli::milliseconds(*options.after),
                                  .max_per_key = options.max_per_key},
        store);
  }
  if (options.as_of) {
    ops::AsOfJoin::Settings settings{.join = join};
    if (options.history) settings.history_ms = cli::milliseconds(*options.history);
    return std::make_unique<ops::AsOfJoin>(settings, store);
  }
  if (options.table) return std::make_unique<ops::TableJoin>(join, store);
  if (options.tables) return std::make_unique<ops::TablesJoin>(join, store);
  return std::make_unique<ops::ForeignJoin>(join, store);
}

// Is the table read to its end before the first left event?
bool right_comes_first(const Options& options) {
  return !options.tagged() && options.table && !merged_by_time(options) &&
         options.merge.order == stream::EventMerge::Order::time;
}

std::unique_ptr<stream::Source> open(const Options& options, cli::InputFlags input, stream::RowTimes& left,
                                     stream::RowTimes& right, stream::Errors& errors, cli::Io& io) {
  if (options.tagged()) {
    const std::string name = options.input.inputs.empty() ? "-" : options.input.inputs.front();
    return cli::open_merged(input, {{name}}, options.merge, options.time.idle, errors, io);
  }
  input.record_times = true;
  const bool by_time = merged_by_time(options);
  cli::MergeInput from_left{options.input.inputs[0], by_time ? &left : nullptr};
  cli::MergeInput from_right{options.input.inputs[1], by_time ? &right : nullptr};
  if (options.table) from_left.rank = 1;  // a row is there for an event of the same time
  from_right.first = right_comes_first(options);
  return cli::open_merged(input, {from_left, from_right}, options.merge, options.time.idle, errors, io);
}

// What decides the rows: a state is of these.
std::vector<state::Meaning> meanings_of(const Options& o) {
  std::vector<state::Meaning> all{
      {"--left-on", o.left_on},
      {"--right-on", o.right_on},
      {"--left", o.left_topic},
      {"--right", o.right_topic},
      {"--type", std::to_string(static_cast<int>(o.type))},
      {"--before", cli::meaning(o.before)},
      {"--after", cli::meaning(o.after)},
      {"--table", cli::meaning(o.table)},
      {"--tables", cli::meaning(o.tables)},
      {"--tz", o.input.zone.zone.name()},
      {"--foreign-key", o.foreign_key},
      {"--as-of", cli::meaning(o.as_of)},
      {"--history", cli::meaning(o.history)},
      {"--max-per-key", o.max_per_key ? std::to_string(*o.max_per_key) : std::string()},
      {"--names", o.left_name + "," + o.right_name},
      {"--flatten", cli::meaning(o.flatten)},
      {"--into", o.into.value_or("")},
      {"--ts", cli::meaning_of_ts(o.time)},
      {"--left-ts", cli::meaning(o.left_ts)},
      {"--right-ts", cli::meaning(o.right_ts)},
      {"--bound", cli::meaning(o.time.bound)},
      {"--grace", cli::meaning(o.time.grace)},
      {"--order", o.merge.order == stream::EventMerge::Order::time ? "time" : "arrival"}};
  for (state::Meaning& one : cli::meanings(o.expression)) all.push_back(std::move(one));
  return all;
}

// What is kept, and for how long.
std::string state_bound(const Options& options) {
  const auto sum = [](std::initializer_list<nanoseconds> parts) {
    std::int64_t ms = 0;
    for (const nanoseconds part : parts) ms += cli::milliseconds(part);
    constexpr std::int64_t kLongest = INT64_MAX / 1'000'000;  // that nanoseconds can count
    return base::format_duration(std::chrono::milliseconds(std::clamp<std::int64_t>(ms, 0, kLongest)));
  };
  if (options.stream_stream()) {
    return fmt::format(
        "state: the events of both sides, of each those of {} of event time (before + after + grace + "
        "bound)\n",
        sum({*options.before, *options.after, options.time.grace, options.time.bound}));
  }
  if (options.as_of) {
    return fmt::format(
        "state: all keys of RIGHT, of each the versions of {}; left events of {} (grace + bound)\n",
        base::format_duration(options.history.value_or(std::chrono::hours(24))),
        sum({options.time.grace, options.time.bound}));
  }
  if (options.table) return "state: all keys of RIGHT, each with its latest row\n";
  if (options.tables) return "state: all keys of both inputs, each with its latest rows\n";
  return "state: all keys of both inputs, each with its latest row, and which left keys refer to each right "
         "key\n";
}

base::ExitCode explain(const Options& options, const ops::JoinSettings& join, cli::Io& io) {
  const auto one = [&](const std::string& flag, const std::string& expression) {
    if (expression.empty()) return;
    const expr::OneResult read(flag, expression, join.reader.setup, join.reader.evaluator);
    cli::explain(flag, read.program(), io);
  };
  one(join.reader.left.flag, join.reader.left.key);
  if (join.reader.right.key != join.reader.left.key) one(join.reader.right.flag, join.reader.right.key);
  one("--foreign-key", join.reader.foreign_key);
  (void)io.put_out(state_bound(options));
  return base::ExitCode::ok;
}

}  // namespace

base::ExitCode run(const Options& options, cli::Io& io) {
  const ops::JoinSettings join = settings_of(options, io);
  if (options.expression.explain) return explain(options, join, io);
  std::vector<std::string> late_files;
  if (options.time.late == cli::TimeFlags::Late::file) late_files.push_back(options.time.late_to);
  cli::StateKeeper keeper(
      options.state,
      {.inputs = options.input.inputs,
       .meanings = meanings_of(options),
       .outputs = std::move(late_files),
       .read_first = right_comes_first(options) ? std::optional<std::uint32_t>(1) : std::nullopt},
      options.input, io);
  const std::unique_ptr<ops::Join> joins = operator_of(options, join, keeper.store());
  const auto times_of = [&](Side side) {
    return ops::RowTime(time_flag(options, side), field_of(options, side), join.reader.setup,
                        join.reader.evaluator, options.input.zone.zone);
  };
  ops::RowTime left_times = times_of(Side::left), right_times = times_of(Side::right);
  ops::EnvelopeHint hint(
      [&io] { io.notice("hint: the first line looks like an envelope; -J looks inside"); });
  cli::BadEvents bad(options.input.errors, options.input.bus, options.input.inputs, io);
  const auto late = cli::open_late(options.time, options.input, io);
  const auto source = open(options, keeper.input(options.input), left_times, right_times, bad.errors(), io);
  check_partitions(options, io);
  const auto sink = cli::open_sink(options.output, io);
  std::vector<stream::Sink*> sides;
  if (late != nullptr) sides.push_back(late.get());
  return cli::run(
      *source, keeper.chain({&hint, joins.get()}), *sink, bad, options.output, io, sides,
      [&](stream::RunSettings& run) {
        keeper.begin(run);
        run.operator_tick = cli::idle_tick(options.time);
        run.stamp = options.time.arrival || options.time.max_ahead;
      },
      [&](stream::Chances& to) {
        cli::tell_chances(*source, options.merge, options.time, to);
        joins->tell_chances(to);
      });
}

}  // namespace weir::join
