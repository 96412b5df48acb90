#include "log/source_input.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/error.h"
#include "log/newest.h"

namespace weir::log {
namespace {

Extent extent_of(PartitionReader& reader) {
  return {reader.start_offset(), reader.end_offset()};
}

OffsetAtTime at_time_in(PartitionReader& reader) {
  return [&reader](base::EventTime time) { return reader.offset_at_time(time); };
}

Stop stop_of(PartitionReader& reader, const SourceOptions& options) {
  return resolve_stop(options.range, options.until_end ? Bounded::as_of_now : Bounded::no, extent_of(reader),
                      at_time_in(reader));
}

void resolve_range(std::vector<SourceInput>& inputs, const SourceOptions& options) {
  const Range& range = options.range;
  for (SourceInput& input : inputs) {
    const auto stored = options.stored_position ? options.stored_position(input.name) : std::nullopt;
    input.from = stored ? *stored : resolve(*input.reader, range.from.value_or(Point{}));
    input.stop = stop_of(*input.reader, options);
  }
  if (!range.last) return;
  std::vector<Tail> tails;
  for (const SourceInput& input : inputs)
    tails.push_back(
        tail_of(*input.reader, input.stop.until.value_or(input.reader->end_offset()), *range.last));
  const std::vector<base::Offset> begin = begin_of_newest(std::move(tails), *range.last);
  for (std::size_t i = 0; i < inputs.size(); ++i) inputs[i].from = begin[i];
}

std::string real_path(const std::string& path) {
  char* real = ::realpath(path.c_str(), nullptr);
  if (real == nullptr) {
    throw base::Error(errno == ENOENT || errno == ENOTDIR ? base::Kind::usage : base::Kind::io,
                      "cannot open " + path + ": " + base::errno_words(errno));
  }
  std::string copy(real);
  std::free(real);
  return copy;
}

ReaderOptions reading(const SourceOptions& options) {
  ReaderOptions how;
  how.read_committed = options.read_committed;
  how.skip_corrupt = options.skip_corrupt;
  return how;
}

// A folder that holds no segment: most likely the log directory, given as an operand.
void refuse_folder_without_segments(const Place& place, const std::string& path, const std::string& real) {
  std::vector<std::string> names;
  if (place.sys.list(real, &names) < 0) return;  // a segment, or what the reader will tell about
  std::string topic;
  for (const std::string& name : names) {
    if (name.ends_with(kLogSuffix)) return;
    const auto partition = parse_folder_name(name);
    if (partition && !partition->topic.starts_with("__") && (topic.empty() || partition->topic < topic))
      topic = partition->topic;
  }
  base::Error error(base::Kind::usage,
                    path + (topic.empty() ? " is a folder without segments, and no partition"
                                          : " is a log directory, and no partition"));
  error.code("no_partition");
  error.hint(topic.empty() ? "a partition's folder is named TOPIC-0 and holds .log files"
                           : "-b " + path + " " + topic);
  throw std::move(error);
}

SourceInput open_path(const Place& place, const std::string& path, const SourceOptions& options) {
  SourceInput input;
  const std::string real = real_path(path);
  refuse_folder_without_segments(place, path, real);
  input.name = name_of_path(real);
  input.shown = path;
  ReaderOptions how = reading(options);
  how.ignore_side_file = true;
  how.may_have_gaps = true;  // nobody tells how the topic was kept where this was copied from
  input.reader = PartitionReader::open(place.sys, place.clock, place.host, real, how);
  return input;
}

SourceInput open_partition(const Place& place, const TopicPartition& which, const SourceOptions& options,
                           Ranks& ranks) {
  SourceInput input;
  input.name = which;
  input.shown = "topic:" + which.topic;
  input.of_topic = true;
  ReaderOptions how = reading(options);
  how.may_have_gaps = place.log->config(which.topic).compact;
  input.reader = PartitionReader::open(place.sys, place.clock, place.host,
                                       place.log->partition_path(which.topic, which.partition), how);
  const auto operand = operand_of(options, which.topic);
  input.by_pattern = operand && is_pattern(options.operands[*operand]);
  input.rank = ranks.of(which);
  return input;
}

void open_topic(const Place& place, const Topic& topic, const SourceOptions& options, Ranks& ranks,
                std::vector<SourceInput>* to) {
  for (const base::Partition partition : topic.partitions) {
    const auto& only = options.partitions;
    if (!only.empty() && std::find(only.begin(), only.end(), partition) == only.end()) continue;
    if (options.wanted && !options.wanted({topic.name, partition})) continue;
    to->push_back(open_partition(place, {topic.name, partition}, options, ranks));
  }
}

void open_operand(const Place& place, std::size_t number, const SourceOptions& options, Ranks& ranks,
                  std::vector<SourceInput>* to) {
  const std::string& name = options.operands[number];
  if (place.log == nullptr)
    throw base::Error(base::Kind::usage, "no log directory holds topic '" + name + "'");
  if (!is_pattern(name)) {
    const Topic topic = place.log->topic(name);
    check_partitions(options, name, topic.partitions);
    const std::size_t first = operand_of(options, name).value_or(number);
    if (!is_pattern(options.operands[first])) open_topic(place, topic, options, ranks, to);
    return;
  }
  for (const Topic& topic : place.log->topics())
    if (operand_of(options, topic.name) == number) open_topic(place, topic, options, ranks, to);
}

}  // namespace

base::Offset resolve(PartitionReader& reader, const Point& point) {
  return resolve(point, extent_of(reader), at_time_in(reader));
}

std::vector<SourceInput> open_inputs(const Place& place, const SourceOptions& options, Ranks& ranks) {
  std::vector<SourceInput> inputs;
  for (std::size_t i = 0; i < options.operands.size(); ++i) {
    const std::string& operand = options.operands[i];
    if (is_path(operand)) {
      inputs.push_back(open_path(place, operand, options));
      inputs.back().rank = ranks.of(inputs.back().name);
    } else {
      open_operand(place, i, options, ranks, &inputs);
    }
  }
  if (inputs.empty() && has_patterns(options) && !may_grow(options))
    throw no_match(options.patterns.front().text, place.log->directory());
  if (inputs.empty() && !has_patterns(options)) throw base::Error(base::Kind::usage, "no topic to read");
  std::vector<TopicPartition> names;
  for (const SourceInput& input : inputs) names.push_back(input.name);
  refuse_twice(names);
  resolve_range(inputs, options);
  return inputs;
}

SourceInput open_new_partition(const Place& place, const TopicPartition& which, const SourceOptions& options,
                               Ranks& ranks) {
  SourceInput input = open_partition(place, which, options, ranks);
  input.from = input.reader->start_offset();
  input.stop = stop_of(*input.reader, options);
  return input;
}

}  // namespace weir::log
