// The groups of a local log, for LocalAdmin.
#include <algorithm>
#include <map>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "base/nearest.h"
#include "bus/local_admin.h"
#include "coord/group.h"
#include "coord/membership.h"
#include "coord/positions.h"
#include "log/source_input.h"
#include "log/topic_name.h"
#include "record/record_cursor.h"

namespace weir::bus {
namespace {

using base::Error;
using base::Kind;

std::vector<log::TopicPartition> keys(const coord::GroupPositions& positions) {
  std::vector<log::TopicPartition> all;
  for (const auto& [partition, stored] : positions) all.push_back(partition);
  return all;
}

GroupSummary summary(const std::string& directory, const std::string& name,
                     const coord::GroupPositions& positions) {
  GroupSummary group;
  group.name = name;
  std::set<std::string_view> topics;
  for (const auto& [partition, stored] : positions) topics.insert(partition.topic);
  group.topics = topics.size();
  group.members = coord::presence(directory, name, {}).members;
  group.state = *group.members > 0 ? "Stable" : "Empty";
  return group;
}

// The time of the first record that a group has not read yet.
base::EventTime time_at(log::PartitionReader& reader, base::Offset next) {
  record::Codecs codecs;
  base::Buffer unpacked;
  reader.seek(next);
  for (auto step = reader.next(); step != log::PartitionReader::Step::end; step = reader.next()) {
    std::string_view records;
    if (step != log::PartitionReader::Step::batch || reader.batch().records(codecs, unpacked, &records))
      continue;
    record::RecordCursor cursor(reader.batch().header(), records);
    record::Record record;
    base::Offset offset;
    while (cursor.next(record, offset)) {
      if (offset >= next) return record.ts;
    }
  }
  return base::kNoTime;
}

// Which of them are held by a member of a group that has stored nothing there yet is of interest, too.
std::map<std::string, coord::GroupPositions> with_joined(
    const log::Log& log, std::map<std::string, coord::GroupPositions> groups) {
  std::vector<std::string> names;
  base::File::list(log.sys(), log.directory(), &names);
  for (const std::string& file : names) {
    const auto name = coord::group_of_member_file(file);
    if (name && !groups.contains(*name) && coord::presence(log.directory(), *name, {}).members > 0)
      groups[*name];
  }
  return groups;
}

}  // namespace

std::unique_ptr<log::PartitionReader> LocalAdmin::reader(const log::Topic& topic, base::Partition partition) {
  log::Log& log = reading();
  log::ReaderOptions how;
  how.skip_corrupt = true;
  how.may_have_gaps = log.config(topic.name).compact;
  return log::PartitionReader::open(log.sys(), log.clock(), log.host(),
                                    log.partition_path(topic.name, partition), how);
}

std::vector<NewPosition> LocalAdmin::resolve(std::string_view name, const log::Point& point) {
  const log::Topic topic = reading().topic(name);
  std::vector<NewPosition> all;
  for (const base::Partition partition : topic.partitions) {
    const auto in = reader(topic, partition);
    const base::Offset at = log::resolve(*in, point);
    all.push_back({topic.name, partition, std::clamp(at, in->start_offset(), in->end_offset())});
  }
  return all;
}

std::vector<GroupSummary> LocalAdmin::groups() {
  const log::Log& log = reading();
  std::vector<GroupSummary> all;
  for (const auto& [name, positions] : with_joined(log, coord::stored_positions(log)))
    all.push_back(summary(log.directory(), name, positions));
  return all;
}

GroupInfo LocalAdmin::group(std::string_view name, GroupLook look) {
  const log::Log& log = reading();
  coord::check_group_name(name);
  auto groups = coord::stored_positions(log, name);
  const coord::GroupPositions positions = groups[std::string(name)];
  GroupInfo info;
  info.summary = summary(log.directory(), std::string(name), positions);
  if (positions.empty() && info.summary.members == 0u) no_group(name);
  // What members read without having stored a position yet.
  std::map<log::TopicPartition, const coord::StoredOffset*> shown;
  for (const auto& [partition, stored] : positions) shown[partition] = &stored;
  const std::vector<log::Topic> topics = log.topics();
  std::vector<log::TopicPartition> candidates = keys(positions);
  for (const log::Topic& topic : topics) {
    for (const base::Partition partition : topic.partitions) candidates.push_back({topic.name, partition});
  }
  std::set<log::TopicPartition> held;
  for (const auto& each : coord::presence(log.directory(), name, candidates).held) {
    held.insert(each);
    shown.emplace(each, nullptr);
  }
  for (const auto& [partition, stored] : shown) {
    GroupPosition position{partition.topic, partition.partition};
    position.held = held.contains(partition);
    if (stored != nullptr) {
      position.next = stored->next;
      position.committed_ms = stored->committed_ms;
      position.metadata = stored->metadata;
    }
    const auto topic = log.find_topic(partition.topic);
    if (topic &&
        std::binary_search(topic->partitions.begin(), topic->partitions.end(), partition.partition)) {
      const auto in = reader(*topic, partition.partition);
      position.start = in->start_offset();
      position.end = in->end_offset();
      if (look == GroupLook::times && position.lag().value_or(0) > 0)
        position.oldest_unread = time_at(*in, std::max(*position.next, *position.start));
    }
    info.positions.push_back(std::move(position));
  }
  return info;
}

void LocalAdmin::no_group(std::string_view name) {
  std::vector<std::string> names;
  for (const GroupSummary& each : groups()) names.push_back(each.name);
  Error error(Kind::usage, "no group '" + std::string(name) + "' in " + place() + " (" +
                               std::to_string(names.size()) + (names.size() == 1 ? " group)" : " groups)"));
  error.code("unknown_group");
  if (const std::string nearest = base::nearest_name(name, names); !nearest.empty())
    error.hint("did you mean '" + nearest + "'?");
  throw std::move(error);
}

void LocalAdmin::set_positions(std::string_view group, const std::vector<NewPosition>& positions, Mode mode) {
  coord::check_group_name(group);
  std::vector<log::TopicPartition> partitions;
  std::vector<log::Position> stored;
  for (const NewPosition& each : positions) {
    partitions.push_back({each.topic, each.partition});
    stored.push_back({partitions.back(), each.next});
  }
  if (mode == Mode::dry_run) return coord::refuse_members(place(), group, coord::GroupChange::positions);
  log::Log& log = writing();
  const coord::Exclusion alone(log.directory(), group, partitions, coord::GroupChange::positions);
  coord::Positions of_group(log, std::string(group));
  of_group.store(stored);
  of_group.sync();
}

void LocalAdmin::delete_group(std::string_view group, const std::vector<std::string>& topics, Mode mode) {
  const auto all = coord::stored_positions(reading(), group);
  const auto found = all.find(std::string(group));
  if (found == all.end()) no_group(group);
  std::vector<log::TopicPartition> gone;
  for (const log::TopicPartition& each : keys(found->second)) {
    if (topics.empty() || std::find(topics.begin(), topics.end(), each.topic) != topics.end())
      gone.push_back(each);
  }
  if (mode == Mode::dry_run) return coord::refuse_members(place(), group, coord::GroupChange::removal);
  log::Log& log = writing();
  const coord::Exclusion alone(log.directory(), group, gone, coord::GroupChange::removal);
  coord::Positions of_group(log, std::string(group));
  of_group.remove(gone);
  of_group.sync();
}

}  // namespace weir::bus
