// Writes rows into topics of a local log, by group commit.
//
// Rows       Form::lines: the line is the value, the key is the fixed one, the time is now. Form::records: the whole
//            record. A row goes where Batch::routes[i] says; without routes, to the sink's own topic.
// Partition  the one asked for (options or route), else murmur2 of the key as the Java client does it, else, without a
//            key, one partition until its batch is full ("sticky"), then the next; under `resume` by line number.
// Batches    rows gather in one record batch per partition, written when it reaches batch_bytes, at flush(), or, with
//            linger, when its first row is that old. finish() writes all.
// Durability durable: acked() rises after the fsync that covers the rows; a thread of this object syncs, so the loop
//            never waits for a disk. os: after the write. none: at once.
// Bounded    Flow::full while more than in_flight_bytes_max are written and not yet synced.
// Twice      every record carries a producer id and a sequence number: one sent again is not stored again.
// Errors     throws Error; its detail says how many records are safe and how many were not written. After a throw only
//            acked() is allowed, and does not rise. A failed fsync acknowledges nothing more, ever.
// Threads    called from one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "log/log.h"
#include "record/batch_format.h"
#include "stream/errors.h"
#include "stream/stage.h"

namespace weir::log {

enum class Durability { durable, os, none };

struct SinkOptions {
  std::string topic;                         // where rows without a route go; empty: every row has one
  std::optional<base::Partition> partition;  // of every row
  std::optional<std::string> fixed_key;      // of rows in Form::lines
  int partitions_when_created = 1;
  bool partitions_asked_for = false;   // tell `say` of a topic that has another number of them
  std::optional<record::Codec> codec;  // none: the topic's compression.type
  Durability durability = Durability::durable;
  std::optional<std::size_t> batch_bytes;  // of records before packing; none: as suits the bus
  std::optional<std::chrono::nanoseconds> linger;
  std::size_t in_flight_bytes_max = 32u << 20;
  std::string resume;  // NAME of produce --resume; empty: none
  // One line for the user: "made topic 'orders' (1 partition)", what recovery cut.
  std::function<void(const std::string&)> say = [](const std::string&) {};
  // Gets every batch back once its rows are stored as safely as `durability` says, in order (produce --tee).
  std::function<void(const stream::Batch&)> stored;
  // A row that was written, and that the bus refuses for what it is. None: it is accounted for, and the run goes on; else
  // what the run ends with.
  std::function<std::optional<base::Error>(const stream::Batch&, std::size_t row, const stream::Fault&)>
      refused;
};

// `log` was opened for writing and outlives the sink. Makes options.topic when it is missing.
std::unique_ptr<stream::Sink> make_sink(Log& log, SinkOptions options);

}  // namespace weir::log
