// Writes rows into topics of a local log, by group commit.
//
// Rows       Form::lines: the line is the value, the time is now. Form::records: the whole record. A row's
// destination is
//            Batch::routes[i] where there are routes, else the default topic.
// Partition  the one asked for (options or route), else murmur2 of the key as the Java client does it, else,
// without a key,
//            one partition until its batch is full ("sticky"), then the next.
// Batches    rows gather in one record batch per partition, written when it reaches batch_bytes, at flush(),
// or when its
//            first row is `linger` old (then flush() alone does not close it; finish() does).
// Durability durable: acked() rises after the fsync that covers the rows; a thread of this object syncs, so
// the loop
//            never waits for a disk. os: after the write. none: at once.
// Bounded    Flow::full while more than in_flight_bytes_max are written but not acknowledged.
// Errors     throws Error; its detail says how many records are safe and how many were not written. After a
// throw only
//            destruction is allowed. A failed fsync acknowledges nothing more, ever.
// Threads    called from one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "log/log.h"
#include "stream/stage.h"

namespace weir::log {

enum class Durability { durable, os, none };

struct SinkOptions {
  std::string topic;                         // where rows without a route go; empty: every row has one
  std::optional<base::Partition> partition;  // every row
  std::string fixed_key;                     // for Form::lines
  bool has_fixed_key = false;
  int partitions_when_created = 1;
  std::optional<TopicConfig::Compression> compression;  // none: the topic's own
  Durability durability = Durability::durable;
  std::size_t batch_bytes = 256u << 10;  // of uncompressed records
  std::optional<std::chrono::nanoseconds> linger;
  std::size_t in_flight_bytes_max = 32u << 20;
  std::string resume;  // NAME of produce --resume; empty: none
  std::function<void(const std::string&)> say = [](const std::string&) {
  };  // "created topic 'orders' (1 partition)"
  // Rows that were stored as safely as `durability` says, in the order they were written; empty: nobody
  // asked.
  std::function<stream::Flow(const stream::Batch&)> stored;
};

// `log` was opened for writing and outlives the sink. Creates options.topic when it is missing.
std::unique_ptr<stream::Sink> make_sink(Log& log, SinkOptions options);

}  // namespace weir::log
