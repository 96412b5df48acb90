// Joins a stream (left) with a table (right) as it was at the stream event's time: the version with the largest time that
// is not later; of equal times the one that arrived last.
//
// Held     with a grace a left event waits until the left side's own watermark has reached its time plus the grace, or ended,
//          so that versions may come late. Those that are let go together go in order of (time, arrival).
// History  versions are kept for `history` behind the watermark, and of the older ones the newest; the end of the input
//          forgets none. What is let go sees no
//          others, whether they happen to be in memory still or not.
// Null     as TableJoin. Threads: the loop's.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ops/event_clock.h"
#include "ops/join_settings.h"
#include "ops/table_versions.h"
#include "ops/watermark_lines.h"
#include "state/buckets.h"
#include "state/store.h"
#include "state/timers.h"

namespace weir::ops {

// A left event that waits for versions of its row: an entry of state::Buckets, by its arrival.
struct HeldEvent {
  std::int64_t ts = 0;
  std::string key, value;

  std::size_t bytes() const { return key.capacity() + value.capacity(); }
  void encode(base::Buffer& out) const {
    state::Writer to(out);
    to.integer(ts);
    to.text(key);
    to.text(value);
  }
  static bool decode(std::string_view bytes, HeldEvent& entry) {
    state::Reader from(bytes);
    entry.ts = from.integer();
    entry.key = from.text();
    entry.value = from.text();
    return from.done();
  }
};

class AsOfJoin final : public Join, private state::Part {
 public:
  struct Settings {
    JoinSettings join;
    std::int64_t history_ms = 86'400'000;
  };
  // Borrows `store`.
  AsOfJoin(const Settings& settings, state::Store& store);

  stream::Flow on_batch(stream::Batch& batch, stream::Context& context) override;
  stream::Flow on_mark(const stream::Mark& mark, stream::Context& context) override;
  stream::Flow on_end(stream::Context& context) override;
  void tell_chances(stream::Chances& to) const override;

 private:
  // Of what comes later no row has a time below it.
  void promise(std::int64_t watermark, stream::Context& context);
  void save(state::Writer& to) const override;
  void load(state::Reader& from) override;

  void moved(std::int64_t watermark);
  std::int64_t left_after(const stream::Mark& mark);
  EventClock::Source left_source(EventClock::Source source);
  void advance(const stream::Batch& batch, std::size_t row, stream::Context& context);
  void add_version(stream::Context& context);
  void take(stream::Context& context);
  void hold();
  void release(std::int64_t watermark, stream::Context& context);
  std::int64_t bucket_of(std::int64_t ts) const;
  bool join(const JoinRows::About& about, std::string_view value, stream::Context& context);

  const Settings settings_;
  const std::int64_t width_;  // of a bucket of held events, ms
  JoinReader reader_;
  JoinRows rows_;
  WatermarkLines watermarks_;
  EventClock clock_;       // of both sides
  EventClock left_clock_;  // of the left one; a source of clock_ is a partition here
  state::Store& store_;
  state::Buckets<TableVersions> table_;
  state::Buckets<HeldEvent> held_;         // in buckets of time, by arrival
  state::Timers<std::uint64_t> releases_;  // their arrivals
  std::int64_t line_ = kBeforeAll;         // behind it a row keeps only its newest version
  std::uint64_t arrivals_ = 0;
};

}  // namespace weir::ops
