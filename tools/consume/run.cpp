#include "tools/consume/run.h"

#include <fmt/format.h>

#include <memory>
#include <optional>

#include "base/error.h"
#include "bus/bus.h"
#include "cli/open.h"
#include "cli/topic_patterns.h"
#include "ops/print_envelopes.h"
#include "ops/print_format.h"
#include "ops/print_values.h"
#include "ops/watermarks.h"
#include "stream/line_sink.h"

namespace weir::consume {
namespace {

// On a terminal somebody is watching; a log file is read later.
std::chrono::seconds lag_every(const cli::Io& io) {
  return std::chrono::seconds(io.err_is_terminal() ? 1 : 10);
}

log::SourceOptions source_options(const Options& options, cli::Io& io) {
  log::SourceOptions source;
  source.operands = options.topics;
  source.patterns = cli::topic_patterns(options.topics);
  source.partitions = options.partitions;
  const base::Range range = options.range.value_or(base::Range{options.from, options.to, std::nullopt});
  source.range = cli::resolve(range, io.clock.wall(), options.zone.zone);
  source.range.last = options.last;
  source.until_end = options.until_end;
  source.count = options.count;
  source.read_committed = !options.read_uncommitted;
  source.skip_corrupt = options.skip_corrupt;
  // A dead letter holds the whole record.
  const bool dead_letters = options.errors.policy == stream::Errors::Policy::dead_letter;
  source.values_only = !options.envelope && options.format.empty() && !options.watermarks && !dead_letters;
  source.merge_by_time = options.order == Order::time;
  source.merge_wait = options.merge_wait;
  source.say = [&io](const std::string& line) { io.warn(line); };
  return source;
}

std::string lag_table(log::Source& source) {
  std::string table;
  for (const auto& one : source.lag()) {
    table += fmt::format("{}-{}  position {}  end {}  lag {}\n", one.partition.topic,
                         one.partition.partition.value, one.next.value, one.end.value, one.end - one.next);
  }
  return table;
}

// Also while following: what a line on stderr says is of use only while it is new.
void report_lag(stream::RunSettings& settings, log::Source& source, cli::Io& io) {
  auto progress = std::move(settings.on_tick);
  const std::chrono::seconds every = lag_every(io);
  if (!settings.tick || *settings.tick > every) settings.tick = every;
  settings.on_tick = [progress = std::move(progress), &source, &io, last = std::string(), every,
                      due = io.clock.steady() + every](const stream::Totals& totals,
                                                       const stream::Source::Meter& meter) mutable {
    if (progress) progress(totals, meter);
    if (io.clock.steady() < due) return;
    due = io.clock.steady() + every;
    std::string table = lag_table(source);
    if (table == last) return;
    io.put_err(table);
    last = std::move(table);
  };
}

}  // namespace

base::ExitCode run(const Options& options, cli::Io& io) {
  if (options.topics.empty())
    throw base::Error(base::Kind::usage, "no TOPIC").hint("consume orders").code("missing_operand");
  std::vector<std::string> inputs;
  for (const std::string& topic : options.topics) inputs.push_back("topic:" + topic);
  cli::BadEvents bad(options.errors, options.bus, inputs, io);

  std::vector<stream::Operator*> operators;
  std::optional<ops::Watermarks> watermarks;
  if (options.watermarks) {
    using std::chrono::milliseconds;
    operators.push_back(
        &watermarks.emplace(std::chrono::duration_cast<milliseconds>(options.watermark_step).count()));
  }
  ops::PrintEnvelopes envelopes;
  ops::PrintValues values(ops::PrintValues::Lines::are_values);
  std::optional<ops::PrintFormat> format;
  if (options.envelope) {
    operators.push_back(&envelopes);
  } else if (!options.format.empty()) {
    operators.push_back(&format.emplace(options.format, options.zone.zone));
  } else if (!options.raw) {
    operators.push_back(&values);
  }

  bus::Bus& bus = io.bus(options.bus);
  log::SourceOptions how = source_options(options, io);
  const coord::GroupOptions group{options.group, options.commit_every,
                                  [&io](const std::string& line) { io.notice(line); }};
  const std::unique_ptr<log::Source> source =
      group.name.empty() ? bus.open_source(std::move(how)) : cli::open_member(bus, group, std::move(how), io);
  const bool whole_lines = !options.raw && options.format.empty();
  stream::LineSink sink(io.out, "stdout",
                        whole_lines ? stream::LineSink::RowEnd::newline : stream::LineSink::RowEnd::nothing);

  stream::RunSettings settings = cli::run_settings(options.output, io);
  settings.timeout = options.timeout;
  if (options.lag) report_lag(settings, *source, io);
  const stream::Outcome outcome = stream::run(*source, operators, sink, bad.errors(), settings);
  if (options.lag) io.put_err(lag_table(*source));
  cli::leave_groups(outcome, io);
  return cli::finish(outcome, io);
}

}  // namespace weir::consume
