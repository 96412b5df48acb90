// The positions of a group, as its coordinator keeps them.
//
// Order    positions are handed over one request at a time, so that an older one never comes last; what is noted meanwhile
//          goes with the next.
// Errors   stored() throws Error as the cluster has it. What keeps a position from being stored and passes (a coordinator
//          that moves, a rebalance) is tried again; what does not (no right to) is thrown by collect().
// Threads  one.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kafka/client.h"
#include "kafka/join_watch.h"
#include "log/source.h"

namespace weir::kafka {

class GroupPositions {
 public:
  // For a coordinator. A new cluster makes the topic of the groups when it is first asked about one.
  static constexpr std::chrono::milliseconds kPatience{20'000};

  // `client`, the member of the group, and `watch` outlive the object.
  GroupPositions(Client& client, const JoinWatch& watch, std::string group,
                 std::chrono::milliseconds patience = kPatience);
  ~GroupPositions();
  GroupPositions(const GroupPositions&) = delete;

  // None: the group has not been there. Waits for the coordinator; `meanwhile` is called now and then, and may throw.
  std::vector<std::optional<base::Offset>> stored(
      const std::vector<log::TopicPartition>& partitions, const std::function<void()>& meanwhile = [] {});

  void note(const log::TopicPartition& partition, base::Offset next);  // to be stored
  void forget(const log::TopicPartition& partition);  // it is somebody else's: what is noted is not stored
  bool has_notes() const { return !noted_.empty(); }
  void store();    // hands over what is noted, unless something is on its way, or the member joins
  void collect();  // takes the answers that are here
  // Stores all that is noted, and waits; false: `patience` ran out, or the group has taken the partitions away.
  bool store_all(std::chrono::milliseconds patience);
  const std::string& trouble() const { return trouble_; }  // why it was false

  rd_kafka_queue_t* answers() const { return answers_; }

 private:
  void take(rd_kafka_event_t* event);
  bool is_gone(const std::string& topic);

  Client& client_;
  const JoinWatch& watch_;
  const std::string group_;
  const std::chrono::milliseconds patience_;
  rd_kafka_queue_t* answers_;
  std::map<log::TopicPartition, base::Offset> noted_, on_its_way_;
  std::set<std::string> gone_;  // topics
  std::string trouble_;
};

}  // namespace weir::kafka
