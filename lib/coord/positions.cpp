#include "coord/positions.h"

#include <utility>

#include "base/error.h"
#include "coord/group_hash.h"
#include "record/record_cursor.h"

namespace weir::coord {
namespace {

log::Topic offsets_topic(log::Log& log) {
  // As a Kafka broker makes it.
  const log::Settings settings = {{"cleanup.policy", "compact"}, {"segment.bytes", "104857600"}};
  return log.ensure_topic(kOffsetsTopic, kOffsetsPartitions, settings).topic;
}

record::Record record_of(const std::string& key, base::EventTime now) {
  record::Record record;
  record.key = record::Bytes(key);
  record.ts = now;
  return record;
}

void hand_out(const record::Record& record, const OffsetChange& change) {
  const auto key = decode_offset_key(record.key.view());
  if (!key) return;
  if (record.value.null()) return change(*key, std::nullopt);
  if (auto value = decode_offset_value(record.value.view())) change(*key, std::move(value));
}

}  // namespace

void read_offsets(log::PartitionReader& reader, const OffsetChange& change) {
  record::Codecs codecs;
  base::Buffer unpacked;
  // A gap is records that retention took away, since damage throws here: nothing of it is wanted.
  for (auto step = reader.next(); step != log::PartitionReader::Step::end; step = reader.next()) {
    if (step != log::PartitionReader::Step::batch) continue;
    const record::BatchView& batch = reader.batch();
    std::string_view records;
    record::Fault fault = batch.records(codecs, unpacked, &records);
    record::RecordCursor cursor(batch.header(), records);
    record::Record record;
    base::Offset offset;
    while (!fault && cursor.next(record, offset)) hand_out(record, change);
    if (!fault) fault = cursor.fault();
    if (fault) {
      throw base::Error(base::Kind::io, std::string("cannot read the positions of groups: ") + fault.what +
                                            " at offset " + std::to_string(batch.header().base_offset) +
                                            " in " + reader.folder())
          .code("corrupt_log");
    }
  }
}

std::map<std::string, GroupPositions> stored_positions(const log::Log& log,
                                                       std::optional<std::string_view> only) {
  std::map<std::string, GroupPositions> groups;
  const auto topic = log.find_topic(kOffsetsTopic);
  if (!topic) return groups;
  for (const base::Partition partition : topic->partitions) {
    if (only && partition != partition_of_group(*only, topic->partition_count())) continue;
    log::ReaderOptions how;
    how.may_have_gaps = true;  // a compacted topic
    const auto reader = log::PartitionReader::open(log.sys(), log.clock(), log.host(),
                                                   log.partition_path(kOffsetsTopic, partition), how);
    read_offsets(*reader, [&](const OffsetKey& key, std::optional<StoredOffset> value) {
      if (value) {
        groups[key.group][key.partition] = std::move(*value);
      } else if (const auto group = groups.find(key.group); group != groups.end()) {
        group->second.erase(key.partition);
      }
    });
  }
  std::erase_if(groups, [](const auto& each) { return each.second.empty(); });
  return groups;
}

Positions::Positions(log::Log& log, std::string group) : log_(log), group_(std::move(group)) {
  const log::Topic topic = offsets_topic(log_);
  const base::Partition partition = partition_of_group(group_, topic.partition_count());
  const std::string folder = log_.partition_path(kOffsetsTopic, partition);
  const log::TopicConfig config = log_.config(kOffsetsTopic);
  log::PartitionOptions options;
  options.segment_bytes = config.segment_bytes;
  options.segment_ms = config.segment_ms;
  options.index_interval_bytes = config.index_interval_bytes;
  options.segment_index_bytes = config.segment_index_bytes;
  options.visible_when_written = true;
  writer_ = log::PartitionLog::open(log_.sys(), log_.clock(), log_.host(), folder, options);
  reader_ = log::PartitionReader::open(log_.sys(), log_.clock(), log_.host(), folder, {});
  reader_->seek(reader_->start_offset());
  refresh();
}

void Positions::refresh() {
  read_offsets(*reader_, [&](const OffsetKey& key, std::optional<StoredOffset> value) {
    if (key.group != group_) return;
    if (value) {
      stored_[key.partition] = std::move(*value);
    } else {
      stored_.erase(key.partition);
    }
  });
}

const StoredOffset* Positions::find(const log::TopicPartition& partition) const {
  const auto found = stored_.find(partition);
  return found == stored_.end() ? nullptr : &found->second;
}

void Positions::store(std::span<const log::Position> positions) {
  if (positions.empty()) return;
  const base::EventTime now = log_.clock().wall();
  record::BatchBuilder batch;
  for (const log::Position& position : positions) {
    StoredOffset value;
    value.next = position.next;
    value.committed_ms = now.ms;
    const std::string key = encode(OffsetKey{group_, position.partition});
    const std::string bytes = encode(value);
    record::Record record = record_of(key, now);
    record.value = record::Bytes(bytes);
    if (!batch.append(record)) {
      append(batch);
      batch.append(record);
    }
    stored_[position.partition] = value;
  }
  append(batch);
}

void Positions::remove(std::span<const log::TopicPartition> partitions) {
  if (partitions.empty()) return;
  const base::EventTime now = log_.clock().wall();
  record::BatchBuilder batch;
  for (const log::TopicPartition& partition : partitions) {
    const std::string key = encode(OffsetKey{group_, partition});
    if (!batch.append(record_of(key, now))) {
      append(batch);
      batch.append(record_of(key, now));
    }
    stored_.erase(partition);
  }
  append(batch);
}

void Positions::append(record::BatchBuilder& batch) {
  writer_->append(batch.finish({}));
  batch.clear();
}

void Positions::sync() {
  writer_->sync();
}

}  // namespace weir::coord
