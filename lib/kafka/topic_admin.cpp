#include <algorithm>
#include <chrono>
#include <map>
#include <thread>

#include "base/error.h"
#include "base/nearest.h"
#include "kafka/admin.h"
#include "kafka/admin_class.h"
#include "kafka/errors.h"
#include "kafka/kept_settings.h"
#include "kafka/offsets.h"
#include "kafka/times.h"
#include "log/topic_config.h"
#include "log/topic_name.h"

namespace weir::kafka {
namespace {

using base::Error;
using base::Kind;
using bus::Mode;

constexpr std::size_t kErrorBytes = 512;
constexpr int kAnswerMs = 10'000;

bool internal(std::string_view name) {
  return name.starts_with("__");
}

void refuse_internal(std::string_view topic) {
  if (!internal(topic)) return;
  throw Error(Kind::usage,
              "topic '" + std::string(topic) + "' is kept by the cluster itself and is not changed by hand")
      .code("internal_topic");
}

Judge judge(Mode mode) {
  return mode == Mode::apply ? Judge::do_it : Judge::only_judge;
}

void check(std::span<const rd_kafka_topic_result_t* const> results, const std::string& what) {
  for (const auto* const each : results) {
    const auto code = api().rd_kafka_topic_result_error(each);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    const char* const why = api().rd_kafka_topic_result_error_string(each);
    throw error_of(code, what, why == nullptr ? "" : why);
  }
}

using Resource = Owned<rd_kafka_ConfigResource_t>;

Resource topic_resource(const std::string& name) {
  return {api().rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name.c_str()),
          api().rd_kafka_ConfigResource_destroy};
}

// The broker names a setting that it does not know; which one was meant we know, too.
Error with_nearest_setting(Error error, const bus::NewTopic& topic) {
  std::vector<std::string> known;
  for (const log::SettingInfo& each : log::known_settings()) known.emplace_back(each.name);
  for (const auto& [name, value] : topic.configs) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    if (const std::string nearest = base::nearest_name(name, known); !nearest.empty())
      error.hint("did you mean '" + nearest + "'?");
  }
  return error;
}

std::vector<log::TopicPartition> partitions_of(const TopicMetadata& topic) {
  std::vector<log::TopicPartition> all;
  for (const TopicMetadata::Partition& each : topic.partitions) all.push_back({topic.name, each.id});
  return all;
}

// `extents`: of its partitions, in their order.
bus::TopicInfo info_of(const TopicMetadata& topic, const std::vector<log::Extent>& extents) {
  bus::TopicInfo info;
  info.summary = {topic.name, static_cast<int>(topic.partitions.size()), internal(topic.name)};
  for (std::size_t i = 0; i < topic.partitions.size(); ++i) {
    const TopicMetadata::Partition& from = topic.partitions[i];
    bus::PartitionInfo partition;
    partition.id = from.id;
    partition.start = extents[i].start;
    partition.end = extents[i].end;
    partition.leader = from.leader;
    partition.replicas = from.replicas;
    partition.in_sync = from.in_sync;
    info.partitions.push_back(std::move(partition));
  }
  return info;
}

void check(std::span<const rd_kafka_ConfigResource_t* const> resources, const std::string& what) {
  for (const auto* const each : resources) {
    const auto code = api().rd_kafka_ConfigResource_error(each);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    const char* const why = api().rd_kafka_ConfigResource_error_string(each);
    throw error_of(code, what, why == nullptr ? "" : why);
  }
}

Properties defaults() {
  return {{"allow.auto.create.topics", "false"}, {"fetch.wait.max.ms", "50"}};
}

// The protocol answers with the end for readers of that level.
Properties isolation(const char* level) {
  return {{"enable.partition.eof", "true"}, {"isolation.level", level}};
}

}  // namespace

std::unique_ptr<bus::Admin> open_admin(const bus::ClusterPlace& place) {
  return std::make_unique<ClusterAdmin>(place);
}

ClusterAdmin::ClusterAdmin(const bus::ClusterPlace& place)
    : place_(place), client_(place, RD_KAFKA_CONSUMER, defaults(), isolation("read_uncommitted")) {}

Client& ClusterAdmin::reader() {
  if (!reader_) reader_.emplace(place_, RD_KAFKA_CONSUMER, defaults(), isolation("read_committed"));
  return *reader_;
}

// `extents` were asked for before: what has become readable since is no sign of a transaction.
std::vector<std::optional<base::Offset>> ClusterAdmin::open_transactions(
    const std::vector<log::TopicPartition>& of, const std::vector<log::Extent>& extents) {
  std::vector<std::optional<base::Offset>> all;
  const auto readable = extents_there(reader(), of);
  for (std::size_t i = 0; i < of.size(); ++i) {
    const bool held_back = readable[i] && readable[i]->end < extents[i].end;
    all.push_back(held_back ? std::optional(readable[i]->end) : std::nullopt);
  }
  return all;
}

std::vector<bus::TopicSummary> ClusterAdmin::topics() {
  std::vector<bus::TopicSummary> all;
  for (const TopicMetadata& each : client_.topics())
    all.push_back({each.name, static_cast<int>(each.partitions.size()), internal(each.name)});
  return all;
}

bus::TopicInfo ClusterAdmin::topic(std::string_view name, Look look) {
  const TopicMetadata found = client_.topic(std::string(name));
  const std::vector<log::TopicPartition> of = partitions_of(found);
  const std::vector<log::Extent> extents = extents_of(client_, of);
  bus::TopicInfo info = info_of(found, extents);
  if (look == Look::offsets) return info;
  const auto open = open_transactions(of, extents);
  const std::vector<base::EventTime> largest = largest_times(client_, of, extents);
  std::vector<FirstRead> starts;
  for (std::size_t i = 0; i < of.size(); ++i) starts.push_back({of[i], extents[i], extents[i].start});
  const auto first = first_times(client_, starts, place_.clock);
  for (std::size_t i = 0; i < of.size(); ++i) {
    info.partitions[i].first_time = first[i];
    info.partitions[i].last_time = largest[i];
    info.partitions[i].open_transaction = open[i];
  }
  return info;
}

std::vector<bus::TopicInfo> ClusterAdmin::topics_at_offsets(const std::vector<std::string>& names) {
  std::map<std::string, TopicMetadata> listed;
  for (TopicMetadata& each : client_.topics()) listed.emplace(each.name, std::move(each));
  std::vector<log::TopicPartition> of;
  for (const std::string& name : names) {
    if (const auto at = listed.find(name); at != listed.end())
      for (log::TopicPartition& each : partitions_of(at->second)) of.push_back(std::move(each));
  }
  std::map<std::string, std::vector<log::Extent>> found;
  const auto extents = extents_there(client_, of);
  for (std::size_t i = 0; i < of.size(); ++i)
    if (extents[i]) found[of[i].topic].push_back(*extents[i]);
  std::vector<bus::TopicInfo> all;
  for (const std::string& name : names) {
    if (const auto at = found.find(name); at != found.end())
      all.push_back(info_of(listed.at(name), at->second));
  }
  return all;
}

std::vector<bus::ConfigEntry> ClusterAdmin::configs(std::string_view topic) {
  const std::string name(topic);
  const Resource resource = topic_resource(name);
  const std::string what = "cannot read the settings of topic '" + name + "'";
  const Event event = call_for(client_, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, Judge::do_it, what,
                               api().rd_kafka_DescribeConfigs, resource.get());
  const auto resources = results(event, api().rd_kafka_event_DescribeConfigs_result,
                                 api().rd_kafka_DescribeConfigs_result_resources);
  check(resources, what);
  std::vector<bus::ConfigEntry> all;
  if (resources.empty()) return all;
  std::size_t count = 0;
  const rd_kafka_ConfigEntry_t** const entries = api().rd_kafka_ConfigResource_configs(resources[0], &count);
  for (std::size_t i = 0; i < count; ++i) {
    const char* const value = api().rd_kafka_ConfigEntry_value(entries[i]);
    const bool set_here =
        api().rd_kafka_ConfigEntry_source(entries[i]) == RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG;
    all.push_back({.name = api().rd_kafka_ConfigEntry_name(entries[i]),
                   .value = value == nullptr ? "" : value,
                   .is_default = !set_here,
                   .hidden = value == nullptr});
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return all;
}

// The answer comes from the controller; what others see follows a moment later.
void ClusterAdmin::wait_for_topic(const std::string& name, std::size_t partitions) {
  const auto until = place_.clock.steady() + std::chrono::milliseconds(kAnswerMs);
  do {
    const auto found = client_.find_topic(name);
    const bool ready = found && found->partitions.size() >= partitions &&
                       std::all_of(found->partitions.begin(), found->partitions.end(),
                                   [](const auto& each) { return each.leader >= 0; });
    if (ready) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  } while (place_.clock.steady() < until);
}

void ClusterAdmin::create_topic(const bus::NewTopic& topic, Mode mode) {
  log::check_topic_name(topic.name);
  refuse_internal(topic.name);
  const std::string what = "cannot make topic '" + topic.name + "' in " + place();
  char why[kErrorBytes] = "";
  const Owned<rd_kafka_NewTopic_t> made(
      api().rd_kafka_NewTopic_new(topic.name.c_str(), topic.partitions, topic.replicas.value_or(-1), why,
                                  sizeof why),
      api().rd_kafka_NewTopic_destroy);
  if (made == nullptr) throw Error(Kind::usage, what + ": " + why);
  for (const auto& [name, value] : topic.configs)
    api().rd_kafka_NewTopic_set_config(made.get(), name.c_str(), value.c_str());
  const Event event = call_for(client_, RD_KAFKA_ADMIN_OP_CREATETOPICS, judge(mode), what,
                               api().rd_kafka_CreateTopics, made.get());
  try {
    check(results(event, api().rd_kafka_event_CreateTopics_result, api().rd_kafka_CreateTopics_result_topics),
          what);
  } catch (const Error& error) {
    if (error.code() == "topic_exists")
      throw Error(Kind::usage, "topic '" + topic.name + "' is in " + place() + " already")
          .code("topic_exists");
    throw with_nearest_setting(error, topic);
  }
  if (mode == Mode::apply) wait_for_topic(topic.name, static_cast<std::size_t>(topic.partitions));
}

void ClusterAdmin::add_partitions(std::string_view topic, int count, Mode mode) {
  refuse_internal(topic);
  const TopicMetadata found = client_.topic(std::string(topic));
  const int now = static_cast<int>(found.partitions.size());
  if (count == now) return;
  if (count < now) {
    throw Error(Kind::usage, "topic '" + found.name + "' has " + std::to_string(now) +
                                 (now == 1 ? " partition" : " partitions") +
                                 "; it can grow and never shrink");
  }
  const std::string what = "cannot give topic '" + found.name + "' " + std::to_string(count) + " partitions";
  char why[kErrorBytes] = "";
  const Owned<rd_kafka_NewPartitions_t> made(
      api().rd_kafka_NewPartitions_new(found.name.c_str(), static_cast<std::size_t>(count), why, sizeof why),
      api().rd_kafka_NewPartitions_destroy);
  if (made == nullptr) throw Error(Kind::usage, what + ": " + why);
  const Event event = call_for(client_, RD_KAFKA_ADMIN_OP_CREATEPARTITIONS, judge(mode), what,
                               api().rd_kafka_CreatePartitions, made.get());
  check(results(event, api().rd_kafka_event_CreatePartitions_result,
                api().rd_kafka_CreatePartitions_result_topics),
        what);
  if (mode == Mode::apply) wait_for_topic(found.name, static_cast<std::size_t>(count));
}

void ClusterAdmin::change_configs(std::string_view topic, const bus::ConfigChanges& changes, Mode mode) {
  const std::string name(topic);
  client_.topic(name);
  const Resource resource = topic_resource(name);
  for (const auto& [setting, value] : settings_after(configs(name), changes))
    api().rd_kafka_ConfigResource_set_config(resource.get(), setting.c_str(), value.c_str());
  const std::string what = "cannot change the settings of topic '" + name + "'";
  const Event event = call_for(client_, RD_KAFKA_ADMIN_OP_ALTERCONFIGS, judge(mode), what,
                               api().rd_kafka_AlterConfigs, resource.get());
  check(
      results(event, api().rd_kafka_event_AlterConfigs_result, api().rd_kafka_AlterConfigs_result_resources),
      what);
}

void ClusterAdmin::delete_topic(std::string_view topic, Mode mode) {
  refuse_internal(topic);
  const TopicMetadata found = client_.topic(std::string(topic));
  if (mode == Mode::dry_run) return;
  const std::string what = "cannot delete topic '" + found.name + "' of " + place();
  const Owned<rd_kafka_DeleteTopic_t> one(api().rd_kafka_DeleteTopic_new(found.name.c_str()),
                                          api().rd_kafka_DeleteTopic_destroy);
  const Event event = call_for(client_, RD_KAFKA_ADMIN_OP_DELETETOPICS, Judge::do_it, what,
                               api().rd_kafka_DeleteTopics, one.get());
  check(results(event, api().rd_kafka_event_DeleteTopics_result, api().rd_kafka_DeleteTopics_result_topics),
        what);
  const auto until = place_.clock.steady() + std::chrono::milliseconds(kAnswerMs);
  while (client_.find_topic(found.name) && place_.clock.steady() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

std::vector<bus::NewPosition> ClusterAdmin::resolve(std::string_view topic, const log::Point& point) {
  const std::vector<log::TopicPartition> of = partitions_of(client_.topic(std::string(topic)));
  // A group's position is one for readers: those of committed records are not to pass over what is open.
  const std::vector<log::Extent> extents = extents_of(reader(), of);
  // The time of a point is one for all partitions.
  const std::vector<base::Offset> at_time =
      point.kind == log::Point::Kind::time ? offsets_at(reader(), of, extents, base::EventTime{point.value})
                                           : std::vector<base::Offset>(of.size());
  std::vector<bus::NewPosition> all;
  for (std::size_t i = 0; i < of.size(); ++i) {
    const base::Offset at = log::resolve(point, extents[i], [&](base::EventTime) { return at_time[i]; });
    all.push_back({of[i].topic, of[i].partition, std::clamp(at, extents[i].start, extents[i].end)});
  }
  return all;
}

}  // namespace weir::kafka
