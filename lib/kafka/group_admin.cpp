// What changes groups.
#include <algorithm>

#include "base/error.h"
#include "kafka/admin_class.h"
#include "kafka/errors.h"
#include "kafka/group_result.h"
#include "kafka/partition_list.h"

namespace weir::kafka {

using base::Error;
using base::Kind;
using bus::Mode;

void ClusterAdmin::refuse_members(const std::string& group, coord::GroupChange change) {
  bus::GroupSummary found;
  try {
    found = this->group(group, GroupLook::ends).summary;
  } catch (const Error& error) {
    if (error.code() != "unknown_group") throw;
    return;
  }
  if (!found.at_work()) return;
  throw coord::group_active(
      group, found.members ? std::optional(static_cast<std::size_t>(*found.members)) : std::nullopt, change);
}

void ClusterAdmin::set_positions(std::string_view typed, const std::vector<bus::NewPosition>& positions,
                                 Mode mode) {
  const std::string group(typed);
  if (group.empty()) throw Error(Kind::usage, "group name is empty").code("bad_group_name");
  refuse_members(group, coord::GroupChange::positions);
  if (mode == Mode::dry_run || positions.empty()) return;
  const PartitionList list = new_list(positions.size());
  for (const bus::NewPosition& each : positions)
    add(list, {each.topic, each.partition}).offset = each.next.value;
  const std::string what = "cannot set the positions of group '" + group + "'";
  const Owned<rd_kafka_AlterConsumerGroupOffsets_t> change(
      api().rd_kafka_AlterConsumerGroupOffsets_new(group.c_str(), list.get()),
      api().rd_kafka_AlterConsumerGroupOffsets_destroy);
  const Event event = call_for(client_, RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS, Judge::do_it, what,
                               api().rd_kafka_AlterConsumerGroupOffsets, change.get());
  checked_group(results(event, api().rd_kafka_event_AlterConsumerGroupOffsets_result,
                        api().rd_kafka_AlterConsumerGroupOffsets_result_groups),
                what);
}

void ClusterAdmin::delete_group(std::string_view typed, const std::vector<std::string>& topics, Mode mode) {
  const std::string name(typed);
  const bus::GroupInfo found = group(name, GroupLook::ends);
  refuse_members(name, coord::GroupChange::removal);
  if (mode == Mode::dry_run) return;
  const std::string what = "cannot delete group '" + name + "'";
  if (topics.empty()) {
    const Owned<rd_kafka_DeleteGroup_t> change(api().rd_kafka_DeleteGroup_new(name.c_str()),
                                               api().rd_kafka_DeleteGroup_destroy);
    const Event event = call_for(client_, RD_KAFKA_ADMIN_OP_DELETEGROUPS, Judge::do_it, what,
                                 api().rd_kafka_DeleteGroups, change.get());
    checked_group(
        results(event, api().rd_kafka_event_DeleteGroups_result, api().rd_kafka_DeleteGroups_result_groups),
        what);
    return;
  }
  const PartitionList list = new_list(found.positions.size());
  for (const bus::GroupPosition& each : found.positions) {
    if (std::find(topics.begin(), topics.end(), each.topic) != topics.end())
      add(list, {each.topic, each.partition});
  }
  if (list->cnt == 0) return;
  const Owned<rd_kafka_DeleteConsumerGroupOffsets_t> change(
      api().rd_kafka_DeleteConsumerGroupOffsets_new(name.c_str(), list.get()),
      api().rd_kafka_DeleteConsumerGroupOffsets_destroy);
  const Event event = call_for(client_, RD_KAFKA_ADMIN_OP_DELETECONSUMERGROUPOFFSETS, Judge::do_it, what,
                               api().rd_kafka_DeleteConsumerGroupOffsets, change.get());
  checked_group(results(event, api().rd_kafka_event_DeleteConsumerGroupOffsets_result,
                        api().rd_kafka_DeleteConsumerGroupOffsets_result_groups),
                what);
}

}  // namespace weir::kafka
