// Reads topics, partition folders or segment files of a local log.
//
// Rows       Form::records (or, with `values_only`, Form::lines: each line a value, null or empty alike):
// lines[i] is the value's bytes, which lie in the block that was
//            read (an uncompressed record is never copied). origins[i] says topic, partition and offset.
// Order      within a partition by offset. Several: merged by record time while they have a backlog (ties: by
// topic, then
//            partition), or as they arrive. One that is caught up does not hold the others back, unless
//            merge_wait says so.
// Tickets    a ticket stands for a position in every partition; commit(ticket) calls `on_commit` with exactly
// those. Ends       at `range.to`, at the end as of when the source was opened (until_end), after `count`
// rows; else it follows:
//            would_block, with a wait_fd that other processes' appends make readable.
// Errors     throws Error(Kind::io) that names the offset range of damage, unless skip_corrupt, which passes
// over
//            it and tells `say`.
// Threads    called from one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "log/log.h"
#include "log/range.h"
#include "stream/stage.h"

namespace weir::log {

struct Position {
  TopicPartition partition;
  base::Offset next;  // the first record that has not been handed out (or committed)
};

struct SourceOptions {
  std::vector<std::string> operands;        // topics; one with a '/' is a partition folder or a .log file
  std::vector<base::Partition> partitions;  // only these; empty: all
  Range range;
  bool until_end = false;
  std::optional<std::uint64_t> count;
  bool read_committed = true;
  bool skip_corrupt = false;
  bool values_only = false;
  bool merge_by_time = true;
  std::chrono::nanoseconds merge_wait{0};
  // Where a group's reading starts; none: range.from decides. Called once per partition when the source
  // opens.
  std::function<std::optional<base::Offset>(const TopicPartition&)> stored_position;
  std::function<void(const std::vector<Position>&)>
      on_commit;  // only partitions that moved since the last call
  std::function<void(const std::string&)> say = [](const std::string&) {};  // warnings, one line each
};

class Source : public stream::Source {
 public:
  // For --lag: position, end and how many records lie between, for each partition, as of now.
  struct Lag {
    TopicPartition partition;
    base::Offset next, end;
  };
  virtual std::vector<Lag> lag() = 0;
};

// `log` outlives the source; it may be null when every operand is a path.
std::unique_ptr<Source> open_source(Log* log, base::Sys& sys, base::Clock& clock, SourceOptions options);

}  // namespace weir::log
