#include "cli/open.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "bus/bus.h"
#include "cli/progress.h"
#include "cli/sequence_source.h"
#include "cli/summary.h"
#include "stream/line_sink.h"
#include "stream/line_source.h"

namespace weir::cli {
namespace {

using base::Error;
using base::ExitCode;
using base::Kind;

constexpr std::string_view kTopic = "topic:";

bool is_topic(std::string_view input) {
  return input.starts_with(kTopic);
}
std::string topic_name(std::string_view input) {
  return std::string(input.substr(kTopic.size()));
}

std::vector<std::string> inputs_of(const InputFlags& flags) {
  return flags.inputs.empty() ? std::vector<std::string>{"-"} : flags.inputs;
}

void check_topic_flags(const InputFlags& flags, const std::vector<std::string>& inputs) {
  if (std::any_of(inputs.begin(), inputs.end(), is_topic)) return;
  const char* needless = flags.follow           ? "--follow"
                         : flags.from           ? "--from"
                         : flags.to             ? "--to"
                         : !flags.group.empty() ? "--group"
                                                : nullptr;
  if (needless == nullptr) return;
  throw Error(Kind::usage, std::string(needless) + " is for topics, and no input is one")
      .hint("name the input topic:NAME")
      .code("flags-exclude");
}

std::unique_ptr<stream::Source> open_topic(const std::string& input, const InputFlags& flags, Io& io) {
  log::SourceOptions options;
  options.operands = {topic_name(input)};
  options.range = resolve({flags.from, flags.to, std::nullopt}, io.clock.wall(), flags.zone.zone);
  options.until_end = !flags.follow;
  // A dead letter holds the whole record.
  options.values_only = !flags.envelope && flags.errors.policy != stream::Errors::Policy::dead_letter;
  options.say = [&io](const std::string& line) { io.warn(line); };
  return io.bus(flags.bus.where).open_source(std::move(options));
}

}  // namespace

bus::Bus& Io::bus(std::string_view typed) {
  if (bus_ == nullptr)
    bus_ = std::make_shared<bus::Bus>(sys, clock, bus::parse_where(sys, typed, env("WEIR_BUS")));
  return *bus_;
}

std::unique_ptr<stream::Source> open_source(const InputFlags& flags, stream::Errors& errors, Io& io) {
  const std::vector<std::string> inputs = inputs_of(flags);
  check_topic_flags(flags, inputs);

  stream::LineSource::Options options;
  options.max_line = flags.max_line.bytes;
  if (flags.envelope) {
    options.form = stream::Batch::Form::envelopes;
    options.max_line *= 6;  // a byte of a value may take six in an envelope, \u0000
  }
  std::vector<std::unique_ptr<stream::Source>> parts;
  std::vector<stream::LineSource::From> files;
  const auto add_files = [&] {
    if (!files.empty())
      parts.push_back(std::make_unique<stream::LineSource>(std::move(files), options, errors));
    files.clear();
  };
  for (const std::string& input : inputs) {
    if (is_topic(input)) {
      add_files();
      parts.push_back(open_topic(input, flags, io));
    } else if (input == "-") {
      if (::isatty(io.in) == 1) io.notice("reading from the terminal; end with Ctrl-D");
      files.push_back({"stdin", io.in});
    } else {
      files.push_back({input, -1});
    }
  }
  add_files();
  if (parts.size() == 1) return std::move(parts.front());
  return std::make_unique<SequenceSource>(std::move(parts));
}

std::unique_ptr<stream::Sink> open_sink(const OutputFlags&, Io& io) {
  return std::make_unique<stream::LineSink>(io.out, "stdout");
}

stream::RunSettings run_settings(const OutputFlags& flags, Io& io) {
  stream::RunSettings settings;
  settings.poller = &io.poller;
  settings.clock = &io.clock;
  settings.stop = io.stop;
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

ExitCode run(stream::Source& source, const std::vector<stream::Operator*>& operators, stream::Sink& out,
             BadEvents& bad, const OutputFlags& flags, Io& io, const std::vector<stream::Sink*>& sides) {
  return finish(stream::run(source, operators, out, bad.errors(), run_settings(flags, io), sides), io);
}

ExitCode finish(const stream::Outcome& outcome, Io& io) {
  io.status({});
  if (const std::string text = summary(io.tool, outcome.totals, io.talk); !text.empty()) io.put_err(text);
  if (outcome.error) throw *outcome.error;
  switch (outcome.ending) {
    case stream::Ending::timeout:
      return ExitCode::timeout;
    case stream::Ending::stopped:
    case stream::Ending::stopped_now:
      return ExitCode::interrupted;
    case stream::Ending::torn_end:
      throw Error(Kind::data, "the input ended before its end mark: lines of its writer are missing")
          .code("torn-input");
    case stream::Ending::end:
    case stream::Ending::enough:
    case stream::Ending::reader_gone:
    case stream::Ending::failed:
      break;
  }
  return outcome.totals.failed > 0 ? ExitCode::undelivered : ExitCode::ok;
}

log::Point resolve(const base::Point& point, base::EventTime now, const base::Zone& zone) {
  using From = base::Point::Kind;
  using To = log::Point::Kind;
  switch (point.kind) {
    case From::start:
      return {To::start, 0};
    case From::end:
      return {To::end, 0};
    case From::offset:
      return {To::offset, point.value};
    case From::after_start:
      return {To::after_start, point.value};
    case From::before_end:
      return {To::before_end, point.value};
    case From::time:
      return {To::time, point.time.resolve(now, zone).ms};
  }
  return {};
}

log::Range resolve(const base::Range& range, base::EventTime now, const base::Zone& zone) {
  log::Range resolved;
  if (range.from) resolved.from = resolve(*range.from, now, zone);
  if (range.to) resolved.to = resolve(*range.to, now, zone);
  if (range.length && resolved.from && resolved.to) {
    resolved.to->value =
        resolved.from->value + std::chrono::duration_cast<std::chrono::milliseconds>(*range.length).count();
  }
  return resolved;
}

}  // namespace weir::cli
