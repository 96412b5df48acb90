// A group's positions, kept in __consumer_offsets as Kafka keeps them: in the partition that the group's name chooses, the
// newest record of a key wins, a null value takes it away. So Kafka's own tools can list and reset them.
//
// Durability store() reaches the kernel and is seen by every process at once: whoever takes over from a killed member
//            goes on where it was. sync() reaches the disk; a power cut can take back what was not synced, and then
//            records are read twice, never left out.
// Errors     throws Error as log::PartitionLog and log::PartitionReader do. Threads  one.
#pragma once

#include <functional>
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

namespace weir::coord {

inline constexpr std::string_view kOffsetsTopic = "__consumer_offsets";
inline constexpr int kOffsetsPartitions = 50;

// One record of __consumer_offsets as a reader meets it; none: it takes the position away.
using OffsetChange = std::function<void(const OffsetKey&, std::optional<StoredOffset>)>;
// Reads on to the end. Throws Error(Kind::io) for a batch that cannot be read.
void read_offsets(log::PartitionReader& reader, const OffsetChange& change);

// What every group has stored, by group; `only`: one group's partition of the topic, which holds others, too. Changes
// nothing; `log` may be opened for reading. Empty where no group has ever stored a position.
using GroupPositions = std::map<log::TopicPartition, StoredOffset>;
std::map<std::string, GroupPositions> stored_positions(const log::Log& log,
                                                       std::optional<std::string_view> only = {});

class Positions {
 public:
  // Makes the topic when it is missing. `log` was opened for writing and outlives the object.
  Positions(log::Log& log, std::string group);

  // Reads what was written since the last call, by anybody.
  void refresh();
  // As of the last refresh() and what was stored since.
  const StoredOffset* find(const log::TopicPartition& partition) const;
  const GroupPositions& all() const { return stored_; }

  void store(std::span<const log::Position> positions);
  void remove(std::span<const log::TopicPartition> partitions);
  void sync();

 private:
  void append(record::BatchBuilder& batch);

  log::Log& log_;
  std::string group_;
  std::unique_ptr<log::PartitionLog> writer_;
  std::unique_ptr<log::PartitionReader> reader_;
  GroupPositions stored_;
};

}  // namespace weir::coord
