#include "ops/event_clock.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace weir::ops {

EventClock::EventClock(const Settings& settings)
    : bound_ms_(settings.bound_ms), idle_ms_(settings.idle_ms), inputs_(settings.inputs) {
  WEIR_ASSERT(settings.inputs > 0 && settings.bound_ms >= 0);
}

EventClock::Source EventClock::source(std::size_t input, std::string_view topic, std::int32_t partition) {
  WEIR_ASSERT(input < inputs_.size());
  if (partition == kNoPartition) topic = {};
  const auto found = std::find_if(sources_.begin(), sources_.end(), [&](const Partition& each) {
    return each.input == input && each.number == partition && each.topic == topic;
  });
  if (found != sources_.end()) return static_cast<Source>(found - sources_.begin());
  sources_.push_back({static_cast<std::uint32_t>(input), partition, std::string(topic)});
  return static_cast<Source>(sources_.size() - 1);
}

bool EventClock::counts(const Partition& partition) const {
  if (partition.idle || !partition.spoke || inputs_[partition.input].ended) return false;
  return partition.number != kNoPartition || partition.marked || !inputs_[partition.input].marked;
}

std::int64_t EventClock::advance(Source source, std::int64_t ts) {
  Partition& partition = sources_[source];
  if (partition.marked && !partition.idle) {
    partition.heard = true;
    return now_;
  }
  if (partition.marked) return raise(partition, partition.watermark);
  return raise(partition, minus(ts, bound_ms_));
}

std::int64_t EventClock::mark(Source source, std::int64_t t) {
  Partition& partition = sources_[source];
  if (partition.number != kNoPartition) inputs_[partition.input].marked = true;
  // What was derived from records before is no promise of its own.
  if (!partition.marked) partition.watermark = kBeforeAll;
  partition.marked = true;
  return raise(partition, t);
}

std::int64_t EventClock::raise(Partition& partition, std::int64_t watermark) {
  const bool counted = counts(partition);
  const std::int64_t before = partition.watermark;
  partition.watermark = std::max(before, watermark);
  partition.spoke = inputs_[partition.input].spoke = true;
  inputs_[partition.input].idle = false;
  partition.idle = false;
  partition.heard = true;
  // One source alone, as most runs have: what combine() would say.
  if (counted && sources_.size() == 1 && inputs_.size() == 1)
    return now_ = std::max(now_, partition.watermark);
  // Only the one that held the others back can let them go on.
  if (counted && before > now_) return now_;
  return combine();
}

std::int64_t EventClock::idle(Source source) {
  sources_[source].idle = true;
  return combine();
}

std::int64_t EventClock::tick(std::int64_t now_ms) {
  if (!idle_ms_) return now_;
  const std::int64_t longest = std::max<std::int64_t>(1, *idle_ms_ / 4);
  const std::int64_t passed = std::min(longest, now_ms - ticked_ms_.value_or(now_ms));
  ticked_ms_ = now_ms;
  for (Partition& each : sources_) {
    each.silent_ms = std::exchange(each.heard, false) ? 0 : each.silent_ms + passed;
    each.idle = each.idle || each.silent_ms >= *idle_ms_;
  }
  return combine();
}

std::int64_t EventClock::input_idle(std::size_t input) {
  if (!std::exchange(inputs_[input].spoke, true)) inputs_[input].idle = true;
  for (Partition& each : sources_) each.idle = each.idle || each.input == input;
  return combine();
}

std::int64_t EventClock::ended(std::size_t input) {
  inputs_[input].ended = true;
  return combine();
}

std::int64_t EventClock::all_ended() {
  for (Input& input : inputs_) input.ended = true;
  return combine();
}

std::int64_t EventClock::combine() {
  bool all_ended = true;
  for (const Input& input : inputs_) {
    all_ended = all_ended && input.ended;
    if (!input.ended && !input.spoke) return now_;
  }
  if (all_ended) return now_ = kAfterAll;
  std::int64_t least = kAfterAll, least_idle = kAfterAll;
  bool any = false;
  for (const Input& input : inputs_)
    if (input.idle && !input.ended) least_idle = kBeforeAll;
  for (const Partition& partition : sources_) {
    if (partition.idle && !inputs_[partition.input].ended)
      least_idle = std::min(least_idle, partition.watermark);
    if (!counts(partition)) continue;
    least = std::min(least, partition.watermark);
    any = true;
  }
  if (!any || least <= now_) return now_;
  passed_an_idle_one_ |= least > least_idle;
  return now_ = least;
}

void EventClock::save(state::Writer& to) const {
  to.integer(now_);
  to.number(inputs_.size());
  for (const Input& input : inputs_) {
    to.flag(input.spoke);
    to.flag(input.marked);
  }
  to.number(sources_.size());
  for (const Partition& each : sources_) {
    to.number(each.input);
    to.integer(each.number);
    to.text(each.topic);
    to.integer(each.watermark);
    to.flag(each.marked);
    to.flag(each.idle);
    to.flag(each.spoke);
  }
}

void EventClock::load(state::Reader& from) {
  now_ = from.integer();
  if (from.number() != inputs_.size()) return from.refuse();
  for (Input& input : inputs_) {
    input.spoke = from.flag();
    input.marked = from.flag();
  }
  sources_.clear();
  const std::uint64_t count = from.number();
  for (std::uint64_t i = 0; i < count && !from.failed(); ++i) {
    Partition each{};
    each.input = from.number_of<std::uint32_t>();
    if (each.input >= inputs_.size()) return from.refuse();
    each.number = static_cast<std::int32_t>(from.integer());
    each.topic = from.text();
    each.watermark = from.integer();
    each.marked = from.flag();
    each.idle = from.flag();
    each.spoke = from.flag();
    sources_.push_back(std::move(each));
  }
}

}  // namespace weir::ops
