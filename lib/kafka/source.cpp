#include "kafka/source.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>

#include "base/error.h"
#include "kafka/client.h"
#include "kafka/growth.h"
#include "kafka/newest.h"
#include "kafka/offsets.h"
#include "kafka/partition_source.h"
#include "kafka/wake.h"
#include "log/topic_choice.h"
#include "stream/merge_source.h"

namespace weir::kafka {
namespace {

using base::Error;
using base::Kind;
using log::Point;
using stream::Batch;
using stream::Pull;

// What is read from one partition, before its source is made.
struct Input {
  log::TopicPartition name;
  std::uint64_t rank = 0;
  bool by_pattern = false;
  log::Extent extent;
  base::Offset from;
  log::Stop stop;
};

class ClusterSource final : public log::Source {
 public:
  ClusterSource(const bus::ClusterPlace& place, log::SourceOptions options);
  ~ClusterSource() override { ::close(epoll_); }

  Pull next(Batch& batch) override;
  int wait_fd() const override { return epoll_; }
  stream::Ticket cut(std::size_t, stream::Ticket before) override { return before; }
  bool behind() const override { return source_->behind(); }
  Meter meter() const override { return source_->meter(); }
  std::vector<Lag> lag() override;

 private:
  std::vector<Input> find_inputs();
  void find_topics(const std::vector<TopicMetadata>& topics, std::size_t operand, std::vector<Input>* to);
  Input input_of(const log::TopicPartition& name);
  void resolve(std::vector<Input>& inputs);
  void open(const Input& input, bool alone);
  void begin_merge();
  void add_new_partitions();
  void wait_for(int fd);

  log::SourceOptions options_;
  log::Ranks ranks_;
  base::Clock& clock_;
  std::uint64_t rows_left_;
  int epoll_ = -1;
  Wake told_;  // the client has something to say
  Client client_;
  std::vector<PartitionSource*> partitions_;  // owned by source_
  std::unique_ptr<stream::Source> source_;    // a PartitionSource, or a merge of several
  stream::MergeSource* merge_ = nullptr;      // source_, when it is a merge
  std::uint64_t first_rank_ = 0;              // of the partition that was read alone
  stream::Ticket alone_until_;                // its last ticket before the merge, whose own begin behind it
  std::unique_ptr<Growth> growth_;            // none: what was there at the beginning is all that is read
};

Properties defaults(const log::SourceOptions& options) {
  // Larger fetches for the bulk, and no wait for the next one while a queue is being emptied. A bounded reader waits for
  // nothing that comes later: the end of a partition is to be told at once.
  return {{"fetch.message.max.bytes", "2097152"},
          {"queued.max.messages.kbytes", "65536"},
          {"fetch.wait.max.ms", options.until_end ? "5" : "100"},
          {"topic.metadata.refresh.interval.ms", "5000"},
          {"check.crcs", "true"},
          {"allow.auto.create.topics", "false"}};
}

Properties fixed(const log::SourceOptions& options) {
  return {
      {"enable.partition.eof", "true"},
      {"auto.offset.reset", "error"},  // what was deleted before it was read is told, and never passed over
      {"isolation.level", options.read_committed ? "read_committed" : "read_uncommitted"}};
}

ClusterSource::ClusterSource(const bus::ClusterPlace& place, log::SourceOptions options)
    : options_(std::move(options)),
      ranks_(options_),
      clock_(place.clock),
      rows_left_(options_.count.value_or(UINT64_MAX)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      client_(place, RD_KAFKA_CONSUMER, defaults(options_), fixed(options_)) {
  if (epoll_ < 0) throw Error(Kind::io, "cannot make an epoll descriptor: " + base::errno_words(errno));
  client_.wake(told_);
  wait_for(told_.fd());
  std::vector<Input> inputs = find_inputs();
  resolve(inputs);
  const bool alone = inputs.size() == 1;
  if (!alone) begin_merge();
  for (const Input& input : inputs) open(input, alone);
  if (alone) wait_for(source_->wait_fd());
  if (!log::may_grow(options_) || client_.refresh_interval() <= std::chrono::milliseconds{0}) return;
  std::set<log::TopicPartition> known;
  for (const Input& input : inputs) known.insert(input.name);
  growth_ = std::make_unique<Growth>(client_, options_, std::move(known));
  wait_for(growth_->fd());
}

void ClusterSource::wait_for(int fd) {
  epoll_event event{};
  event.events = EPOLLIN;
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
}

Input ClusterSource::input_of(const log::TopicPartition& name) {
  const auto operand = log::operand_of(options_, name.topic);
  Input input;
  input.name = name;
  input.rank = ranks_.of(name);
  input.by_pattern = operand && log::is_pattern(options_.operands[*operand]);
  return input;
}

void ClusterSource::find_topics(const std::vector<TopicMetadata>& topics, std::size_t operand,
                                std::vector<Input>* to) {
  for (const TopicMetadata& topic : topics) {
    if (log::operand_of(options_, topic.name) != operand) continue;
    for (const TopicMetadata::Partition& each : topic.partitions) {
      const auto& only = options_.partitions;
      if (!only.empty() && std::find(only.begin(), only.end(), each.id) == only.end()) continue;
      if (options_.wanted && !options_.wanted({topic.name, each.id})) continue;
      to->push_back(input_of({topic.name, each.id}));
    }
  }
}

std::vector<Input> ClusterSource::find_inputs() {
  std::vector<Input> inputs;
  std::vector<TopicMetadata> all;
  if (log::has_patterns(options_)) all = client_.topics();
  for (std::size_t i = 0; i < options_.operands.size(); ++i) {
    const std::string& name = options_.operands[i];
    if (log::is_pattern(name)) {
      find_topics(all, i, &inputs);
      continue;
    }
    const TopicMetadata topic = client_.topic(name);
    std::vector<base::Partition> there;
    for (const TopicMetadata::Partition& each : topic.partitions) there.push_back(each.id);
    log::check_partitions(options_, name, there);
    const std::size_t first = log::operand_of(options_, name).value_or(i);
    if (!log::is_pattern(options_.operands[first])) find_topics({topic}, first, &inputs);
  }
  if (inputs.empty() && !log::has_patterns(options_)) throw Error(Kind::usage, "no topic to read");
  if (inputs.empty()) {
    const std::string& pattern = options_.patterns.front().text;
    if (!log::may_grow(options_)) throw log::no_match(pattern, client_.shown());
    options_.say("no topic matches '" + pattern + "' yet");
  }
  return inputs;
}

// Asks before anything is fetched: a question waits behind the fetches of its connection.
void ClusterSource::resolve(std::vector<Input>& inputs) {
  std::vector<log::TopicPartition> names;
  for (const Input& input : inputs) names.push_back(input.name);
  log::refuse_twice(names);
  const std::vector<log::Extent> extents = extents_of(client_, names);
  const log::Range& range = options_.range;
  std::map<base::EventTime, std::vector<base::Offset>> at_times;
  for (const auto& point : {range.from, range.to})
    if (point && point->kind == Point::Kind::time && !inputs.empty())
      at_times[{point->value}] = offsets_at(client_, names, extents, {point->value});
  std::vector<NewestInput> ends;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    Input& input = inputs[i];
    const auto at_time = [&](base::EventTime time) { return at_times.at(time)[i]; };
    const auto stored = options_.stored_position ? options_.stored_position(input.name) : std::nullopt;
    input.extent = extents[i];
    input.from = stored ? *stored : log::resolve(range.from.value_or(Point{}), input.extent, at_time);
    input.stop = log::resolve_stop(range, options_.until_end ? log::Bounded::as_of_now : log::Bounded::no,
                                   input.extent, at_time);
    ends.push_back({input.name, input.extent, input.stop.until.value_or(input.extent.end)});
  }
  if (!range.last) return;
  const std::vector<base::Offset> begin = begin_of_newest(client_, ends, *range.last, options_.say);
  for (std::size_t i = 0; i < inputs.size(); ++i) inputs[i].from = begin[i];
}

void ClusterSource::open(const Input& input, bool alone) {
  PartitionSource::Options how;
  how.name = input.name;
  how.from = input.from;
  how.extent = input.extent;
  how.stop = input.stop;
  how.values_only = options_.values_only && alone;
  how.stop_when_dry = options_.until_end;
  how.may_vanish = input.by_pattern;
  how.say = options_.say;
  auto made = std::make_unique<PartitionSource>(client_, std::move(how));
  partitions_.push_back(made.get());
  if (alone) {
    first_rank_ = input.rank;
    source_ = std::move(made);
  } else {
    merge_->add(std::move(made), input.rank);
  }
}

// What was read alone so far becomes the first of several.
void ClusterSource::begin_merge() {
  stream::MergeSource::Options how;
  how.order = options_.merge_by_time ? stream::MergeSource::Order::time : stream::MergeSource::Order::arrival;
  how.merge_wait = options_.merge_wait;
  how.clock = &clock_;
  auto merge = std::make_unique<stream::MergeSource>(std::vector<std::unique_ptr<stream::Source>>{}, how);
  merge_ = merge.get();
  wait_for(merge->wait_fd());
  if (source_ != nullptr) {
    ::epoll_ctl(epoll_, EPOLL_CTL_DEL, source_->wait_fd(), nullptr);
    partitions_.front()->join_merge();
    merge->add(std::move(source_), first_rank_);
  }
  source_ = std::move(merge);
}

void ClusterSource::add_new_partitions() {
  for (const Growth::Found& each : growth_->take()) {
    const auto reading = [&](const PartitionSource* one) {
      return one->name() == each.name && !one->ended();
    };
    if (std::any_of(partitions_.begin(), partitions_.end(), reading)) continue;
    if (merge_ == nullptr) begin_merge();
    Input input = input_of(each.name);
    input.extent = each.extent;
    input.from = each.extent.start;
    input.stop = log::resolve_stop(options_.range, log::Bounded::no, each.extent,
                                   [&](base::EventTime) { return each.extent.end; });
    open(input, false);
  }
}

Pull ClusterSource::next(Batch& batch) {
  batch.clear();
  if (rows_left_ == 0) return Pull::end;
  client_.serve(options_.say);
  if (growth_ != nullptr) add_new_partitions();
  const Pull pull = source_->next(batch);
  // All that a pattern took in may be gone, and more may come.
  if (pull == Pull::end && growth_ != nullptr && log::has_patterns(options_) && !options_.range.to)
    return Pull::would_block;
  if (pull != Pull::batch) return pull;
  client_.came_back();
  if (merge_ == nullptr) {
    alone_until_ = batch.ticket;
  } else {
    batch.ticket.value += alone_until_.value;
  }
  if (batch.lines.size() > rows_left_) {
    batch.lines.resize(rows_left_);
    if (!batch.records.empty()) batch.records.resize(rows_left_);
    batch.origins.resize(rows_left_);
  }
  rows_left_ -= batch.lines.size();
  return pull;
}

std::vector<ClusterSource::Lag> ClusterSource::lag() {
  std::vector<Lag> all;
  for (const PartitionSource* each : partitions_)
    all.push_back({each->name(), each->next_offset(), each->end_offset()});
  return all;
}

}  // namespace

std::unique_ptr<log::Source> open_source(const bus::ClusterPlace& place, log::SourceOptions options) {
  return std::make_unique<ClusterSource>(place, std::move(options));
}

}  // namespace weir::kafka
