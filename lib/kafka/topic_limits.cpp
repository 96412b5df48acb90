#include "kafka/topic_limits.h"

#include <charconv>
#include <limits>

#include "record/headers.h"

namespace weir::kafka {
namespace {

std::optional<std::int64_t> number(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// A default of 2^63 - 1 stands for no limit.
std::optional<std::int64_t> distance(const std::string& text) {
  const auto value = number(text);
  return value && *value < std::numeric_limits<std::int64_t>::max() / 2 ? value : std::nullopt;
}

}  // namespace

TopicLimits TopicLimits::of(const std::vector<bus::ConfigEntry>& configs) {
  TopicLimits limits;
  bool append_time = false, deletes = true;
  for (const bus::ConfigEntry& each : configs) {
    if (each.name == "max.message.bytes") {
      if (const auto bytes = number(each.value); bytes && *bytes > 0)
        limits.request_bytes = static_cast<std::size_t>(*bytes);
    }
    if (each.name == "cleanup.policy") {
      limits.needs_key = each.value.find("compact") != std::string::npos;
      deletes = each.value.find("delete") != std::string::npos;
    }
    if (each.name == "retention.ms") {
      limits.kept_ms = number(each.value);
      if (limits.kept_ms && *limits.kept_ms < 0) limits.kept_ms.reset();  // kept for ever
    }
    if (each.name == "message.timestamp.type") append_time = each.value == "LogAppendTime";
    if (each.name == "message.timestamp.before.max.ms") limits.past_ms = distance(each.value);
    if (each.name == "message.timestamp.after.max.ms") limits.ahead_ms = distance(each.value);
  }
  if (append_time) limits.past_ms = limits.ahead_ms = std::nullopt;
  if (append_time || !deletes) limits.kept_ms.reset();
  return limits;
}

std::optional<stream::Fault> fault_of(const record::Record& record, const TopicLimits& limits,
                                      const std::string& topic, base::EventTime now) {
  using stream::Fault;
  const std::int64_t ts = record.ts.ms;
  if (ts == 0) {
    return Fault{.code = "kafka_time",
                 .message =
                     "a record's time is 0, which librdkafka takes for none: it would be stored with the "
                     "present"};
  }
  // A distance may be as large as an int64, so it is compared without a sum that could overflow.
  if (ts > 0 && limits.ahead_ms && ts > now.ms && ts - now.ms > *limits.ahead_ms) {
    return Fault{.code = "kafka_time",
                 .message = "a record's time is further ahead than topic '" + topic +
                            "' takes (message.timestamp.after.max.ms=" + std::to_string(*limits.ahead_ms) +
                            ")"};
  }
  if (ts > 0 && limits.past_ms && ts < now.ms && now.ms - ts > *limits.past_ms) {
    return Fault{.code = "kafka_time",
                 .message = "a record's time is further back than topic '" + topic +
                            "' takes (message.timestamp.before.max.ms=" + std::to_string(*limits.past_ms) +
                            ")"};
  }
  if (limits.needs_key && record.key.null()) {
    return Fault{.code = "kafka_key",
                 .message = "topic '" + topic + "' is compacted and takes no record without a key"};
  }
  record::HeaderCursor cursor(record.headers);
  for (record::Header header; cursor.next(header);) {
    if (header.name.find('\0') == std::string_view::npos) continue;
    return Fault{.code = "kafka_header",
                 .message = "a header's name holds a NUL, which librdkafka would cut it off at"};
  }
  return std::nullopt;
}

}  // namespace weir::kafka
