// Reads topics, partition folders or segment files of a local log.
//
// Rows       Form::records: lines[i] is the value's bytes, which lie in the block that was read (an uncompressed record
//            is never copied), origins[i] says topic, partition and offset. With values_only, and where one partition
//            is read, Form::lines: the values with their origins, null or empty alike, not followed by a newline.
// Order      within a partition by offset. Several: merged by record time while they have a backlog (ties: the topic
//            named first, then the lower partition), or as they arrive.
// Growth     following all partitions of a topic, without stored positions: those it is given meanwhile are read too, from
//            their start, and merged as if they had been there; one partition becomes several, of Form::records. So are
//            topics that come up and match a pattern; one of these that is deleted is told, and the others go on.
// Tickets    a ticket stands for a position in every partition, exactly; commit(ticket) calls on_commit with those.
// Ends       at range.to, at the end as of when the source was opened (until_end), after `count` rows; else it follows:
//            would_block, with a wait_fd that other processes' appends make readable.
// Errors     throws Error: usage for topics and partitions that do not exist, io for damage, with its offset range, unless
//            skip_corrupt, which passes over it and tells `say`.
// Threads    called from one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "log/log.h"
#include "log/range.h"
#include "stream/stage.h"

namespace weir::log {

struct Position {
  TopicPartition partition;
  base::Offset next;  // the first record that has not been handed out (or committed)
};

// All topics whose name it matches.
struct TopicPattern {
  std::string text;  // begins with '^'
  std::function<bool(std::string_view)> matches;
};

struct SourceOptions {
  // Topics; one with a '/' is a partition folder or a .log file, one that begins with '^' a pattern.
  std::vector<std::string> operands;
  std::vector<TopicPattern> patterns;       // what such operands mean: one for each
  std::vector<base::Partition> partitions;  // only these; empty: all
  // Of the topics' partitions only those for which it is true; none: all.
  std::function<bool(const TopicPartition&)> wanted;
  Range range;
  bool until_end = false;
  std::optional<std::uint64_t> count;
  bool read_committed = true;
  bool skip_corrupt = false;
  bool values_only = false;  // the caller needs neither keys nor headers nor times
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

  // At the end of a run, after the last commit(): a member of a group stores its positions and leaves it. One that is
  // destroyed without it leaves as if its process had been killed.
  virtual void leave() {}
  // The same for a run that is to end at once, within kLeaveAtOnce: the others are to hear of it.
  static constexpr std::chrono::seconds kLeaveAtOnce{1};
  virtual void leave_at_once() {}
};

// Where a source finds what it is to read. Outlives the source.
struct Place {
  base::Sys& sys;
  base::Clock& clock;
  const Host& host;
  const Log* log;  // null: every operand is a path
};
std::unique_ptr<Source> open_source(const Place& place, SourceOptions options);

// True for an operand that names a file or folder rather than a topic: it has a '/'.
inline bool is_path(std::string_view operand) {
  return operand.find('/') != std::string_view::npos && !operand.starts_with('^');
}
inline bool is_pattern(std::string_view operand) {
  return operand.starts_with('^');
}

}  // namespace weir::log
