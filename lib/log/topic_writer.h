// One topic as a sink writes to it: which partition a record goes to, and the partitions opened so far.
// Errors   throws Error: usage for a partition that does not exist, else as Log and PartitionLog do.
// Threads  one.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "log/log.h"
#include "log/partition_writer.h"
#include "log/resume.h"
#include "log/sink.h"
#include "record/partitioner.h"

namespace weir::log {

class TopicWriter {
 public:
  // Makes the topic when it is missing. `options` outlives the object; `resume` is null without --resume.
  TopicWriter(Log& log, const std::string& name, const SinkOptions& options, std::int64_t producer_id,
              Resume* resume);

  // `line`: the number of the row in its input, from 1. The writer lives as long as this object.
  PartitionWriter& partition_for(const record::Record& record, base::Partition asked, std::uint64_t line) {
    if (asked != base::kNoPartition) return open(asked);
    if (count_ == 1) return open(base::Partition{0});
    if (!record.key.null()) return open(record::partition_of_key(record.key.view(), count_));
    if (numbered_)
      return open(
          base::Partition{static_cast<std::int32_t>((line - 1) % static_cast<std::uint64_t>(count_))});
    return open(sticky_);
  }
  // A batch of this partition was closed: keyless records go to the next one now.
  void closed(const PartitionWriter& writer);

  // With resume: how many records that an earlier run stored have not come yet. Opens all partitions.
  std::int64_t missing();
  void close();  // every partition that was opened: all is durable already

  std::int64_t record_bytes_max() const { return config_.max_message_bytes; }
  const std::string& name() const { return name_; }

 private:
  PartitionWriter& open(base::Partition partition) {
    const auto index = static_cast<std::size_t>(partition.value);
    if (index < writers_.size() && writers_[index] != nullptr) [[likely]]
      return *writers_[index];
    return open_first(partition);
  }
  PartitionWriter& open_first(base::Partition partition);
  std::unique_ptr<PartitionLog> open_log(base::Partition partition);

  Log& log_;
  const std::string name_;
  const SinkOptions& options_;
  const std::int64_t producer_id_;
  std::string id_;  // tells the topic from a later one of its name; empty: a broker's old one has none
  TopicConfig config_;
  std::int32_t count_ = 0;
  bool numbered_;  // keyless records by line number
  base::Partition sticky_{0};
  std::vector<base::Partition> here_;
  std::vector<std::unique_ptr<PartitionWriter>> writers_;  // by partition; null until the first record
};

}  // namespace weir::log
