#include "log/topic_writer.h"

#include <algorithm>

#include "base/error.h"
#include "log/create_partition.h"
#include "log/delete_topic.h"

namespace weir::log {
namespace {

record::Codec codec_of(TopicConfig::Compression compression) {
  switch (compression) {
    case TopicConfig::Compression::gzip:
      return record::Codec::gzip;
    case TopicConfig::Compression::snappy:
      return record::Codec::snappy;
    case TopicConfig::Compression::lz4:
      return record::Codec::lz4;
    case TopicConfig::Compression::zstd:
      return record::Codec::zstd;
    case TopicConfig::Compression::none:
    case TopicConfig::Compression::producer:
      break;
  }
  return record::Codec::none;
}

base::Error no_partition(const std::string& topic, base::Partition partition, int count) {
  return base::Error(base::Kind::usage, "topic '" + topic + "' has no partition " +
                                            std::to_string(partition.value) + " (it has " +
                                            std::to_string(count) + ", from 0)")
      .code("unknown_partition");
}

}  // namespace

TopicWriter::TopicWriter(Log& log, const std::string& name, const SinkOptions& options,
                         std::int64_t producer_id, Resume* resume)
    : log_(log), name_(name), options_(options), producer_id_(producer_id), numbered_(resume != nullptr) {
  if (name.starts_with("__")) {
    throw base::Error(base::Kind::usage,
                      "topic '" + name + "' is kept by the log itself and is not written to by hand")
        .code("internal_topic");
  }
  if (options.partition) {
    const auto there = log.find_topic(name);
    const int count = there ? there->partition_count() : options.partitions_when_created;
    // Told before anything is made or read, also where no record comes.
    if (options.partition->value >= count) {
      base::Error error = no_partition(name, *options.partition, count);
      if (!there) error.hint("--partitions " + std::to_string(options.partition->value + 1));
      throw std::move(error);
    }
  }
  Log::Created made = log.ensure_topic(name, options.partitions_when_created);
  count_ = made.topic.partition_count();
  id_ = log.topic_id(made.topic);
  here_ = std::move(made.topic.partitions);
  if (made.created) {
    options.say("made topic '" + name + "' (" + std::to_string(count_) +
                (count_ == 1 ? " partition)" : " partitions)"));
  } else if (options.partitions_asked_for && options.partitions_when_created != count_) {
    options.say("topic '" + name + "' has " + std::to_string(count_) +
                (count_ == 1 ? " partition" : " partitions") + "; --partitions " +
                std::to_string(options.partitions_when_created) + " is for a topic that is made");
  }
  config_ = log.config(name);
  writers_.resize(static_cast<std::size_t>(count_));
  // Many short runs should not all begin with partition 0.
  sticky_ = base::Partition{static_cast<std::int32_t>(producer_id % count_)};
  if (resume != nullptr) resume->hold_partitions(name, count_);
}

PartitionWriter& TopicWriter::open_first(base::Partition partition) {
  if (!std::binary_search(here_.begin(), here_.end(), partition)) {
    if (partition.value < 0 || partition.value >= count_) throw no_partition(name_, partition, count_);
    throw base::Error(base::Kind::usage, "partition " + std::to_string(partition.value) + " of topic '" +
                                             name_ + "' is not in " + log_.directory() +
                                             ", which holds only some of them")
        .code("unknown_partition");
  }
  auto partition_log = open_log(partition);
  if (const std::string said = partition_log->recovery().summary(); !said.empty()) options_.say(said);

  PartitionWriter::Options writing;
  writing.batch_bytes = std::min(options_.batch_bytes.value_or(writing.batch_bytes),
                                 static_cast<std::size_t>(config_.max_message_bytes));
  writing.codec = options_.codec.value_or(codec_of(config_.compression));
  writing.timestamps = config_.timestamps;
  writing.producer_id = producer_id_;
  writing.resume = numbered_;
  auto& slot = writers_[static_cast<std::size_t>(partition.value)];
  slot = std::make_unique<PartitionWriter>(std::move(partition_log), log_, writing);
  return *slot;
}

// A partition may be opened long after the topic was looked up: by then it may be gone, or its name be another's.
std::unique_ptr<PartitionLog> TopicWriter::open_log(base::Partition partition) {
  const std::string folder = log_.partition_path(name_, partition);
  const auto deleted = [&] { return !id_.empty() && read_topic_id(log_.sys(), folder) != id_; };
  PartitionOptions storage;
  storage.segment_bytes = config_.segment_bytes;
  storage.segment_ms = config_.segment_ms;
  storage.index_interval_bytes = config_.index_interval_bytes;
  storage.segment_index_bytes = config_.segment_index_bytes;
  storage.visible_when_written = options_.durability != Durability::durable;
  std::unique_ptr<PartitionLog> opened;
  try {
    opened = PartitionLog::open(log_.sys(), log_.clock(), log_.host(), folder, storage);
  } catch (const base::Error&) {
    if (deleted()) throw topic_deleted(folder);
    throw;
  }
  if (deleted()) throw topic_deleted(folder);
  return opened;
}

void TopicWriter::closed(const PartitionWriter& writer) {
  if (writers_[static_cast<std::size_t>(sticky_.value)].get() != &writer) return;
  sticky_.value = (sticky_.value + 1) % count_;
}

std::int64_t TopicWriter::missing() {
  std::int64_t records = 0;
  for (const base::Partition partition : here_) records += open(partition).missing();
  return records;
}

void TopicWriter::close() {
  for (const auto& writer : writers_) {
    if (writer != nullptr) writer->log().close();
  }
}

}  // namespace weir::log
