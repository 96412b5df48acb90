#include "cli/open.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/file.h"
#include "bus/bus.h"
#include "cli/saved_inputs.h"
#include "cli/sequence_source.h"
#include "cli/topic_patterns.h"
#include "kafka/cluster.h"
#include "log/topic_name.h"
#include "stream/line_sink.h"
#include "stream/line_source.h"

namespace weir::cli {
namespace {

using base::Error;
using base::Kind;

constexpr std::string_view kTopic = "topic:";

bool is_topic(std::string_view input) {
  return input.starts_with(kTopic);
}
// After "topic:" there is a name and never a path.
std::string topic_name(std::string_view input) {
  const std::string_view name = input.substr(kTopic.size());
  if (name.empty() || log::is_path(name)) log::check_topic_name(name);
  return std::string(name);
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
      .code("flags_exclude");
}

// A file that is read and written at once grows until the disk is full. One that `>` has just emptied cannot.
void check_files(const std::vector<std::string>& inputs, Io& io) {
  struct stat out {};
  const bool to_file = io.sys.fstat(io.out, &out) == 0 && S_ISREG(out.st_mode) && out.st_size > 0;
  for (const std::string& input : inputs) {
    if (input.empty()) throw Error(Kind::usage, "INPUT '' is no file").code("missing_operand");
    struct stat in {};
    if (!to_file || is_topic(input)) continue;
    const bool found = input == "-" ? io.sys.fstat(io.in, &in) == 0 : io.sys.stat(input, &in) == 0;
    if (!found || in.st_dev != out.st_dev || in.st_ino != out.st_ino) continue;
    throw Error(Kind::usage, "stdout is an input too, and would feed itself: " + input)
        .hint("write to another file, and rename it afterwards")
        .code("output_loop");
  }
}

// A name that is no file may be meant as that of a topic.
void check_there(const std::string& input, const InputFlags& flags, Io& io) {
  struct stat info {};
  if (io.sys.stat(input, &info) != -ENOENT || log::is_path(input)) return;
  bus::Bus& bus = io.bus(flags.bus);
  if (bus.where().kind != bus::Where::Kind::directory || !bus.has_topic(input)) return;
  throw Error(Kind::io, "cannot read " + input + ": " + base::errno_words(ENOENT))
      .hint("the topic of that name is topic:" + input);
}

log::SourceOptions reading(const InputFlags& flags, Io& io) {
  log::SourceOptions options;
  options.range = resolve({flags.from, flags.to, std::nullopt}, io.clock.wall(), flags.zone.zone);
  options.until_end = !flags.follow;
  // A dead letter holds the whole record.
  options.values_only =
      !flags.envelope && !flags.record_times && flags.errors.policy != stream::Errors::Policy::dead_letter;
  options.say = [&io](const std::string& line) { io.warn(line); };
  return options;
}

std::unique_ptr<stream::Source> open_topic(const std::string& input, std::size_t number,
                                           const InputFlags& flags, Io& io) {
  log::SourceOptions options = reading(flags, io);
  options.operands = {topic_name(input)};
  options.patterns = topic_patterns(options.operands);
  if (flags.saved != nullptr) options.stored_position = flags.saved->positions(number);
  std::unique_ptr<log::Source> source = io.bus(flags.bus).open_source(std::move(options));
  if (flags.saved != nullptr) {
    for (const log::Source::Lag& at : source->lag()) flags.saved->begin_at(number, at.partition, at.next);
  }
  return source;
}

// Where lines are read from.
stream::LineSource::From lines_of(const std::string& input, std::size_t number, const InputFlags& flags,
                                  Io& io) {
  stream::LineSource::From from{input, -1};
  if (input == "-") {
    from = {"stdin", io.in};
  } else {
    check_there(input, flags, io);
  }
  if (flags.saved != nullptr) from.start = flags.saved->place(number);
  return from;
}

// A group has one set of members for all its topics, so they are read together.
std::unique_ptr<stream::Source> open_group(const std::vector<std::string>& inputs, const InputFlags& flags,
                                           Io& io) {
  log::SourceOptions options = reading(flags, io);
  for (const std::string& input : inputs) {
    if (is_topic(input)) options.operands.push_back(topic_name(input));
  }
  options.patterns = topic_patterns(options.operands);
  const coord::GroupOptions group{.name = flags.group,
                                  .say = [&io](const std::string& line) { io.notice(line); }};
  return open_member(io.bus(flags.bus), group, std::move(options), io);
}

stream::LineSource::Options line_options(const InputFlags& flags) {
  stream::LineSource::Options options;
  options.max_line = flags.max_line.bytes;
  if (flags.envelope) {
    options.form = stream::Batch::Form::envelopes;
    options.max_line = stream::envelope_limit(options.max_line);
  }
  return options;
}

void tell_of_terminal(Io& io) {
  if (::isatty(io.in) == 1) io.notice("reading from the terminal; end with Ctrl-D");
}

// May whoever writes to this input be blocked while nobody reads it?
bool is_pipe(const std::string& input, Io& io) {
  struct stat info {};
  const int failed = input == "-" ? io.sys.fstat(io.in, &info) : io.sys.stat(input, &info);
  return failed == 0 && !S_ISREG(info.st_mode);
}

stream::EventMerge::From open_one(const MergeInput& input, std::size_t number, const InputFlags& flags,
                                  stream::Errors& errors, Io& io) {
  stream::EventMerge::From from;
  from.times = input.times;
  from.rank = input.rank;
  from.first = input.first;
  if (is_topic(input.name)) {
    from.source = open_topic(input.name, number, flags, io);
    from.follows = flags.follow;
    return from;
  }
  stream::LineSource::Options options = line_options(flags);
  options.unread = stream::LineSource::Options::Unread::hand_on;
  if (input.name == "-") tell_of_terminal(io);
  std::vector<stream::LineSource::From> file{lines_of(input.name, number, flags, io)};
  from.ahead = is_pipe(input.name, io);
  from.source = std::make_unique<stream::LineSource>(std::move(file), options, errors);
  return from;
}

// As kcat has it: -F FILE, else $KCAT_CONFIG, else ~/.config/kcat.conf where there is one; -F none is none of them.
std::optional<std::string> kafka_file(const BusFlags& flags, Io& io) {
  if (flags.kafka_file) return *flags.kafka_file == "none" ? std::nullopt : flags.kafka_file;
  if (std::string named = io.env("KCAT_CONFIG"); !named.empty()) return named;
  const std::string home = io.env("HOME");
  std::string usual = home + "/.config/kcat.conf";
  if (home.empty() || !base::File::exists(io.sys, usual)) return std::nullopt;
  return usual;
}

// Before the default comes the cluster that -F names. Not the one of kcat's usual file: topics would move to a cluster
// because a file lies somewhere.
bus::Where where(const BusFlags& flags, Io& io) {
  std::string typed = flags.where;
  const std::string environment = io.env("WEIR_BUS");
  if (typed.empty() && environment.empty()) {
    const bool given = flags.kafka_file && *flags.kafka_file != "none";
    typed = kafka::brokers_named(io.sys, {flags.kafka, given ? flags.kafka_file : std::nullopt});
    if (!typed.empty()) typed = "kafka://" + typed;
  }
  return bus::parse_where(io.sys, typed, environment);
}

}  // namespace

bus::Bus& Io::bus(const BusFlags& flags) {
  if (bus_ == nullptr) {
    const auto stopped = [this] {
      return !running && stop != nullptr && stop->wish() != stream::Stop::Wish::none;
    };
    bus_ = std::make_shared<bus::Bus>(sys, clock, where(flags, *this), kafka::open_cluster,
                                      bus::ClientProperties{flags.kafka, kafka_file(flags, *this)}, stopped);
  }
  return *bus_;
}

std::unique_ptr<log::Source> open_member(bus::Bus& bus, const coord::GroupOptions& group,
                                         log::SourceOptions options, Io& io) {
  std::unique_ptr<log::Source> member = bus.open_group_source(group, std::move(options));
  io.members.push_back(member.get());
  // A local log's other members hear of it from the kernel.
  const bool tells = bus.where().kind == bus::Where::Kind::kafka;
  if (tells && io.stop != nullptr) io.stop->take_leave_within(log::Source::kLeaveAtOnce);
  return member;
}

std::unique_ptr<stream::Source> open_source(const InputFlags& flags, stream::Errors& errors, Io& io) {
  const std::vector<std::string> inputs = inputs_of(flags);
  check_topic_flags(flags, inputs);
  check_files(inputs, io);

  const stream::LineSource::Options options = line_options(flags);
  std::vector<std::unique_ptr<stream::Source>> parts;
  std::vector<stream::LineSource::From> files;
  const auto add_files = [&] {
    if (!files.empty())
      parts.push_back(std::make_unique<stream::LineSource>(std::move(files), options, errors));
    files.clear();
  };
  bool joined = false, told = false;
  std::size_t number = 0;
  for (const std::string& input : inputs) {
    if (is_topic(input) && flags.group.empty()) {
      add_files();
      parts.push_back(open_topic(input, number++, flags, io));
    } else if (is_topic(input)) {
      if (std::exchange(joined, true)) continue;
      add_files();
      parts.push_back(open_group(inputs, flags, io));
    } else {
      if (input == "-" && !std::exchange(told, true)) tell_of_terminal(io);
      files.push_back(lines_of(input, number++, flags, io));
    }
  }
  add_files();
  if (parts.size() == 1) return std::move(parts.front());
  return std::make_unique<SequenceSource>(std::move(parts));
}

std::unique_ptr<stream::Source> open_merged(const InputFlags& flags, const std::vector<MergeInput>& inputs,
                                            const MergeFlags& merge,
                                            std::optional<std::chrono::nanoseconds> idle,
                                            stream::Errors& errors, Io& io) {
  std::vector<std::string> names;
  for (const MergeInput& input : inputs) names.push_back(input.name);
  if (names.size() == 1) {
    InputFlags one = flags;
    one.inputs = names;
    return open_source(one, errors, io);
  }
  check_topic_flags(flags, names);
  check_files(names, io);
  if (std::count(names.begin(), names.end(), "-") > 1)
    throw Error(Kind::usage, "stdin cannot be two inputs").hint("feed both from one: tee").code("bad_word");
  std::vector<stream::EventMerge::From> from;
  for (const MergeInput& input : inputs) from.push_back(open_one(input, from.size(), flags, errors, io));
  stream::EventMerge::Options options;
  options.order = merge.order;
  options.wait = merge.wait;
  options.idle = idle;
  options.clock = &io.clock;
  if (const std::string directory = io.env("TMPDIR"); !directory.empty()) options.spool.directory = directory;
  return std::make_unique<stream::EventMerge>(std::move(from), std::move(options), errors);
}

std::unique_ptr<stream::Sink> open_sink(const OutputFlags&, Io& io) {
  return std::make_unique<stream::LineSink>(io.out, "stdout");
}

}  // namespace weir::cli
