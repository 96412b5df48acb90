// Admin of a local log. A read changes nothing in the directory; a change opens it for writing, which a running Kafka
// broker refuses.
#pragma once

#include "bus/admin.h"
#include "bus/bus.h"

namespace weir::bus {

class LocalAdmin final : public Admin {
 public:
  explicit LocalAdmin(Bus& bus) : bus_(bus) {}  // `bus` is a directory, and outlives the object

  std::string place() const override { return bus_.where().directory; }
  std::vector<TopicSummary> topics() override;
  TopicInfo topic(std::string_view name, Look look) override;
  std::vector<ConfigEntry> configs(std::string_view topic) override;
  void create_topic(const NewTopic& topic, Mode mode) override;
  void add_partitions(std::string_view topic, int count, Mode mode) override;
  void change_configs(std::string_view topic, const ConfigChanges& changes, Mode mode) override;

 private:
  log::Log& reading() { return bus_.log(log::Log::Access::read); }
  log::Log& writing() { return bus_.log(log::Log::Access::write); }

  Bus& bus_;
};

// Throws for a topic that the log keeps for itself: it is not changed by hand.
void refuse_internal(std::string_view topic);

}  // namespace weir::bus
