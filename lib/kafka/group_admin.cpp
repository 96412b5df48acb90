#include <poll.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include "base/error.h"
#include "base/nearest.h"
#include "kafka/admin_class.h"
#include "kafka/errors.h"
#include "kafka/partition_source.h"

namespace weir::kafka {
namespace {

using base::Error;
using base::Kind;
using bus::Mode;

constexpr int kRecordWithinMs = 5'000;
constexpr std::chrono::seconds kCoordinatorPatience{10};
constexpr std::chrono::milliseconds kCoordinatorPause{100};

using List = Owned<rd_kafka_topic_partition_list_t>;

List new_list(std::size_t size) {
  return {api().rd_kafka_topic_partition_list_new(static_cast<int>(size)),
          api().rd_kafka_topic_partition_list_destroy};
}

// What an answer says of its only group.
const rd_kafka_group_result_t* checked(std::span<const rd_kafka_group_result_t* const> groups,
                                       const std::string& what) {
  if (groups.empty()) throw Error(Kind::network, what + ": no answer");
  if (const rd_kafka_error_t* const error = api().rd_kafka_group_result_error(groups[0]))
    throw error_of(api().rd_kafka_error_code(error), what, api().rd_kafka_error_string(error));
  const auto* const list = api().rd_kafka_group_result_partitions(groups[0]);
  for (int i = 0; list != nullptr && i < list->cnt; ++i) {
    if (list->elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR) throw error_of(list->elems[i].err, what);
  }
  return groups[0];
}

// The time of the first record that a group has not read.
base::EventTime time_at(Client& client, const bus::GroupPosition& position, base::Clock& clock) {
  PartitionSource::Options how;
  how.name = {position.topic, position.partition};
  how.from = *position.next;
  how.stop.until = position.end;
  how.extent = {*position.start, *position.end};
  how.stop_when_dry = true;
  how.say = [](const std::string&) {};
  PartitionSource source(client, std::move(how));
  stream::Batch batch;
  const auto until = clock.steady() + std::chrono::milliseconds(kRecordWithinMs);
  while (clock.steady() < until) {
    const stream::Pull pull = source.next(batch);
    if (!batch.records.empty()) return batch.records.front().ts;
    if (pull == stream::Pull::end) break;
    pollfd wait{source.wait_fd(), POLLIN, 0};
    ::poll(&wait, 1, 100);
  }
  return base::kNoTime;
}

// A new cluster makes the topic of the groups when it is first asked about one, and a coordinator may move: that passes.
template <typename Work>
auto with_coordinator(base::Clock& clock, Work work) {
  for (const auto until = clock.steady() + kCoordinatorPatience;;) {
    try {
      return work();
    } catch (const Error& error) {
      if (error.code() != kNoCoordinator || clock.steady() > until) throw;
    }
    std::this_thread::sleep_for(kCoordinatorPause);
  }
}

}  // namespace

std::vector<bus::GroupSummary> ClusterAdmin::groups() {
  const std::string what = "cannot list the groups of " + place();
  const Event event = call(client_, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS, Judge::do_it, what,
                           [&](const auto* options, auto* queue) {
                             api().rd_kafka_ListConsumerGroups(client_.get(), options, queue);
                           });
  const auto* const result = api().rd_kafka_event_ListConsumerGroups_result(event.get());
  std::size_t count = 0;
  const rd_kafka_error_t** const errors = api().rd_kafka_ListConsumerGroups_result_errors(result, &count);
  if (count > 0)
    throw error_of(api().rd_kafka_error_code(errors[0]), what, api().rd_kafka_error_string(errors[0]));
  const auto** const found = api().rd_kafka_ListConsumerGroups_result_valid(result, &count);
  std::vector<bus::GroupSummary> all;
  for (std::size_t i = 0; i < count; ++i) {
    const auto state = api().rd_kafka_ConsumerGroupListing_state(found[i]);
    all.push_back({api().rd_kafka_ConsumerGroupListing_group_id(found[i]),
                   api().rd_kafka_consumer_group_state_name(state), std::nullopt, std::nullopt});
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return all;
}

void ClusterAdmin::no_group(const std::string& name) {
  std::vector<std::string> names;
  for (const bus::GroupSummary& each : groups()) names.push_back(each.name);
  Error error(Kind::usage, "no group '" + name + "' in " + place() + " (" + std::to_string(names.size()) +
                               (names.size() == 1 ? " group)" : " groups)"));
  error.code("unknown_group");
  if (const std::string nearest = base::nearest_name(name, names); !nearest.empty())
    error.hint("did you mean '" + nearest + "'?");
  throw std::move(error);
}

std::vector<bus::GroupPosition> ClusterAdmin::stored(const std::string& group) {
  const std::string what = "cannot read the positions of group '" + group + "'";
  const Owned<rd_kafka_ListConsumerGroupOffsets_t> question(
      api().rd_kafka_ListConsumerGroupOffsets_new(group.c_str(), nullptr),
      api().rd_kafka_ListConsumerGroupOffsets_destroy);
  const Event event = call_for(client_, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, Judge::do_it, what,
                               api().rd_kafka_ListConsumerGroupOffsets, question.get());
  const auto* const list = api().rd_kafka_group_result_partitions(
      checked(results(event, api().rd_kafka_event_ListConsumerGroupOffsets_result,
                      api().rd_kafka_ListConsumerGroupOffsets_result_groups),
              what));
  std::vector<bus::GroupPosition> all;
  for (int i = 0; list != nullptr && i < list->cnt; ++i) {
    const auto& each = list->elems[i];
    if (each.offset < 0) continue;
    bus::GroupPosition position{each.topic, base::Partition{each.partition}};
    position.next = base::Offset{each.offset};
    if (each.metadata != nullptr)
      position.metadata.assign(static_cast<const char*>(each.metadata), each.metadata_size);
    all.push_back(std::move(position));
  }
  return all;
}

bus::GroupInfo ClusterAdmin::group(std::string_view typed, GroupLook look) {
  const std::string name(typed);
  if (name.empty()) throw Error(Kind::usage, "group name is empty").code("bad_group_name");
  const std::string what = "cannot look at group '" + name + "'";
  std::span<const rd_kafka_ConsumerGroupDescription_t*> groups;
  const Event event = with_coordinator(place_.clock, [&] {
    Event answer = call_for(client_, RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, Judge::do_it, what,
                            api().rd_kafka_DescribeConsumerGroups, name.c_str());
    groups = results(answer, api().rd_kafka_event_DescribeConsumerGroups_result,
                     api().rd_kafka_DescribeConsumerGroups_result_groups);
    if (groups.empty()) no_group(name);
    if (const rd_kafka_error_t* const error = api().rd_kafka_ConsumerGroupDescription_error(groups[0])) {
      const auto code = api().rd_kafka_error_code(error);
      if (code == RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND) no_group(name);
      throw error_of(code, what, api().rd_kafka_error_string(error));
    }
    return answer;
  });
  bus::GroupInfo info;
  info.summary.name = name;
  const auto state = api().rd_kafka_ConsumerGroupDescription_state(groups[0]);
  info.summary.state = api().rd_kafka_consumer_group_state_name(state);
  info.summary.members = api().rd_kafka_ConsumerGroupDescription_member_count(groups[0]);
  std::set<log::TopicPartition> held;
  for (std::size_t i = 0; i < *info.summary.members; ++i) {
    const auto* const member = api().rd_kafka_ConsumerGroupDescription_member(groups[0], i);
    const char* const instance = api().rd_kafka_MemberDescription_group_instance_id(member);
    info.members.push_back({api().rd_kafka_MemberDescription_consumer_id(member),
                            api().rd_kafka_MemberDescription_client_id(member),
                            api().rd_kafka_MemberDescription_host(member),
                            instance == nullptr ? std::nullopt : std::optional<std::string>(instance)});
    const auto* const assigned = api().rd_kafka_MemberDescription_assignment(member);
    const auto* const list =
        assigned == nullptr ? nullptr : api().rd_kafka_MemberAssignment_partitions(assigned);
    for (int p = 0; list != nullptr && p < list->cnt; ++p)
      held.insert({list->elems[p].topic, base::Partition{list->elems[p].partition}});
  }
  if (state != RD_KAFKA_CONSUMER_GROUP_STATE_DEAD) info.positions = stored(name);
  // The broker answers for a group that it has never heard of, too.
  if (info.positions.empty() && info.members.empty() &&
      (state == RD_KAFKA_CONSUMER_GROUP_STATE_DEAD || state == RD_KAFKA_CONSUMER_GROUP_STATE_UNKNOWN))
    no_group(name);
  for (const log::TopicPartition& each : held) {
    const bool known = std::any_of(info.positions.begin(), info.positions.end(), [&](const auto& position) {
      return position.topic == each.topic && position.partition == each.partition;
    });
    if (!known) info.positions.push_back({each.topic, each.partition});
  }
  std::set<std::string> topics;
  for (bus::GroupPosition& each : info.positions) {
    topics.insert(each.topic);
    each.held = held.contains({each.topic, each.partition});
    const auto topic = client_.find_topic(each.topic);
    const bool there = topic && std::any_of(topic->partitions.begin(), topic->partitions.end(),
                                            [&](const auto& one) { return one.id == each.partition; });
    if (!there) continue;
    std::tie(each.start, each.end) = client_.ends(each.topic, each.partition);
    if (look == GroupLook::times && each.lag().value_or(0) > 0)
      each.oldest_unread = time_at(client_, each, place_.clock);
  }
  info.summary.topics = topics.size();
  std::sort(info.positions.begin(), info.positions.end(), [](const auto& a, const auto& b) {
    return std::tie(a.topic, a.partition) < std::tie(b.topic, b.partition);
  });
  return info;
}

void ClusterAdmin::refuse_members(const std::string& group) {
  std::size_t members = 0;
  try {
    members = this->group(group, GroupLook::ends).members.size();
  } catch (const Error& error) {
    if (error.code() != "unknown_group") throw;
  }
  if (members == 0) return;
  throw Error(Kind::usage, "group '" + group + "' has " + std::to_string(members) +
                               (members == 1 ? " member" : " members") +
                               " at work: positions are changed while it has none")
      .hint("end its consumers first; groups describe shows what they read")
      .code("group_active");
}

void ClusterAdmin::set_positions(std::string_view typed, const std::vector<bus::NewPosition>& positions,
                                 Mode mode) {
  const std::string group(typed);
  if (group.empty()) throw Error(Kind::usage, "group name is empty").code("bad_group_name");
  refuse_members(group);
  if (mode == Mode::dry_run || positions.empty()) return;
  const List list = new_list(positions.size());
  for (const bus::NewPosition& each : positions) {
    api().rd_kafka_topic_partition_list_add(list.get(), each.topic.c_str(), each.partition.value)->offset =
        each.next.value;
  }
  const std::string what = "cannot set the positions of group '" + group + "'";
  const Owned<rd_kafka_AlterConsumerGroupOffsets_t> change(
      api().rd_kafka_AlterConsumerGroupOffsets_new(group.c_str(), list.get()),
      api().rd_kafka_AlterConsumerGroupOffsets_destroy);
  const Event event = call_for(client_, RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS, Judge::do_it, what,
                               api().rd_kafka_AlterConsumerGroupOffsets, change.get());
  checked(results(event, api().rd_kafka_event_AlterConsumerGroupOffsets_result,
                  api().rd_kafka_AlterConsumerGroupOffsets_result_groups),
          what);
}

void ClusterAdmin::delete_group(std::string_view typed, const std::vector<std::string>& topics, Mode mode) {
  const std::string name(typed);
  const bus::GroupInfo found = group(name, GroupLook::ends);
  refuse_members(name);
  if (mode == Mode::dry_run) return;
  const std::string what = "cannot delete group '" + name + "'";
  if (topics.empty()) {
    const Owned<rd_kafka_DeleteGroup_t> change(api().rd_kafka_DeleteGroup_new(name.c_str()),
                                               api().rd_kafka_DeleteGroup_destroy);
    const Event event = call_for(client_, RD_KAFKA_ADMIN_OP_DELETEGROUPS, Judge::do_it, what,
                                 api().rd_kafka_DeleteGroups, change.get());
    checked(
        results(event, api().rd_kafka_event_DeleteGroups_result, api().rd_kafka_DeleteGroups_result_groups),
        what);
    return;
  }
  const List list = new_list(found.positions.size());
  for (const bus::GroupPosition& each : found.positions) {
    if (std::find(topics.begin(), topics.end(), each.topic) != topics.end())
      api().rd_kafka_topic_partition_list_add(list.get(), each.topic.c_str(), each.partition.value);
  }
  if (list->cnt == 0) return;
  const Owned<rd_kafka_DeleteConsumerGroupOffsets_t> change(
      api().rd_kafka_DeleteConsumerGroupOffsets_new(name.c_str(), list.get()),
      api().rd_kafka_DeleteConsumerGroupOffsets_destroy);
  const Event event = call_for(client_, RD_KAFKA_ADMIN_OP_DELETECONSUMERGROUPOFFSETS, Judge::do_it, what,
                               api().rd_kafka_DeleteConsumerGroupOffsets, change.get());
  checked(results(event, api().rd_kafka_event_DeleteConsumerGroupOffsets_result,
                  api().rd_kafka_DeleteConsumerGroupOffsets_result_groups),
          what);
}

}  // namespace weir::kafka
