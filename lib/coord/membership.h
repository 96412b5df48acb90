// Who of a group's members reads which partitions. Members share them by themselves: each holds the lock of a slot,
// which says that it is there, and the locks of its partitions; what is locked is all there is to know, and a member
// killed in any way is gone with its locks.
//
// Share    of n partitions and m members each gets n/m, the first n mod m of them (by slot) one more: never more than
//          ceil(n/m). Who holds more lets go of what it took last, once it has committed; who holds less takes what is
//          free. Members that read other topics do not count, but no partition ever has two holders.
// Stopped  a member that is suspended keeps its partitions: nobody can tell that from a slow one, and nothing it
//          commits later can be out of date.
// File     `group-NAME` in the log directory (NAME percent-encoded), empty but for a newline.
// Errors   throws Error(Kind::io). Threads  one.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "coord/group_active.h"
#include "coord/range_locks.h"
#include "log/topic_name.h"

namespace weir::coord {

// "a/b" -> "group-a%2Fb"; long names end in a hash.
std::string member_file_name(std::string_view group);
// The other way round; none: no such file's name, or too long a group's.
std::optional<std::string> group_of_member_file(std::string_view name);

// Who is at work in a group, seen from outside.
struct Presence {
  std::size_t members = 0;                // processes that have joined
  std::vector<log::TopicPartition> held;  // of the partitions asked for, those that somebody reads
};
Presence presence(const std::string& directory, std::string_view group,
                  const std::vector<log::TopicPartition>& partitions);

// Throws Error(Kind::usage), code "group_active", when the group has members.
void refuse_members(const std::string& directory, std::string_view group, GroupChange change);

// Keeps a group's members from partitions while their positions are changed by hand: who joins meanwhile gets none of
// them, and reads their new positions afterwards. Throws as refuse_members().
class Exclusion {
 public:
  Exclusion(const std::string& directory, std::string_view group,
            const std::vector<log::TopicPartition>& partitions, GroupChange change);
  ~Exclusion();
  Exclusion(const Exclusion&) = delete;

 private:
  RangeLocks locks_;
};

class Membership {
 public:
  // Joins at once, without a partition: those come from review(). `partitions`: all of the topics that the member reads.
  Membership(const std::string& directory, std::string_view group, std::string_view what,
             std::vector<log::TopicPartition> partitions);
  ~Membership();  // leaves: what is held is free for the others
  Membership(const Membership&) = delete;

  struct Change {
    std::vector<log::TopicPartition> gained;   // locked from now on
    std::vector<log::TopicPartition> surplus;  // still held: commit, then release() them
  };
  // Looks who is there, takes free partitions up to the share, and says which are above it.
  Change review();
  // Lets go of partitions that are held. Their positions must be stored by now.
  void release(std::vector<log::TopicPartition> partitions);
  // The same topics have other partitions now; the next review() counts them. What is held stays held.
  void set_partitions(std::vector<log::TopicPartition> partitions);

  const std::vector<log::TopicPartition>& held() const { return held_; }
  bool holds(const log::TopicPartition& partition) const;
  bool has_share() const { return held_.size() == share(); }  // as of the last review
  std::size_t members() const { return members_; }            // as of the last review, this one included

  // Readable when a review may find something new; -1: there is only the time to go by.
  int wait_fd() const { return locks_.wait_fd(); }
  bool news() const { return locks_.news(); }  // is it?
  // Review at least this often, whatever the descriptor says.
  std::chrono::milliseconds review_in() const;

 private:
  std::size_t share() const;

  RangeLocks locks_;
  std::vector<log::TopicPartition> partitions_;
  std::vector<log::TopicPartition> held_;  // in the order they were taken
  std::int64_t first_slot_;                // the slots of members that read the same topics
  std::int64_t slot_ = -1;
  std::size_t members_ = 1;
  std::size_t rank_ = 0;
  int quick_reviews_ = 0;  // left, after somebody went away
};

}  // namespace weir::coord
