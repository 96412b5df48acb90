#include "ops/event_times.h"

#include <utility>

#include "json/number.h"
#include "json/text.h"
#include "ops/key_and_time.h"

namespace weir::ops {
namespace {

using Form = stream::Batch::Form;

// 0001-01-01T00:00:00Z up to the last millisecond of 9999.
constexpr std::int64_t kFirstMs = -62'135'596'800'000, kLastMs = 253'402'300'799'999;

}  // namespace

std::vector<expr::Fields::Field> EventTimes::fields() const {
  std::vector<expr::Fields::Field> fields;
  if (settings_.ts) fields.push_back({settings_.flag, settings_.ts->expression});
  if (!settings_.envelope) return fields;
  if (!settings_.ts && !settings_.arrival) fields.push_back({"ts", "$ts"});
  fields.push_back({"partition", "$partition"});
  fields.push_back({"topic", "$topic"});
  return fields;
}

bool EventTimes::refuse(std::string message) {
  fault_ = {.code = "bad_time", .message = std::move(message), .column = 0};
  return false;
}

bool EventTimes::read(const stream::Batch& batch, std::size_t row, const expr::Fields& fields,
                      std::size_t first) {
  timed_ = true;
  if (settings_.arrival) {
    ts_ = batch.arrived.ms;
    return by_arrival_ = true;
  }
  if (settings_.ts) {
    if (auto failed = fields.fault(first)) return fault_ = std::move(*failed), false;
    return take(fields.value(first)) && check(batch);
  }
  if (batch.form == Form::records) {
    if (batch.records[row].ts == base::kNoTime) return refuse("the record has no time");
    ts_ = batch.records[row].ts.ms;
    return check(batch);
  }
  if (batch.form == Form::envelopes) {
    const expr::Value& value = fields.value(first);
    if (value.kind > json::Kind::null) return take(value) && check(batch);
    if (!settings_.optional) return refuse("the envelope has no ts");
  } else if (!settings_.optional) {
    return refuse("a bare line has no time of its own");
  }
  ts_ = 0;
  timed_ = false;
  return true;
}

bool EventTimes::take(const expr::Value& value) {
  static const base::TimeFormat kByType{};
  const base::TimeFormat& format = settings_.ts ? settings_.ts->format : kByType;
  const bool as_ms =
      format.kind == base::TimeFormat::Kind::by_type || format.kind == base::TimeFormat::Kind::ms;
  if (as_ms && value.kind == json::Kind::number && value.integer) {
    const auto ms = json::to_int64(value.raw());
    if (ms && *ms >= kFirstMs && *ms <= kLastMs && *ms != base::kNoTime.ms) {
      ts_ = *ms;
      if (settings_.ts && !told_seconds_ && is_meant_in_seconds({ts_}, value, format)) {
        told_seconds_ = true;
        settings_.notice(seconds_notice({ts_}, settings_.ts->expression));
      }
      return true;
    }
  }
  const base::TimeOrFault found = time_of(value, format, settings_.zone, buffer_);
  if (found.fault == nullptr) return ts_ = found.time.ms, true;
  if (settings_.ts) return refuse(bad_time(value, settings_.ts->expression, found.fault));
  return refuse("ts of the envelope " + std::string(found.fault));
}

bool EventTimes::check(const stream::Batch& batch) {
  if (ts_ < kFirstMs || ts_ > kLastMs) return refuse("the time of the record is outside the years 1 to 9999");
  if (settings_.max_ahead_ms && ts_ > plus(batch.arrived.ms, *settings_.max_ahead_ms)) {
    refused_ahead_ = true;
    return refuse("the time is further ahead than --max-ahead");
  }
  return true;
}

void EventTimes::tell_chances(stream::Chances& to) const {
  if (by_arrival_) to.add("--ts arrival");
  if (refused_ahead_) to.add("--max-ahead");
}

EventClock::Source EventTimes::source(const stream::Batch& batch, std::size_t row, const expr::Fields& fields,
                                      std::size_t first, EventClock& clock) {
  std::int32_t partition = EventClock::kNoPartition;
  std::string_view topic;
  if (batch.form == Form::envelopes) {
    const std::size_t at = first + (settings_.ts || !settings_.arrival ? 1 : 0);
    const auto number =
        fields.value(at).kind == json::Kind::number ? json::to_int64(fields.value(at).raw()) : std::nullopt;
    if (number && *number >= 0 && *number <= INT32_MAX) {
      partition = static_cast<std::int32_t>(*number);
      if (fields.value(at + 1).kind == json::Kind::string)
        topic = json::text_of(fields.value(at + 1), buffer_);
    }
  } else if (batch.form == Form::records && !batch.origins.empty()) {
    partition = batch.origins[row].partition.value;
    const std::uint32_t topic_number = batch.origins[row].topic;
    if (batch.input != nullptr && topic_number < batch.input->topics.size())
      topic = batch.input->topics[topic_number];
  }
  const bool same = last_.known && last_.input_number == batch.input_number && last_.partition == partition &&
                    last_.topic == topic;
  if (same) return last_.source;
  last_ = {batch.input_number, partition, std::string(topic),
           clock.source(batch.input_number, topic, partition), true};
  return last_.source;
}

}  // namespace weir::ops
