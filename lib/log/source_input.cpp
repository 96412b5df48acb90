#include "log/source_input.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/error.h"
#include "log/newest.h"

namespace weir::log {
namespace {

// Several topics may be read: their order comes before that of their partitions.
std::uint64_t rank_of(std::size_t operand, base::Partition partition) {
  return std::uint64_t{operand} << 32 | static_cast<std::uint32_t>(partition.value);
}

void resolve_end(SourceInput& input, const SourceOptions& options) {
  PartitionReader& reader = *input.reader;
  const base::Offset end = reader.end_offset();
  if (const auto& to = options.range.to) {
    input.until = resolve(reader, *to);
    // No record is that new yet: the first that is ends the reading, whatever its offset.
    if (to->kind == Point::Kind::time && *input.until >= end) {
      input.until.reset();
      input.until_time = base::EventTime{to->value};
    }
  }
  if (options.until_end) input.until = std::min(input.until.value_or(end), end);
}

void resolve_range(std::vector<SourceInput>& inputs, const SourceOptions& options) {
  const Range& range = options.range;
  for (SourceInput& input : inputs) {
    const auto stored = options.stored_position ? options.stored_position(input.name) : std::nullopt;
    input.from = stored ? *stored : resolve(*input.reader, range.from.value_or(Point{}));
    resolve_end(input, options);
  }
  if (!range.last) return;
  std::vector<NewestInput> tails;
  for (const SourceInput& input : inputs)
    tails.push_back({input.reader.get(), input.until.value_or(input.reader->end_offset())});
  const std::vector<base::Offset> begin = begin_of_newest(tails, *range.last);
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

SourceInput open_partition(const Place& place, const TopicPartition& which, const SourceOptions& options) {
  SourceInput input;
  input.name = which;
  input.shown = "topic:" + which.topic;
  input.of_topic = true;
  ReaderOptions how = reading(options);
  how.may_have_gaps = place.log->config(which.topic).compact;
  input.reader = PartitionReader::open(place.sys, place.clock, place.host,
                                       place.log->partition_path(which.topic, which.partition), how);
  const auto operand = std::find(options.operands.begin(), options.operands.end(), which.topic);
  input.rank = rank_of(static_cast<std::size_t>(operand - options.operands.begin()), which.partition);
  return input;
}

void open_topic(const Place& place, const std::string& name, const SourceOptions& options,
                std::vector<SourceInput>* to) {
  if (place.log == nullptr)
    throw base::Error(base::Kind::usage, "no log directory holds topic '" + name + "'");
  const Topic topic = place.log->topic(name);
  for (const base::Partition wanted : options.partitions) {
    if (!std::binary_search(topic.partitions.begin(), topic.partitions.end(), wanted)) {
      throw base::Error(base::Kind::usage, "topic '" + name + "' has no partition " +
                                               std::to_string(wanted.value) + " (it has " +
                                               std::to_string(topic.partitions.size()) + ", from " +
                                               std::to_string(topic.partitions.front().value) + ")")
          .code("unknown_partition");
    }
  }
  for (const base::Partition partition : topic.partitions) {
    const auto& only = options.partitions;
    if (!only.empty() && std::find(only.begin(), only.end(), partition) == only.end()) continue;
    if (options.wanted && !options.wanted({name, partition})) continue;
    to->push_back(open_partition(place, {name, partition}, options));
  }
}

}  // namespace

base::Offset resolve(PartitionReader& reader, const Point& point) {
  const base::Offset start = reader.start_offset(), end = reader.end_offset();
  switch (point.kind) {
    case Point::Kind::start:
      return start;
    case Point::Kind::end:
      return end;
    case Point::Kind::offset:
      return {point.value};
    case Point::Kind::after_start:
      return start + point.value;
    case Point::Kind::before_end:
      return std::max(start, end + -point.value);
    case Point::Kind::time:
      return reader.offset_at_time({point.value});
  }
  return start;
}

std::vector<SourceInput> open_inputs(const Place& place, const SourceOptions& options) {
  std::vector<SourceInput> inputs;
  for (std::size_t i = 0; i < options.operands.size(); ++i) {
    const std::string& operand = options.operands[i];
    if (is_path(operand)) {
      inputs.push_back(open_path(place, operand, options));
      inputs.back().rank = rank_of(i, inputs.back().name.partition);
    } else {
      open_topic(place, operand, options, &inputs);
    }
  }
  if (inputs.empty()) throw base::Error(base::Kind::usage, "no topic to read");
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (inputs[i].name == inputs[j].name) {
        throw base::Error(base::Kind::usage, "partition " + std::to_string(inputs[i].name.partition.value) +
                                                 " of '" + inputs[i].name.topic + "' is named twice");
      }
    }
  }
  resolve_range(inputs, options);
  return inputs;
}

SourceInput open_new_partition(const Place& place, const TopicPartition& which,
                               const SourceOptions& options) {
  SourceInput input = open_partition(place, which, options);
  input.from = input.reader->start_offset();
  resolve_end(input, options);
  return input;
}

}  // namespace weir::log
