// One member of a group: which partitions it reads now, and the positions that all members share.
//
// Order      a partition is taken, then its position is read: whoever had it before has stored its last position by
//            then. And it is let go only after its position is on the disk. So no record is left out, and no position
//            goes back.
// Errors     throws Error: usage for a group name or topic that cannot be, io as the log does. Threads  one.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "coord/membership.h"
#include "coord/positions.h"
#include "log/log.h"
#include "log/source.h"

namespace weir::coord {

class Group {
 public:
  // Which topics are read. Members that are given the same names share their partitions.
  struct Topics {
    std::vector<std::string> names;  // as they were typed
    // Whether a topic is read that is there now; null: those of the names, all of which exist.
    std::function<bool(std::string_view topic)> named = {};
    std::vector<base::Partition> only = {};  // these partitions of each topic; empty: all
  };
  // Joins at once; partitions come from review(). `log` was opened for writing and outlives the object.
  Group(log::Log& log, std::string name, Topics topics);

  // Looks who is there: takes partitions that are free, up to the share, and names those above it, which are still
  // held: stop reading them, commit(), then release(). Topics that have got more partitions are noticed too,
  // and topics that are named since.
  Membership::Change review();
  void release(const std::vector<log::TopicPartition>& partitions);

  const std::vector<log::TopicPartition>& assignment() const { return membership_.held(); }
  std::size_t members() const { return membership_.members(); }
  bool has_share() const { return membership_.has_share(); }

  // Where reading goes on; none: the group has never committed there.
  std::optional<base::Offset> position(const log::TopicPartition& partition) const;
  // Stores positions of partitions that are held (asserted); one that is not above the stored one changes nothing. They
  // survive any end of this process at once, and a power cut from sync() on.
  void commit(std::span<const log::Position> positions);
  void sync();
  // Syncs and lets all partitions go. A member that is destroyed without it leaves as if it had been killed.
  void leave();

  // As Membership: when to review again.
  int wait_fd() const { return membership_.wait_fd(); }
  bool news() const { return membership_.news(); }
  std::chrono::milliseconds review_in() const { return membership_.review_in(); }
  const std::string& name() const { return name_; }

 private:
  std::vector<log::TopicPartition> partitions() const;
  std::string what_is_read() const;

  log::Log& log_;
  std::string name_;
  Topics topics_;  // sorted
  Positions positions_;
  Membership membership_;
};

// Throws Error(Kind::usage) when nobody could find a group of that name again.
void check_group_name(std::string_view name);

}  // namespace weir::coord
