// The class behind admin.h: topics in topic_admin.cpp, groups in group_look.cpp and group_admin.cpp.
//
// Ends       are where the next record goes (the high watermark), also behind a transaction that is open.
// Ownership  owns its clients; each is made when it is first needed.
// Errors     throws Error, as bus/admin.h says; network when no broker answers, or no coordinator of a group.
// Threads    one; librdkafka has its own.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "bus/admin.h"
#include "bus/cluster.h"
#include "coord/group_active.h"
#include "kafka/call.h"
#include "kafka/client.h"
#include "log/range.h"

namespace weir::kafka {

class ClusterAdmin final : public bus::Admin {
 public:
  explicit ClusterAdmin(const bus::ClusterPlace& place);

  std::string place() const override { return client_.shown(); }
  std::vector<bus::TopicSummary> topics() override;
  bus::TopicInfo topic(std::string_view name, Look look) override;
  std::vector<bus::TopicInfo> topics_at_offsets(const std::vector<std::string>& names) override;
  std::vector<bus::ConfigEntry> configs(std::string_view topic) override;
  void create_topic(const bus::NewTopic& topic, bus::Mode mode) override;
  void add_partitions(std::string_view topic, int count, bus::Mode mode) override;
  void change_configs(std::string_view topic, const bus::ConfigChanges& changes, bus::Mode mode) override;
  void delete_topic(std::string_view topic, bus::Mode mode) override;
  std::vector<bus::NewPosition> resolve(std::string_view topic, const log::Point& point) override;

  std::vector<bus::GroupSummary> groups() override;
  bus::GroupInfo group(std::string_view name, GroupLook look) override;
  void set_positions(std::string_view group, const std::vector<bus::NewPosition>& positions,
                     bus::Mode mode) override;
  void delete_group(std::string_view group, const std::vector<std::string>& topics, bus::Mode mode) override;

 private:
  [[noreturn]] void no_group(const std::string& name);
  void refuse_members(const std::string& group, coord::GroupChange change);
  void wait_for_topic(const std::string& name, std::size_t partitions);
  Client& reader();
  std::vector<std::optional<base::Offset>> open_transactions(const std::vector<log::TopicPartition>& of,
                                                             const std::vector<log::Extent>& extents);
  std::vector<bus::GroupPosition> stored(const std::string& group);
  void count_members(std::vector<bus::GroupSummary>* all);
  void look_at_ends(bus::GroupInfo* info);
  void look_at_transactions(bus::GroupInfo* info);
  void look_at_times(bus::GroupInfo* info);
  struct Described {
    bus::GroupSummary summary;
    std::vector<bus::GroupMember> members;
    std::set<log::TopicPartition> held;
  };
  std::optional<Described> describe(const std::string& name);

  const bus::ClusterPlace place_;
  Client client_;
  std::optional<Client> reader_;  // of committed records
};

}  // namespace weir::kafka
