// What can be asked and changed about topics and groups, whichever bus they live on: `topics` and `groups` know only this.
//
// Backends  the local log (local_admin.h), and a Kafka cluster through librdkafka (kafka/admin.h). What one of them cannot
//           tell is optional: none is "this bus does not say", never 0.
// Changes   Mode::dry_run checks all there is to check and changes nothing.
// Errors    throws Error: usage for names, settings and numbers that cannot be; io, network and auth as the bus has it.
// Threads   one. Calls may wait for the bus.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.h"
#include "log/range.h"

namespace weir::bus {

enum class Mode { apply, dry_run };

// ---- topics

struct TopicSummary {
  std::string name;
  int partitions = 0;
  bool internal = false;  // kept by the bus itself: __consumer_offsets
};

struct SegmentInfo {
  base::Offset base;
  std::uint64_t bytes = 0;
  std::uint64_t records = 0;
  base::EventTime first_time = base::kNoTime;  // kNoTime: no record has a time
  base::EventTime last_time = base::kNoTime;
};

struct PartitionInfo {
  base::Partition id;
  base::Offset start;  // of the first record that is there
  base::Offset end;    // the next record gets it
  // Below the end: a transaction is open from there, and readers of committed records get no further; none: there is none,
  // or it was not looked for.
  std::optional<base::Offset> open_transaction;
  std::optional<std::uint64_t> records;       // without transaction markers; none: not counted
  std::optional<std::uint64_t> bytes;         // of record batches, once
  std::optional<base::EventTime> first_time;  // of the first record; kNoTime: it has none
  std::optional<base::EventTime> last_time;   // the largest
  std::vector<SegmentInfo> segments;          // empty where the bus does not show its files
  std::optional<std::int32_t> leader;         // broker ids
  std::vector<std::int32_t> replicas, in_sync;
  std::string fault;  // why counts and times are incomplete; empty: they are not
};

struct TopicInfo {
  TopicSummary summary;
  std::string id;  // Kafka's topic id, 22 characters; empty: none
  std::vector<PartitionInfo> partitions;
};

struct ConfigEntry {
  std::string name, value;
  bool is_default = true;  // nobody has set it for this topic
  bool obeyed = true;      // false: kept for clients, without meaning on this bus
  bool hidden = false;     // the bus keeps the value to itself: a secret
};

struct NewTopic {
  std::string name;
  int partitions = 1;
  std::optional<int> replicas;  // none: as the bus does by default
  std::map<std::string, std::string, std::less<>> configs;
};

// ---- groups

struct GroupSummary {
  std::string name;
  std::string state;                  // in Kafka's words: Stable, Empty, PreparingRebalance ...
  std::optional<std::size_t> topics;  // in which it has positions; none: not looked up
  std::optional<std::size_t> members;
  // Where the members are not known, the state tells.
  bool at_work() const { return members ? *members > 0 : state != "Empty" && state != "Dead"; }
};

struct GroupPosition {
  std::string topic;
  base::Partition partition;
  std::optional<base::Offset> next;              // stored: where reading goes on; none: nothing is
  std::optional<base::Offset> start, end;        // of the partition; none: it is not there any more
  std::optional<base::Offset> open_transaction;  // as in PartitionInfo
  std::optional<base::EventTime>
      oldest_unread;  // its time; kNoTime: it has none; none: not looked up, or all is read
  std::optional<std::int64_t> committed_ms;  // when the position was stored
  std::string metadata;                      // what the client stored with it
  bool held = false;                         // a member reads it now
  // Records between the position and the end; none: no position, or no partition.
  std::optional<std::int64_t> lag() const {
    if (!next || !end || !start) return std::nullopt;
    return std::max<std::int64_t>(0, *end - std::max(*next, *start));
  }
};

struct GroupMember {
  std::string id, client, host;
  std::optional<std::string> instance;  // of static membership
};

struct GroupInfo {
  GroupSummary summary;
  std::vector<GroupPosition> positions;  // in order of topic, then partition
  std::vector<GroupMember> members;      // empty where the bus does not name them
};

struct NewPosition {
  std::string topic;
  base::Partition partition;
  base::Offset next;
};

using ConfigChanges =
    std::map<std::string, std::optional<std::string>, std::less<>>;  // none: back to the default

class Admin {
 public:
  virtual ~Admin() = default;

  virtual std::string place() const = 0;  // "./weir-data", for messages

  virtual std::vector<TopicSummary> topics() = 0;  // in order of name
  // The look at a topic: offsets cost little; counted reads the header of every batch where the bus lets us.
  enum class Look { offsets, counted };
  virtual TopicInfo topic(std::string_view name, Look look) = 0;
  // Several with Look::offsets, asked for at once, in the order of `names`. One that goes away meanwhile is left out.
  virtual std::vector<TopicInfo> topics_at_offsets(const std::vector<std::string>& names) = 0;
  virtual std::vector<ConfigEntry> configs(std::string_view topic) = 0;  // in order of name
  virtual void create_topic(const NewTopic& topic, Mode mode) = 0;       // code "topic_exists" (usage)
  virtual void add_partitions(std::string_view topic, int count, Mode mode) = 0;  // to `count` in all
  virtual void change_configs(std::string_view topic, const ConfigChanges& changes, Mode mode) = 0;
  // With everything in it, and the positions that groups have in it.
  virtual void delete_topic(std::string_view topic, Mode mode) = 0;
  // Where `point` lies in every partition of a topic, between its start and its end.
  virtual std::vector<NewPosition> resolve(std::string_view topic, const log::Point& point) = 0;

  virtual std::vector<GroupSummary> groups() = 0;  // in order of name
  // The look at a group: ends costs a question for each partition; times reads the oldest unread record of each.
  enum class GroupLook { ends, times };
  virtual GroupInfo group(std::string_view name, GroupLook look) = 0;  // usage, code "unknown_group"
  // Both throw usage, code "group_active", while the group has members; and check that in a dry run, too.
  virtual void set_positions(std::string_view group, const std::vector<NewPosition>& positions,
                             Mode mode) = 0;  // a group that is not there is made by it
  // All positions of a group, and so the group; or those in `topics` only.
  virtual void delete_group(std::string_view group, const std::vector<std::string>& topics, Mode mode) = 0;
};

}  // namespace weir::bus
