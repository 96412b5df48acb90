#include "kafka/source.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/error.h"
#include "kafka/client.h"
#include "kafka/partition_source.h"
#include "stream/merge_source.h"

namespace weir::kafka {
namespace {

using base::Error;
using base::Kind;
using log::Point;
using stream::Batch;
using stream::Pull;

struct Resolved {
  base::Offset from, begin, end;
  std::optional<base::Offset> until;
  std::optional<base::EventTime> until_time;
};

class ClusterSource final : public log::Source {
 public:
  ClusterSource(const bus::ClusterPlace& place, log::SourceOptions options);

  Pull next(Batch& batch) override;
  int wait_fd() const override { return source_->wait_fd(); }
  stream::Ticket cut(std::size_t, stream::Ticket before) override { return before; }
  Meter meter() const override { return source_->meter(); }
  std::vector<Lag> lag() override;

 private:
  Resolved resolve(const std::string& topic, base::Partition partition);
  void open(const std::string& topic, const TopicMetadata::Partition& partition, bool alone);

  log::SourceOptions options_;
  std::uint64_t rows_left_;
  Client client_;
  std::vector<PartitionSource*> partitions_;  // owned by source_
  std::unique_ptr<stream::Source> source_;
  stream::MergeSource* merge_ = nullptr;
};

Properties defaults() {
  // Larger fetches for the bulk, and no wait for the next one while a queue is being emptied.
  return {{"fetch.message.max.bytes", "4194304"},
          {"queued.max.messages.kbytes", "65536"},
          {"fetch.wait.max.ms", "100"},
          {"check.crcs", "true"},
          {"allow.auto.create.topics", "false"}};
}

Properties fixed(const log::SourceOptions& options) {
  return {{"enable.partition.eof", "true"},
          {"auto.offset.reset", "earliest"},
          {"isolation.level", options.read_committed ? "read_committed" : "read_uncommitted"}};
}

ClusterSource::ClusterSource(const bus::ClusterPlace& place, log::SourceOptions options)
    : options_(std::move(options)),
      rows_left_(options_.count.value_or(UINT64_MAX)),
      client_(place, RD_KAFKA_CONSUMER, defaults(), fixed(options_)) {
  std::vector<std::pair<std::string, TopicMetadata::Partition>> all;
  for (const std::string& name : options_.operands) {
    const TopicMetadata topic = client_.topic(name);
    for (const base::Partition wanted : options_.partitions) {
      const bool there = std::any_of(topic.partitions.begin(), topic.partitions.end(),
                                     [&](const auto& each) { return each.id == wanted; });
      if (there) continue;
      throw Error(Kind::usage, "topic '" + name + "' has no partition " + std::to_string(wanted.value) +
                                   " (it has " + std::to_string(topic.partitions.size()) + ", from 0)")
          .code("unknown_partition");
    }
    for (const TopicMetadata::Partition& each : topic.partitions) {
      const auto& only = options_.partitions;
      if (!only.empty() && std::find(only.begin(), only.end(), each.id) == only.end()) continue;
      all.emplace_back(name, each);
    }
  }
  if (all.empty()) throw Error(Kind::usage, "no topic to read");
  const bool alone = all.size() == 1;
  if (!alone) {
    stream::MergeSource::Options how;
    how.order =
        options_.merge_by_time ? stream::MergeSource::Order::time : stream::MergeSource::Order::arrival;
    how.merge_wait = options_.merge_wait;
    how.clock = &place.clock;
    auto merge = std::make_unique<stream::MergeSource>(std::vector<std::unique_ptr<stream::Source>>{}, how);
    merge_ = merge.get();
    source_ = std::move(merge);
  }
  for (const auto& [topic, partition] : all) open(topic, partition, alone);
}

Resolved ClusterSource::resolve(const std::string& topic, base::Partition partition) {
  const auto [start, end] = client_.ends(topic, partition);
  const Point first = options_.range.from.value_or(Point{});
  Resolved found;
  found.end = end;
  found.begin = client_.resolve(topic, partition, first);
  found.from = found.begin;
  // A record that is not there yet is waited for.
  if (first.kind == Point::Kind::offset) found.from = std::max(found.begin, base::Offset{first.value});
  if (first.kind == Point::Kind::after_start) found.from = std::max(found.begin, start + first.value);
  if (const auto& to = options_.range.to) {
    found.until = client_.resolve(topic, partition, *to);
    if (to->kind == Point::Kind::offset) found.until = base::Offset{to->value};
    if (to->kind == Point::Kind::after_start) found.until = start + to->value;
    // No record is that new yet: the first that is ends the reading, whatever its offset.
    if (to->kind == Point::Kind::time && *found.until >= end) {
      found.until.reset();
      found.until_time = base::EventTime{to->value};
    }
  }
  if (options_.until_end) found.until = std::min(found.until.value_or(end), end);
  return found;
}

void ClusterSource::open(const std::string& topic, const TopicMetadata::Partition& partition, bool alone) {
  const Resolved range = resolve(topic, partition.id);
  PartitionSource::Options how;
  how.name = {topic, partition.id};
  how.from = range.from;
  how.begin = range.begin;
  how.end = range.end;
  how.until = range.until;
  how.until_time = range.until_time;
  how.values_only = options_.values_only && alone;
  how.stop_when_dry = options_.until_end;
  how.say = options_.say;
  auto made = std::make_unique<PartitionSource>(client_, std::move(how));
  partitions_.push_back(made.get());
  if (alone) {
    source_ = std::move(made);
  } else {
    merge_->add(std::move(made), partitions_.size());
  }
}

Pull ClusterSource::next(Batch& batch) {
  if (rows_left_ == 0) {
    batch.clear();
    return Pull::end;
  }
  const Pull pull = source_->next(batch);
  if (pull != Pull::batch) return pull;
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
  if (options.range.last) {
    throw Error(Kind::usage,
                "--last counts over a local log; on a Kafka cluster it comes with the next release")
        .hint("-o -" + std::to_string(*options.range.last) + " reads so many of each partition")
        .code("not_in_this_release");
  }
  return std::make_unique<ClusterSource>(place, std::move(options));
}

}  // namespace weir::kafka
