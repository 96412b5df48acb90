#include "kafka/cluster.h"

#include "bus/admin.h"
#include "kafka/admin.h"
#include "kafka/client.h"
#include "kafka/group_source.h"
#include "kafka/sink.h"
#include "kafka/source.h"
#include "log/topic_name.h"

namespace weir::kafka {
namespace {

class KafkaCluster final : public bus::Cluster {
 public:
  explicit KafkaCluster(bus::ClusterPlace place) : place_(std::move(place)) {}

  std::unique_ptr<log::Source> open_source(log::SourceOptions options) override {
    for (const std::string& topic : options.operands)
      if (!log::is_pattern(topic)) log::check_topic_name(topic);
    return kafka::open_source(place_, std::move(options));
  }
  std::unique_ptr<log::Source> open_group_source(coord::GroupOptions group,
                                                 log::SourceOptions options) override {
    return kafka::open_group_source(place_, std::move(group), std::move(options));
  }
  std::unique_ptr<stream::Sink> open_sink(log::SinkOptions options) override {
    return kafka::open_sink(place_, std::move(options));
  }
  bool has_topic(std::string_view name) override {
    if (!log::topic_name_fault(name).empty()) return false;
    Client client(place_, RD_KAFKA_CONSUMER, {{"allow.auto.create.topics", "false"}}, {});
    return client.find_topic(std::string(name)).has_value();
  }
  std::unique_ptr<bus::Admin> admin() override { return open_admin(place_); }

 private:
  const bus::ClusterPlace place_;
};

}  // namespace

std::unique_ptr<bus::Cluster> open_cluster(bus::ClusterPlace place) {
  return std::make_unique<KafkaCluster>(std::move(place));
}

}  // namespace weir::kafka
