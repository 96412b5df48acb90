#include "bus/local_admin.h"

#include "base/error.h"
#include "coord/forget_topic.h"
#include "log/partition_stats.h"

namespace weir::bus {
namespace {

using base::Error;
using base::Kind;

TopicSummary summary(const log::Topic& topic) {
  return {topic.name, static_cast<int>(topic.partitions.size()), topic.name.starts_with("__")};
}

PartitionInfo partition_info(base::Partition id, const log::PartitionStats& stats, Admin::Look look) {
  PartitionInfo info;
  info.id = id;
  info.start = stats.start;
  info.end = stats.end;
  info.bytes = stats.bytes;
  if (look == Admin::Look::offsets) return info;
  info.records = stats.records;
  info.first_time = stats.first_time;
  info.last_time = stats.last_time;
  info.fault = stats.fault;
  for (const log::SegmentStats& segment : stats.segments) {
    info.segments.push_back(
        {segment.base, segment.bytes, segment.records, segment.first_time, segment.last_time});
  }
  return info;
}

}  // namespace

void refuse_internal(std::string_view topic) {
  if (!topic.starts_with("__")) return;
  throw Error(Kind::usage,
              "topic '" + std::string(topic) + "' is kept by the log itself and is not changed by hand")
      .code("internal_topic");
}

std::vector<TopicSummary> LocalAdmin::topics() {
  std::vector<TopicSummary> all;
  for (const log::Topic& topic : reading().topics()) all.push_back(summary(topic));
  return all;
}

TopicInfo LocalAdmin::topic(std::string_view name, Look look) {
  log::Log& log = reading();
  const log::Topic topic = log.topic(name);
  TopicInfo info;
  info.summary = summary(topic);
  info.id = log.topic_id(topic);
  const auto count = look == Look::counted ? log::Count::records : log::Count::nothing;
  for (const base::Partition id : topic.partitions) {
    const std::string folder = log.partition_path(name, id);
    info.partitions.push_back(
        partition_info(id, log::partition_stats(log.sys(), log.clock(), log.host(), folder, count), look));
  }
  return info;
}

std::vector<TopicInfo> LocalAdmin::topics_at_offsets(const std::vector<std::string>& names) {
  std::vector<TopicInfo> all;
  for (const std::string& name : names) {
    try {
      all.push_back(topic(name, Look::offsets));
    } catch (const Error& error) {
      if (error.code() != "unknown_topic") throw;
    }
  }
  return all;
}

std::vector<ConfigEntry> LocalAdmin::configs(std::string_view topic) {
  const log::Settings set = reading().settings(topic);
  std::vector<ConfigEntry> all;
  for (const log::SettingInfo& info : log::known_settings()) {
    const auto at = set.find(info.name);
    const std::string value(at == set.end() ? info.default_value : std::string_view(at->second));
    all.push_back({std::string(info.name), value, at == set.end(), info.obeyed});
  }
  return all;
}

void LocalAdmin::create_topic(const NewTopic& topic, Mode mode) {
  log::check_topic_name(topic.name);
  refuse_internal(topic.name);
  if (topic.replicas.value_or(1) != 1) {
    throw Error(Kind::usage, "a local log keeps one copy of a topic, not " + std::to_string(*topic.replicas))
        .code("bad_replicas");
  }
  const auto there = [&] {
    return Error(Kind::usage, "topic '" + topic.name + "' is in " + place() + " already")
        .code("topic_exists");
  };
  if (mode == Mode::dry_run) {
    if (!base::File::exists(bus_.sys(), place())) return;
    if (reading().find_topic(topic.name)) throw there();
    return reading().check_new_topic(topic.name, topic.partitions, topic.configs);
  }
  if (!writing().ensure_topic(topic.name, topic.partitions, topic.configs).created) throw there();
}

void LocalAdmin::add_partitions(std::string_view topic, int count, Mode mode) {
  refuse_internal(topic);
  if (mode == Mode::dry_run) return reading().check_growth(reading().topic(topic), count);
  writing().add_partitions(topic, count);
}

void LocalAdmin::change_configs(std::string_view topic, const ConfigChanges& changes, Mode mode) {
  if (mode == Mode::apply) return writing().change_settings(topic, changes);
  reading().topic(topic);
  log::Log::check_settings(changes);
}

void LocalAdmin::delete_topic(std::string_view topic, Mode mode) {
  refuse_internal(topic);
  if (mode == Mode::dry_run) return void(reading().topic(topic));
  log::Log& log = writing();
  log.topic(topic);
  // A position in it would be one in the next topic of that name. Twice, since members may store theirs until they learn
  // that the topic is gone; first before, since a crash in between is to cost no record.
  coord::forget_topic(log, topic);
  log.delete_topic(topic);
  coord::forget_topic(log, topic);
}

}  // namespace weir::bus
