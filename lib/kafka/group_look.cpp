// What there is to see of groups.
#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <thread>

#include "base/error.h"
#include "base/nearest.h"
#include "kafka/admin_class.h"
#include "kafka/errors.h"
#include "kafka/group_result.h"
#include "kafka/offsets.h"
#include "kafka/times.h"

namespace weir::kafka {
namespace {

using base::Error;
using base::Kind;

constexpr std::chrono::seconds kCoordinatorPatience{10};
constexpr std::chrono::milliseconds kCoordinatorPause{100};

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

// A broker answers for a group that it has never heard of, too, and says that it is dead.
bool is_described(const rd_kafka_ConsumerGroupDescription_t* group) {
  if (api().rd_kafka_ConsumerGroupDescription_error(group) != nullptr) return false;
  const auto state = api().rd_kafka_ConsumerGroupDescription_state(group);
  return state != RD_KAFKA_CONSUMER_GROUP_STATE_DEAD && state != RD_KAFKA_CONSUMER_GROUP_STATE_UNKNOWN;
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
    client_.fail(api().rd_kafka_error_code(errors[0]), what, api().rd_kafka_error_string(errors[0]));
  const auto** const found = api().rd_kafka_ListConsumerGroups_result_valid(result, &count);
  std::vector<bus::GroupSummary> all;
  for (std::size_t i = 0; i < count; ++i) {
    const auto state = api().rd_kafka_ConsumerGroupListing_state(found[i]);
    all.push_back({api().rd_kafka_ConsumerGroupListing_group_id(found[i]),
                   api().rd_kafka_consumer_group_state_name(state), std::nullopt, std::nullopt});
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  count_members(&all);
  return all;
}

// A group that cannot be looked at keeps its place in the list, without a number.
void ClusterAdmin::count_members(std::vector<bus::GroupSummary>* all) {
  if (all->empty()) return;
  std::vector<const char*> names;
  for (const bus::GroupSummary& each : *all) names.push_back(each.name.c_str());
  const Event event =
      call(client_, RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, Judge::do_it,
           "cannot look at the groups of " + place(), [&](const auto* options, auto* queue) {
             api().rd_kafka_DescribeConsumerGroups(client_.get(), names.data(), names.size(), options, queue);
           });
  for (const auto* const each : results(event, api().rd_kafka_event_DescribeConsumerGroups_result,
                                        api().rd_kafka_DescribeConsumerGroups_result_groups)) {
    if (!is_described(each)) continue;
    const std::string name = api().rd_kafka_ConsumerGroupDescription_group_id(each);
    for (bus::GroupSummary& group : *all)
      if (group.name == name) group.members = api().rd_kafka_ConsumerGroupDescription_member_count(each);
  }
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
      checked_group(results(event, api().rd_kafka_event_ListConsumerGroupOffsets_result,
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

// As the cluster describes it; none: it has no such group, or one of the newer protocol.
std::optional<ClusterAdmin::Described> ClusterAdmin::describe(const std::string& name) {
  const std::string what = "cannot look at group '" + name + "'";
  std::span<const rd_kafka_ConsumerGroupDescription_t*> groups;
  const Event event = with_coordinator(place_.clock, [&] {
    Event answer = call_for(client_, RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, Judge::do_it, what,
                            api().rd_kafka_DescribeConsumerGroups, name.c_str());
    groups = results(answer, api().rd_kafka_event_DescribeConsumerGroups_result,
                     api().rd_kafka_DescribeConsumerGroups_result_groups);
    const rd_kafka_error_t* const error =
        groups.empty() ? nullptr : api().rd_kafka_ConsumerGroupDescription_error(groups[0]);
    if (error != nullptr && api().rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND)
      client_.fail(api().rd_kafka_error_code(error), what, api().rd_kafka_error_string(error));
    return answer;
  });
  if (groups.empty() || !is_described(groups[0])) return std::nullopt;
  Described found;
  const auto state = api().rd_kafka_ConsumerGroupDescription_state(groups[0]);
  const std::size_t members = api().rd_kafka_ConsumerGroupDescription_member_count(groups[0]);
  found.summary = {name, api().rd_kafka_consumer_group_state_name(state), std::nullopt, members};
  for (std::size_t i = 0; i < members; ++i) {
    const auto* const member = api().rd_kafka_ConsumerGroupDescription_member(groups[0], i);
    const char* const instance = api().rd_kafka_MemberDescription_group_instance_id(member);
    found.members.push_back({api().rd_kafka_MemberDescription_consumer_id(member),
                             api().rd_kafka_MemberDescription_client_id(member),
                             api().rd_kafka_MemberDescription_host(member),
                             instance == nullptr ? std::nullopt : std::optional<std::string>(instance)});
    const auto* const assigned = api().rd_kafka_MemberDescription_assignment(member);
    const auto* const list =
        assigned == nullptr ? nullptr : api().rd_kafka_MemberAssignment_partitions(assigned);
    for (int p = 0; list != nullptr && p < list->cnt; ++p)
      found.held.insert({list->elems[p].topic, base::Partition{list->elems[p].partition}});
  }
  return found;
}

bus::GroupInfo ClusterAdmin::group(std::string_view typed, GroupLook look) {
  const std::string name(typed);
  if (name.empty()) throw Error(Kind::usage, "group name is empty").code("bad_group_name");
  bus::GroupInfo info;
  std::set<log::TopicPartition> held;
  if (auto found = describe(name)) {
    info.summary = std::move(found->summary);
    info.members = std::move(found->members);
    held = std::move(found->held);
  } else {
    // One of the newer protocol (KIP-848) is listed: its state is known, and its members are not.
    const std::vector<bus::GroupSummary> all = groups();
    const auto listed =
        std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.name == name; });
    if (listed == all.end()) no_group(name);
    info.summary = *listed;
  }
  info.positions = stored(name);
  for (const log::TopicPartition& each : held) {
    const bool known = std::any_of(info.positions.begin(), info.positions.end(), [&](const auto& position) {
      return position.topic == each.topic && position.partition == each.partition;
    });
    if (!known) info.positions.push_back({each.topic, each.partition});
  }
  std::sort(info.positions.begin(), info.positions.end(), [](const auto& a, const auto& b) {
    return std::tie(a.topic, a.partition) < std::tie(b.topic, b.partition);
  });
  for (bus::GroupPosition& each : info.positions) each.held = held.contains({each.topic, each.partition});
  look_at_ends(&info);
  if (look == GroupLook::times) {
    look_at_transactions(&info);
    look_at_times(&info);
  }
  return info;
}

void ClusterAdmin::look_at_transactions(bus::GroupInfo* info) {
  std::vector<log::TopicPartition> of;
  std::vector<log::Extent> extents;
  std::vector<bus::GroupPosition*> positions;
  for (bus::GroupPosition& each : info->positions) {
    if (!each.end) continue;
    of.push_back({each.topic, each.partition});
    extents.push_back({*each.start, *each.end});
    positions.push_back(&each);
  }
  const auto open = open_transactions(of, extents);
  for (std::size_t i = 0; i < positions.size(); ++i) positions[i]->open_transaction = open[i];
}

void ClusterAdmin::look_at_times(bus::GroupInfo* info) {
  std::vector<FirstRead> unread;
  std::vector<bus::GroupPosition*> of;
  for (bus::GroupPosition& each : info->positions) {
    if (each.lag().value_or(0) == 0) continue;
    unread.push_back({{each.topic, each.partition}, {*each.start, *each.end}, *each.next});
    of.push_back(&each);
  }
  const auto times = first_times(client_, unread, place_.clock);
  for (std::size_t i = 0; i < of.size(); ++i) of[i]->oldest_unread = times[i];
}

// One question for each topic, and one for the ends of all partitions that are there.
void ClusterAdmin::look_at_ends(bus::GroupInfo* info) {
  std::map<std::string, std::set<base::Partition>> topics;
  for (const bus::GroupPosition& each : info->positions) topics[each.topic];
  for (auto& [name, partitions] : topics) {
    if (const auto topic = client_.find_topic(name))
      for (const auto& each : topic->partitions) partitions.insert(each.id);
  }
  info->summary.topics = topics.size();
  std::vector<log::TopicPartition> there;
  std::vector<bus::GroupPosition*> of;
  for (bus::GroupPosition& each : info->positions) {
    if (!topics[each.topic].contains(each.partition)) continue;
    there.push_back({each.topic, each.partition});
    of.push_back(&each);
  }
  const std::vector<log::Extent> extents = extents_of(client_, there);
  for (std::size_t i = 0; i < of.size(); ++i) {
    of[i]->start = extents[i].start;
    of[i]->end = extents[i].end;
  }
}

}  // namespace weir::kafka
