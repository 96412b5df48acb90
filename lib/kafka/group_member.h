// Membership of a group of a cluster: what the group gives us, and what it wants back. It reads no records.
//
// Alive    heartbeats are librdkafka's own; but a member that does not call attend() within max.poll.interval.ms is taken
//          for one that hangs, and put out.
// Asked    the group asks one thing at a time, and it stays asked until it is answered by take() or give_up().
// Errors   what passes is told to `say`; what does not (no right to the group, members that do not agree on how to share)
//          is thrown by attend().
// Threads  one; librdkafka has its own.
#pragma once

#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "kafka/client.h"
#include "kafka/join_watch.h"
#include "kafka/wake.h"
#include "log/source.h"

namespace weir::kafka {

class GroupMember {
 public:
  enum class Asked {
    nothing,
    to_take,     // partitions() are ours from now on
    to_give_up,  // partitions() are to be somebody else's
    to_forget,   // they are somebody else's already
  };

  // `client` is a consumer with the group's name, and was made with `watch`; both outlive the object.
  GroupMember(Client& client, const JoinWatch& watch, std::string group,
              std::function<void(const std::string&)> say);
  ~GroupMember();
  GroupMember(const GroupMember&) = delete;

  // Names of topics, and regular expressions that begin with ^.
  void join(const std::vector<std::string>& topics);
  void attend();
  Wake& wake() { return wake_; }  // readable when attend() has something to do

  // True once after the client found a topic missing that it is to read.
  bool take_unlisted() { return std::exchange(unlisted_, false); }
  Asked asked() const { return asked_; }
  const std::vector<log::TopicPartition>& partitions() const { return partitions_; }
  void take(const std::vector<log::Position>& from);
  void give_up();

  // Ours already, to be read from elsewhere.
  void move(const log::Position& to);
  // Ours, and nothing more is wanted of it.
  void pause(const log::TopicPartition& partition);

  bool has_share() const { return has_share_; }  // has been given one, perhaps of no partition
  // Nobody is about to give a partition up for another: each of `all` is some member's. Asks the coordinator.
  bool is_settled(const std::set<log::TopicPartition>& all);

  // The others get our partitions at once, except from a static member, which may come back. Also while the group shares
  // anew: a coordinator hears nobody whose request to join it has not answered, so that this waits for the others to come.
  // False: it was not heard of within `patience`, and the group counts on us until our session ends.
  bool leave(std::chrono::milliseconds patience);

 private:
  void note_error(rd_kafka_event_t* event);
  void note_rebalance(rd_kafka_event_t* event);
  bool cooperative() const;
  bool is_static() const;
  bool has_id() const;
  bool resign(std::chrono::steady_clock::time_point until);
  bool close(std::chrono::steady_clock::time_point until);
  void refuse();
  void check(rd_kafka_error_t* error, const std::string& what) const;

  Client& client_;
  const JoinWatch& watch_;
  const std::string group_;
  std::function<void(const std::string&)> say_;
  Wake wake_;
  rd_kafka_queue_t* queue_;
  Asked asked_ = Asked::nothing;
  std::vector<log::TopicPartition> partitions_;
  bool joined_ = false, has_share_ = false, unlisted_ = false, only_patterns_ = false;
  std::string last_said_;
};

}  // namespace weir::kafka
