// What can be set for a topic: Kafka's names, types and defaults (Kafka 4.x), with three of our own choosing:
// max.message.bytes is 16 MiB, message.timestamp.after.max.ms is unlimited, segment.bytes may be small.
// Settings that mean nothing to a local log (replication, tiered storage, retention) are accepted, kept and listed,
// since clients set them; an unknown name or a value out of range is not.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace weir::log {

// The overrides of one topic: name -> value as typed, in order of name. Only what somebody set.
using Settings = std::map<std::string, std::string, std::less<>>;

// The settings that the log itself obeys, with defaults filled in. Times in milliseconds, -1 or the largest
// integer: no limit, as in Kafka.
struct TopicConfig {
  enum class Compression { producer, none, gzip, snappy, lz4, zstd };  // producer: as the batch came
  enum class Timestamps { create_time, append_time };

  std::int64_t segment_bytes = 1 << 30;
  std::int64_t segment_ms = 604'800'000;
  std::int64_t segment_index_bytes = 10 << 20;
  std::int64_t index_interval_bytes = 4096;
  std::int64_t max_message_bytes =
      16 << 20;  // of a whole batch as stored, as in Kafka; one record may be as large
  std::int64_t retention_bytes = -1;
  std::int64_t retention_ms = 604'800'000;
  std::int64_t file_delete_delay_ms = 60'000;
  std::int64_t delete_retention_ms = 86'400'000;
  std::int64_t min_compaction_lag_ms = 0;
  std::int64_t max_compaction_lag_ms = INT64_MAX;
  std::int64_t timestamp_before_max_ms = INT64_MAX;
  std::int64_t timestamp_after_max_ms = INT64_MAX;
  double min_cleanable_dirty_ratio = 0.5;
  bool compact = false;    // cleanup.policy holds "compact"
  bool delete_old = true;  // cleanup.policy holds "delete"
  bool preallocate = false;
  Compression compression = Compression::producer;
  Timestamps timestamps = Timestamps::create_time;

  // Requires settings that passed check_setting.
  static TopicConfig from(const Settings& settings);
};

// One row per name that can be set; what `topics describe`, completion and the broker's DescribeConfigs list.
struct SettingInfo {
  enum class Type { boolean, integer, ratio, choice, policy, text };
  std::string_view name;
  Type type;
  std::string_view default_value;
  std::int64_t least, most;  // Type::integer
  std::string_view choices;  // Type::choice: separated by spaces
  bool obeyed;               // false: accepted, without meaning here
};
std::span<const SettingInfo> known_settings();  // in order of name

// What is wrong with name=value, as one sentence without full stop; none when it can be set.
std::optional<std::string> setting_fault(std::string_view name, std::string_view value);

}  // namespace weir::log
