// Records of __consumer_offsets that hold a group's position in one partition, as Kafka writes them.
//
//   key    int16 version (1; 0 in very old logs), string group, string topic, int32 partition
//   value  int16 version, then          a string is an int16 length and UTF-8 bytes; all integers big-endian
//     0, 2  int64 offset, string metadata, int64 commit time
//     1     int64 offset, string metadata, int64 commit time, int64 expiry time
//     3     int64 offset, int32 leader epoch, string metadata, int64 commit time          (what we write)
//     4     as 3 with a compact string (varint length + 1), then tagged fields (0: 16 bytes, the topic's id)
// A null value is a tombstone. Source: OffsetCommitKey.json and OffsetCommitValue.json of Apache Kafka.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/units.h"
#include "log/topic_name.h"
#include "record/record.h"

namespace weir::coord {

struct OffsetKey {
  std::string group;
  log::TopicPartition partition;
  friend auto operator<=>(const OffsetKey&, const OffsetKey&) = default;
};

struct StoredOffset {
  base::Offset next;               // the next record to be read
  std::int32_t leader_epoch = -1;  // of the last one read; -1: not known
  std::string metadata;
  std::int64_t committed_ms = 0;
};

std::string encode(const OffsetKey& key);
std::string encode(const StoredOffset& value);  // version 3

// None for every other kind of record (group metadata, ...) and for bytes that are no such key or value.
std::optional<OffsetKey> decode_offset_key(std::string_view bytes);
std::optional<StoredOffset> decode_offset_value(std::string_view bytes);

}  // namespace weir::coord
