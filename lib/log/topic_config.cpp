#include "log/topic_config.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <vector>

#include "base/assert.h"
#include "base/nearest.h"

namespace weir::log {
namespace {

using Type = SettingInfo::Type;
constexpr std::int64_t kInt = INT32_MAX;
constexpr std::int64_t kLong = INT64_MAX;

// Source: TopicConfig, LogConfig and ServerLogConfigs of Apache Kafka 4; the settings of Kafka 3 that later went
// (downconversion, format version) are accepted too, since old clients still send them.
// What deletes or compacts is not obeyed: nothing here takes records away.
constexpr SettingInfo kSettings[] = {
    {"cleanup.policy", Type::policy, "delete", 0, 0, "compact delete", false},
    {"compression.gzip.level", Type::integer, "-1", -1, 9, {}, false},
    {"compression.lz4.level", Type::integer, "9", 1, 17, {}, false},
    {"compression.type", Type::choice, "producer", 0, 0, "uncompressed none gzip snappy lz4 zstd producer",
     true},
    {"compression.zstd.level", Type::integer, "3", -131072, 22, {}, false},
    {"delete.retention.ms", Type::integer, "86400000", 0, kLong, {}, false},
    {"file.delete.delay.ms", Type::integer, "60000", 0, kLong, {}, false},
    {"flush.messages", Type::integer, "9223372036854775807", 1, kLong, {}, false},
    {"flush.ms", Type::integer, "9223372036854775807", 0, kLong, {}, false},
    {"follower.replication.throttled.replicas", Type::text, "", 0, 0, {}, false},
    {"index.interval.bytes", Type::integer, "4096", 0, kInt, {}, true},
    {"leader.replication.throttled.replicas", Type::text, "", 0, 0, {}, false},
    {"local.retention.bytes", Type::integer, "-2", -2, kLong, {}, false},
    {"local.retention.ms", Type::integer, "-2", -2, kLong, {}, false},
    {"max.compaction.lag.ms", Type::integer, "9223372036854775807", 1, kLong, {}, false},
    {"max.message.bytes", Type::integer, "16777216", 0, 32 << 20, {}, true},
    {"message.downconversion.enable", Type::boolean, "true", 0, 0, {}, false},
    {"message.format.version", Type::text, "3.0-IV1", 0, 0, {}, false},
    {"message.timestamp.after.max.ms", Type::integer, "9223372036854775807", 0, kLong, {}, true},
    {"message.timestamp.before.max.ms", Type::integer, "9223372036854775807", 0, kLong, {}, true},
    {"message.timestamp.difference.max.ms", Type::integer, "9223372036854775807", 0, kLong, {}, false},
    {"message.timestamp.type", Type::choice, "CreateTime", 0, 0, "CreateTime LogAppendTime", true},
    {"min.cleanable.dirty.ratio", Type::ratio, "0.5", 0, 1, {}, false},
    {"min.compaction.lag.ms", Type::integer, "0", 0, kLong, {}, false},
    {"min.insync.replicas", Type::integer, "1", 1, kInt, {}, false},
    {"preallocate", Type::boolean, "false", 0, 0, {}, true},
    {"remote.log.copy.disable", Type::boolean, "false", 0, 0, {}, false},
    {"remote.log.delete.on.disable", Type::boolean, "false", 0, 0, {}, false},
    {"remote.storage.enable", Type::boolean, "false", 0, 0, {}, false},
    {"retention.bytes", Type::integer, "-1", -1, kLong, {}, false},
    {"retention.ms", Type::integer, "604800000", -1, kLong, {}, false},
    {"segment.bytes", Type::integer, "1073741824", 14, kInt, {}, true},
    {"segment.index.bytes", Type::integer, "10485760", 12, kInt, {}, true},
    {"segment.jitter.ms", Type::integer, "0", 0, kLong, {}, false},
    {"segment.ms", Type::integer, "604800000", 1, kLong, {}, true},
    {"unclean.leader.election.enable", Type::boolean, "false", 0, 0, {}, false},
};
static_assert(std::is_sorted(std::begin(kSettings), std::end(kSettings),
                             [](const SettingInfo& a, const SettingInfo& b) { return a.name < b.name; }));

const SettingInfo* find(std::string_view name) {
  const auto at =
      std::lower_bound(std::begin(kSettings), std::end(kSettings), name,
                       [](const SettingInfo& info, std::string_view wanted) { return info.name < wanted; });
  return at != std::end(kSettings) && at->name == name ? at : nullptr;
}

std::optional<std::int64_t> integer(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<double> ratio(std::string_view text) {
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool among(std::string_view choices, std::string_view value) {
  const auto all = split(choices, ' ');
  return !value.empty() && std::find(all.begin(), all.end(), value) != all.end();
}

std::string spaced(std::string_view choices) {
  std::string text;
  for (const char c : choices) text += c == ' ' ? std::string(", ") : std::string(1, c);
  return text;
}

// Reads settings that were checked, falling back on the table's default.
class Reader {
 public:
  explicit Reader(const Settings& settings) : settings_(settings) {}
  std::string_view text(std::string_view name) const {
    const auto at = settings_.find(name);
    if (at != settings_.end()) return at->second;
    const SettingInfo* info = find(name);
    WEIR_ASSERT(info != nullptr);
    return info->default_value;
  }
  std::int64_t number(std::string_view name) const {
    const auto value = integer(text(name));
    WEIR_ASSERT(value.has_value());
    return *value;
  }

 private:
  const Settings& settings_;
};

}  // namespace

std::span<const SettingInfo> known_settings() {
  return kSettings;
}

std::optional<std::string> setting_fault(std::string_view name, std::string_view value) {
  const SettingInfo* info = find(name);
  if (info == nullptr) {
    std::vector<std::string> names;
    for (const SettingInfo& known : kSettings) names.emplace_back(known.name);
    const std::string nearest = base::nearest_name(name, names);
    return "no setting is called '" + std::string(name) + "'" +
           (nearest.empty() ? "" : "; did you mean '" + nearest + "'?");
  }
  const std::string stem = std::string(name) + "=" + std::string(value);
  switch (info->type) {
    case Type::boolean:
      if (value != "true" && value != "false") return stem + " is neither true nor false";
      return std::nullopt;
    case Type::integer: {
      const auto number = integer(value);
      if (!number) return stem + " is not a whole number";
      if (*number < info->least) return stem + " is below " + std::to_string(info->least);
      if (*number > info->most) return stem + " is above " + std::to_string(info->most);
      return std::nullopt;
    }
    case Type::ratio: {
      const auto number = ratio(value);
      if (!number || !(*number >= 0 && *number <= 1)) return stem + " is not a number from 0 to 1";
      return std::nullopt;
    }
    case Type::choice:
      if (!among(info->choices, value)) return stem + " is not one of " + spaced(info->choices);
      return std::nullopt;
    case Type::policy:
      for (const std::string_view part : split(value, ',')) {
        if (!among(info->choices, part)) return stem + " is not a list of " + spaced(info->choices);
      }
      return std::nullopt;
    case Type::text:
      return std::nullopt;
  }
  return std::nullopt;
}

TopicConfig TopicConfig::from(const Settings& settings) {
  const Reader reader(settings);
  TopicConfig config;
  config.segment_bytes = reader.number("segment.bytes");
  config.segment_ms = reader.number("segment.ms");
  config.segment_index_bytes = reader.number("segment.index.bytes");
  config.index_interval_bytes = reader.number("index.interval.bytes");
  config.max_message_bytes = reader.number("max.message.bytes");
  config.retention_bytes = reader.number("retention.bytes");
  config.retention_ms = reader.number("retention.ms");
  config.file_delete_delay_ms = reader.number("file.delete.delay.ms");
  config.delete_retention_ms = reader.number("delete.retention.ms");
  config.min_compaction_lag_ms = reader.number("min.compaction.lag.ms");
  config.max_compaction_lag_ms = reader.number("max.compaction.lag.ms");
  config.timestamp_before_max_ms = reader.number("message.timestamp.before.max.ms");
  config.timestamp_after_max_ms = reader.number("message.timestamp.after.max.ms");
  config.min_cleanable_dirty_ratio = ratio(reader.text("min.cleanable.dirty.ratio")).value_or(0.5);
  const auto policies = split(reader.text("cleanup.policy"), ',');
  config.compact = std::find(policies.begin(), policies.end(), "compact") != policies.end();
  config.delete_old = std::find(policies.begin(), policies.end(), "delete") != policies.end();
  config.preallocate = reader.text("preallocate") == "true";
  const std::string_view codec = reader.text("compression.type");
  config.compression = codec == "gzip"       ? Compression::gzip
                       : codec == "snappy"   ? Compression::snappy
                       : codec == "lz4"      ? Compression::lz4
                       : codec == "zstd"     ? Compression::zstd
                       : codec == "producer" ? Compression::producer
                                             : Compression::none;
  config.timestamps = reader.text("message.timestamp.type") == "LogAppendTime" ? Timestamps::append_time
                                                                               : Timestamps::create_time;
  return config;
}

}  // namespace weir::log
