// One partition as a sink writes to it: gathers records in one batch, seals it with the producer's next sequence
// number, appends it.
// Errors   throws Error as PartitionLog does.
// Threads  one; PartitionLog::sync() may run on another meanwhile.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "log/log.h"
#include "log/partition_log.h"
#include "log/stored_tail.h"
#include "log/topic_config.h"
#include "record/batch_builder.h"

namespace weir::log {

class PartitionWriter {
 public:
  struct Options {
    std::size_t batch_bytes = 256u << 10;
    record::Codec codec = record::Codec::none;
    TopicConfig::Timestamps timestamps = TopicConfig::Timestamps::create_time;
    std::int64_t producer_id = -1;
    // The producer id may have written here before, and its first records are not to be written again.
    bool resume = false;
  };
  PartitionWriter(std::unique_ptr<PartitionLog> log, const Log& place, const Options& options);

  // True: `record` was stored by an earlier run, and is not to be added. Counts it.
  // Throws Error(Kind::data) when another record was stored in its place.
  bool skips(const record::Record& record) {
    if (skip_ == 0) [[likely]]
      return false;
    pass_over(record);
    return true;
  }
  // How many of the records that an earlier run stored have not come yet.
  std::int64_t missing() const { return skip_; }
  // False: the batch is full; append_batch() first. An empty batch takes any record.
  bool add(const record::Record& record) { return builder_.append(record); }
  std::size_t records() const { return builder_.records(); }  // gathered so far
  // Appends what has gathered; requires records() > 0. Returns how many records and bytes that were.
  struct Written {
    std::size_t records;
    std::size_t bytes;
  };
  Written append_batch();

  PartitionLog& log() { return *log_; }

  // For the sink's book-keeping: the write() whose row came first into the open batch, and when.
  std::uint64_t first_write = 0;
  std::chrono::nanoseconds first_at{0};
  bool dirty = false;  // appended to since the last sync was asked for

 private:
  void pass_over(const record::Record& record);

  std::unique_ptr<PartitionLog> log_;
  base::Clock& clock_;
  Options options_;
  record::BatchBuilder builder_;
  std::int16_t epoch_ = 0;
  std::int32_t next_sequence_ = 0;
  std::int64_t skip_ = 0;
  std::optional<StoredTail> stored_;  // while something is skipped
  base::EventTime last_append_time_ = base::kNoTime;
};

}  // namespace weir::log
