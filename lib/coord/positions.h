// A group's positions, kept in __consumer_offsets as Kafka keeps them: in the partition that the group's name chooses, the
// newest record of a key wins, a null value takes it away. So Kafka's own tools can list and reset them.
//
// Durability store() reaches the kernel and is seen by every process at once: whoever takes over from a killed member
//            goes on where it was. sync() reaches the disk; a power cut can take back what was not synced, and then
//            records are read twice, never left out.
// Errors     throws Error as log::PartitionLog and log::PartitionReader do. Threads  one.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "coord/offset_record.h"
#include "log/log.h"
#include "log/partition_log.h"
#include "log/partition_reader.h"
#include "log/source.h"
#include "record/batch_builder.h"
#include "record/codec.h"

namespace weir::coord {

inline constexpr std::string_view kOffsetsTopic = "__consumer_offsets";
inline constexpr int kOffsetsPartitions = 50;

class Positions {
 public:
  // Makes the topic when it is missing. `log` was opened for writing and outlives the object.
  Positions(log::Log& log, std::string group);

  // Reads what was written since the last call, by anybody.
  void refresh();
  // As of the last refresh() and what was stored since.
  const StoredOffset* find(const log::TopicPartition& partition) const;
  const std::map<log::TopicPartition, StoredOffset>& all() const { return stored_; }

  void store(std::span<const log::Position> positions);
  void remove(std::span<const log::TopicPartition> partitions);
  void sync();

 private:
  void apply(const record::Record& record);
  void append(record::BatchBuilder& batch);

  log::Log& log_;
  std::string group_;
  std::unique_ptr<log::PartitionLog> writer_;
  std::unique_ptr<log::PartitionReader> reader_;
  record::Codecs codecs_;
  base::Buffer unpacked_;
  std::map<log::TopicPartition, StoredOffset> stored_;
};

}  // namespace weir::coord
