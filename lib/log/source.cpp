#include "log/source.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <deque>

#include "base/error.h"
#include "log/log_watcher.h"
#include "log/newest.h"
#include "log/partition_source.h"
#include "stream/merge_source.h"

namespace weir::log {
namespace {

using stream::Batch;
using stream::Pull;

// What is read from one partition, before the source is made.
struct Input {
  TopicPartition name;
  std::string shown;
  std::unique_ptr<PartitionReader> reader;
  base::Offset from;
  std::optional<base::Offset> until;
  std::optional<base::EventTime> until_time;
};

class LogSource final : public Source {
 public:
  LogSource(std::vector<Input> inputs, base::Clock& clock, SourceOptions options);
  ~LogSource() override { ::close(epoll_); }

  Pull next(Batch& batch) override;
  int wait_fd() const override { return epoll_; }
  void commit(stream::Ticket ticket) override;
  stream::Ticket cut(std::size_t rows, stream::Ticket before) override;
  Meter meter() const override { return source_->meter(); }
  std::vector<Lag> lag() override;

 private:
  // A ticket that was handed out for merged rows, and how far each partition had got.
  struct Handed {
    stream::Ticket ours;
    stream::Ticket merged;                                   // of the merge; its inputs know what that means
    std::vector<std::pair<std::size_t, base::Offset>> next;  // by its rows: partition -> next offset
  };

  bool merging() const { return partitions_.size() > 1; }
  Pull next_merged(Batch& batch);
  void note_positions(const std::vector<stream::Origin>& origins, Handed* to) const;
  std::size_t partition_of(const stream::Origin& origin) const;
  void wake_if_written();
  void wait_for_more();

  SourceOptions options_;
  std::uint64_t rows_left_;
  LogWatcher watcher_;
  std::vector<PartitionSource*> partitions_;  // owned by source_
  std::unique_ptr<stream::Source> source_;    // a PartitionSource, or a merge of several
  int epoll_ = -1;
  std::deque<Handed> handed_;
  // Of the newest batch, for cut(); only where somebody hears of positions.
  std::vector<stream::Origin> origins_;
  const stream::Input* input_ = nullptr;
  std::uint64_t tickets_ = 0;
  std::vector<base::Offset> reported_;  // by partition: what on_commit heard last
};

LogSource::LogSource(std::vector<Input> inputs, base::Clock& clock, SourceOptions options)
    : options_(std::move(options)), rows_left_(options_.count.value_or(UINT64_MAX)) {
  const bool one = inputs.size() == 1;
  std::vector<std::unique_ptr<stream::Source>> sources;
  for (Input& input : inputs) {
    watcher_.watch(input.reader->folder());
    input.reader->seek(input.from);
    PartitionSource::Options how;
    how.name = input.name;
    how.shown = input.shown;
    how.until = input.until;
    how.until_time = input.until_time;
    how.stop_when_dry = options_.until_end;
    how.values_only = options_.values_only && one;
    how.skip_corrupt = options_.skip_corrupt;
    how.rows_left = one && options_.count ? &rows_left_ : nullptr;
    how.say = options_.say;
    auto source = std::make_unique<PartitionSource>(std::move(input.reader), std::move(how));
    partitions_.push_back(source.get());
    sources.push_back(std::move(source));
  }
  reported_.assign(partitions_.size(), base::kNoOffset);
  if (one) {
    source_ = std::move(sources.front());
  } else {
    stream::MergeSource::Options how;
    how.order =
        options_.merge_by_time ? stream::MergeSource::Order::time : stream::MergeSource::Order::arrival;
    how.merge_wait = options_.merge_wait;
    how.clock = &clock;
    source_ = std::make_unique<stream::MergeSource>(std::move(sources), how);
  }
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  if (epoll_ < 0)
    throw base::Error(base::Kind::io, "cannot make an epoll descriptor: " + base::errno_words(errno));
  for (const int fd : {watcher_.fd(), source_->wait_fd()}) {
    epoll_event event{};
    event.events = EPOLLIN;
    if (fd >= 0) ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  }
}

Pull LogSource::next(Batch& batch) {
  wake_if_written();
  const Pull pull = merging() ? next_merged(batch) : source_->next(batch);
  if (pull == Pull::would_block) wait_for_more();
  if (pull == Pull::batch && options_.on_commit) origins_ = batch.origins;
  return pull;
}

// The watcher is asked only while somebody waits for it; a partition with a backlog finds out by itself.
void LogSource::wake_if_written() {
  if (std::none_of(partitions_.begin(), partitions_.end(), [](const auto* each) { return each->dry(); }))
    return;
  watcher_.clear();
  for (PartitionSource* each : partitions_) each->wake();
}

void LogSource::wait_for_more() {
  std::optional<std::chrono::nanoseconds> soonest;
  for (const PartitionSource* each : partitions_) {
    if (const auto recheck = each->recheck()) soonest = std::min(soonest.value_or(*recheck), *recheck);
  }
  if (soonest) watcher_.wake_in(*soonest);
}

Pull LogSource::next_merged(Batch& batch) {
  if (rows_left_ == 0) {
    batch.clear();
    return Pull::end;
  }
  const Pull pull = source_->next(batch);
  if (pull != Pull::batch) return pull;
  Handed handed{{++tickets_}, batch.ticket, {}};
  if (batch.lines.size() > rows_left_) {
    // The merge's ticket may stand for rows that are cut off here: only what the rows themselves say counts.
    batch.lines.resize(rows_left_);
    batch.records.resize(rows_left_);
    batch.origins.resize(rows_left_);
    handed.merged = handed_.empty() ? stream::Ticket{} : handed_.back().merged;
  }
  rows_left_ -= batch.lines.size();
  input_ = batch.input;
  note_positions(batch.origins, &handed);
  batch.ticket = handed.ours;
  handed_.push_back(std::move(handed));
  return Pull::batch;
}

std::size_t LogSource::partition_of(const stream::Origin& origin) const {
  const std::string& topic = input_->topics[origin.topic];
  std::size_t i = 0;
  while (partitions_[i]->name().partition != origin.partition || partitions_[i]->name().topic != topic) ++i;
  return i;
}

void LogSource::note_positions(const std::vector<stream::Origin>& origins, Handed* to) const {
  for (std::size_t i = 0; i < origins.size(); ++i) {
    const stream::Origin& origin = origins[i];
    const bool run_ends = i + 1 == origins.size() || origins[i + 1].partition != origin.partition ||
                          origins[i + 1].topic != origin.topic;
    if (!run_ends) continue;
    const std::size_t partition = partition_of(origin);
    const auto at = std::find_if(to->next.begin(), to->next.end(),
                                 [&](const auto& each) { return each.first == partition; });
    if (at == to->next.end()) {
      to->next.emplace_back(partition, origin.offset + 1);
    } else {
      at->second = origin.offset + 1;
    }
  }
}

stream::Ticket LogSource::cut(std::size_t rows, stream::Ticket before) {
  if (origins_.size() <= rows) return before;
  origins_.resize(rows);
  if (!merging()) return {static_cast<std::uint64_t>((origins_.back().offset + 1).value)};
  Handed& last = handed_.back();
  last.next.clear();
  note_positions(origins_, &last);
  // As with a count: the merge's ticket stands for whole batches of its inputs.
  last.merged = handed_.size() == 1 ? stream::Ticket{} : handed_[handed_.size() - 2].merged;
  return last.ours;
}

void LogSource::commit(stream::Ticket ticket) {
  if (!merging()) {
    source_->commit(ticket);
  } else {
    stream::Ticket merged{};
    for (; !handed_.empty() && handed_.front().ours <= ticket; handed_.pop_front()) {
      merged = handed_.front().merged;
      for (const auto& [partition, next] : handed_.front().next)
        partitions_[partition]->raise_committed(next);
    }
    // Also what lies behind the last row: transaction markers, aborted records.
    source_->commit(merged);
  }
  if (!options_.on_commit) return;
  std::vector<Position> moved;
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    if (partitions_[i]->committed() <= reported_[i]) continue;
    reported_[i] = partitions_[i]->committed();
    moved.push_back({partitions_[i]->name(), reported_[i]});
  }
  if (!moved.empty()) options_.on_commit(moved);
}

std::vector<Source::Lag> LogSource::lag() {
  std::vector<Lag> all;
  for (PartitionSource* each : partitions_) {
    all.push_back({each->name(), each->next_offset(), each->reader().end_offset()});
  }
  return all;
}

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

void resolve_range(std::vector<Input>& inputs, const SourceOptions& options) {
  const Range& range = options.range;
  for (Input& input : inputs) {
    PartitionReader& reader = *input.reader;
    const auto stored = options.stored_position ? options.stored_position(input.name) : std::nullopt;
    input.from = stored ? *stored : resolve(reader, range.from.value_or(Point{}));
    const base::Offset end = reader.end_offset();
    if (range.to) {
      input.until = resolve(reader, *range.to);
      // No record is that new yet: the first that is ends the reading, whatever its offset.
      if (range.to->kind == Point::Kind::time && *input.until >= end) {
        input.until.reset();
        input.until_time = base::EventTime{range.to->value};
      }
    }
    if (options.until_end) input.until = std::min(input.until.value_or(end), end);
  }
  if (!range.last) return;
  std::vector<NewestInput> tails;
  for (const Input& input : inputs)
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

Input open_path(const Place& place, const std::string& path, const SourceOptions& options) {
  Input input;
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

void open_topic(const Place& place, const std::string& name, const SourceOptions& options,
                std::vector<Input>* to) {
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
  ReaderOptions how = reading(options);
  how.may_have_gaps = place.log->config(name).compact;
  for (const base::Partition partition : topic.partitions) {
    const auto& only = options.partitions;
    if (!only.empty() && std::find(only.begin(), only.end(), partition) == only.end()) continue;
    if (options.wanted && !options.wanted({name, partition})) continue;
    Input input;
    input.name = {name, partition};
    input.shown = "topic:" + name;
    input.reader = PartitionReader::open(place.sys, place.clock, place.host,
                                         place.log->partition_path(name, partition), how);
    to->push_back(std::move(input));
  }
}

}  // namespace

std::unique_ptr<Source> open_source(const Place& place, SourceOptions options) {
  std::vector<Input> inputs;
  for (const std::string& operand : options.operands) {
    if (is_path(operand)) {
      inputs.push_back(open_path(place, operand, options));
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
  base::Clock& clock = place.clock;
  return std::make_unique<LogSource>(std::move(inputs), clock, std::move(options));
}

}  // namespace weir::log
