// Admin of a local log. A read changes nothing in the directory; a change opens it for writing, which a running Kafka
// broker refuses.
#pragma once

#include "bus/admin.h"
#include "bus/bus.h"
#include "log/partition_reader.h"

namespace weir::bus {

class LocalAdmin final : public Admin {
 public:
  explicit LocalAdmin(Bus& bus) : bus_(bus) {}  // `bus` is a directory, and outlives the object

  std::string place() const override { return bus_.where().directory; }
  std::vector<TopicSummary> topics() override;
  TopicInfo topic(std::string_view name, Look look) override;
  std::vector<TopicInfo> topics_at_offsets(const std::vector<std::string>& names) override;
  std::vector<ConfigEntry> configs(std::string_view topic) override;
  void create_topic(const NewTopic& topic, Mode mode) override;
  void add_partitions(std::string_view topic, int count, Mode mode) override;
  void change_configs(std::string_view topic, const ConfigChanges& changes, Mode mode) override;
  void delete_topic(std::string_view topic, Mode mode) override;
  std::vector<NewPosition> resolve(std::string_view topic, const log::Point& point) override;

  std::vector<GroupSummary> groups() override;
  GroupInfo group(std::string_view name, GroupLook look) override;
  void set_positions(std::string_view group, const std::vector<NewPosition>& positions, Mode mode) override;
  void delete_group(std::string_view group, const std::vector<std::string>& topics, Mode mode) override;

 private:
  log::Log& reading() { return bus_.log(log::Log::Access::read); }
  log::Log& writing() { return bus_.log(log::Log::Access::write); }
  [[noreturn]] void no_group(std::string_view name);
  std::unique_ptr<log::PartitionReader> reader(const log::Topic& topic, base::Partition partition);

  Bus& bus_;
};

// Throws for a topic that the log keeps for itself: it is not changed by hand.
void refuse_internal(std::string_view topic);

}  // namespace weir::bus
