#include "tools/produce/run.h"

#include <sys/stat.h>
#include <unistd.h>

#include <memory>

#include "base/error.h"
#include "bus/bus.h"
#include "cli/open.h"
#include "log/topic_name.h"
#include "ops/envelope_hint.h"
#include "stream/line_sink.h"
#include "stream/line_source.h"
#include "tools/produce/control.h"
#include "tools/produce/envelopes.h"
#include "tools/produce/in_format.h"
#include "tools/produce/shape.h"
#include "tools/produce/sized_source.h"
#include "tools/produce/topic_table.h"

namespace weir::produce {
namespace {

using base::Error;
using base::Kind;

std::pair<std::string, std::string> split_header(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    throw Error(Kind::usage, "-H " + text + " is no NAME=VALUE").hint("-H source=web").code("bad_word");
  return {text.substr(0, equals), text.substr(equals + 1)};
}

// `produce events.ndjson` would make a topic of that name and wait for stdin. Whoever wants just that adds "-".
void refuse_file_as_topic(const Options& options, cli::Io& io) {
  const std::string topic = options.topic();
  if (topic.empty()) return;
  struct stat info {};
  const bool is_file = io.sys.stat(topic, &info) == 0 && S_ISREG(info.st_mode);
  const bool only_operand = options.others.empty();
  if (!is_file || !only_operand) return log::check_topic_name(topic);
  const bool impossible = !log::topic_name_fault(topic).empty();
  if (!impossible && !options.envelope && io.bus(options.bus).has_topic(topic)) return;
  std::string hint = "produce TOPIC " + topic;
  if (options.envelope) {
    hint = "produce -J < " + topic + "   (each record to the topic its envelope names)";
  } else if (!impossible) {
    hint += "   (to make a topic of that name: produce " + topic + " -)";
  }
  throw Error(Kind::usage, "the first operand is TOPIC, and " + topic + " is a file")
      .hint(hint)
      .code("file_as_topic");
}

std::unique_ptr<stream::Source> open_input(const Options& options, const InFormat* format,
                                           stream::Errors& errors, cli::Io& io) {
  std::vector<stream::BlockReader::From> from;
  for (const std::string& file : options.files()) {
    if (file == "-") {
      from.push_back({.name = "stdin", .fd = io.in});
    } else {
      from.push_back({.name = file});
    }
  }
  if (from.empty()) from.push_back({.name = "stdin", .fd = io.in});
  for (const auto& input : from)
    if (input.fd >= 0 && ::isatty(input.fd) == 1) io.notice("reading from the terminal; end with Ctrl-D");
  if (format != nullptr && !format->sized().empty()) {
    return std::make_unique<SizedSource>(std::move(from), format->sized(),
                                         SizedSource::Options{.max_line = options.max_line.bytes}, errors);
  }
  stream::LineSource::Options how;
  how.max_line = options.max_line.bytes;
  how.delimiter = format != nullptr ? format->delimiter() : options.delimiter;
  if (options.envelope) {
    how.form = stream::Batch::Form::envelopes;
    how.max_line = stream::envelope_limit(how.max_line);
  }
  return std::make_unique<stream::LineSource>(std::move(from), std::move(how), errors);
}

log::SinkOptions sink_options(const Options& options, cli::Io& io) {
  log::SinkOptions sink;
  sink.topic = options.topic();
  sink.partition = options.partition;
  sink.fixed_key = options.fixed_key;
  sink.partitions_when_created = static_cast<int>(options.partitions.value_or(1));
  sink.partitions_asked_for = options.partitions.has_value();
  sink.codec = options.codec;
  sink.durability = options.durability;
  if (options.batch_size) sink.batch_bytes = options.batch_size->bytes;
  sink.linger = options.linger;
  sink.resume = options.resume;
  sink.say = [&io](const std::string& line) { io.notice(line); };
  return sink;
}

// Whether the sink can take the lines as they are.
bool needs_shape(const Options& options) {
  const bool sink_sets_key = options.fixed_key && !options.envelope;
  return (options.fixed_key && !sink_sets_key) || !options.key.empty() || options.key_delimiter ||
         options.ts || !options.headers.empty() || options.empty_is_tombstone || options.json ||
         !options.topic_expression.empty();
}

}  // namespace

base::ExitCode run(const Options& options, cli::Io& io) {
  refuse_file_as_topic(options, io);
  const auto now = [&io] { return io.clock.wall(); };
  cli::BadEvents bad(options.errors, options.bus, options.files(), io);
  TopicTable topics;
  if (!options.topic().empty())
    topics.find(options.topic());  // number 0, for rows with a partition of their own

  Control control;
  std::vector<stream::Operator*> operators{&control};
  std::optional<InFormat> format;
  ops::EnvelopeHint hint(
      [&io] { io.notice("hint: the first line looks like an envelope; -J takes it apart"); });
  if (!options.format.empty()) {
    operators.push_back(&format.emplace(options.format, topics, now));
    if (options.topic().empty() && options.topic_expression.empty() && !format->names_topic())
      throw Error(Kind::usage, "no TOPIC, and -f has no %t")
          .hint("produce -f FORMAT TOPIC")
          .code("missing_operand");
  } else if (!options.envelope) {
    operators.push_back(&hint);
  }
  std::optional<Envelopes> envelopes;
  if (options.envelope) {
    operators.push_back(&envelopes.emplace(
        Envelopes::Settings{.route_by_topic = options.topic().empty() && options.topic_expression.empty(),
                            .keep_partition = options.keep_partition,
                            .now = now},
        topics));
  }
  std::optional<Shape> shape;
  if (needs_shape(options)) {
    Shape::Settings settings{.fixed_key = options.fixed_key,
                             .key_delimiter = options.key_delimiter,
                             .key = options.key,
                             .topic = options.topic_expression,
                             .ts = options.ts,
                             .zone = options.zone.zone,
                             .headers = {},
                             .empty_is_tombstone = options.empty_is_tombstone,
                             .envelope = options.envelope,
                             .json = options.json,
                             .now = now,
                             .notice = [&io](const std::string& text) { io.notice(text); }};
    for (const std::string& header : options.headers) settings.headers.push_back(split_header(header));
    operators.push_back(&shape.emplace(std::move(settings), topics));
  }

  const std::unique_ptr<stream::Source> source =
      open_input(options, format ? &*format : nullptr, bad.errors(), io);
  log::SinkOptions to = sink_options(options, io);
  std::optional<stream::LineSink> tee;
  if (options.tee) {
    tee.emplace(io.out, "stdout");
    to.stored = [&tee](const stream::Batch& batch) {
      // Whoever reads stdout may leave; what is to be stored is stored all the same.
      if (tee->write(batch) != stream::Flow::stop) tee->flush();
    };
  }
  to.refused = [&bad](const stream::Batch& batch, std::size_t row, const stream::Fault& fault) {
    return bad.errors().refused(batch, row, fault);
  };
  const std::unique_ptr<stream::Sink> sink = io.bus(options.bus).open_sink(std::move(to));
  return cli::run(*source, operators, *sink, bad, options.output, io);
}

}  // namespace weir::produce
