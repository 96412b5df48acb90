// Joins two streams: a left event l and a right one r of equal keys, where l.ts - before <= r.ts <= l.ts + after.
//
// Per event   the watermark moves; what it closes leaves the state and, if its side is kept and it never matched, goes out
//             with null for the other side, in order of (closing time, arrival); then the event meets the open ones of the
//             other side, in order of (their time, their arrival); then it is stored.
// Closed      l when W - grace > l.ts + after, r when W - grace > r.ts + before: nothing on time can match it then. An event
//             that comes closed still meets open partners, and is late when there is none. Where both bounds lie on one side of
//             the left event, one that is on time may come closed as well: it is not late, and certain at once.
// So          a row with null for a side is certain: its event is in no match, before or after.
// Null        a null value is dropped. A null key is dropped too, or on a side that is kept goes out with null at once.
// Memory      events by key, in buckets of an eighth of before + after; a bucket goes as a whole.
// Threads     the loop's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ops/event_clock.h"
#include "ops/join_records.h"
#include "ops/join_settings.h"
#include "ops/watermark_lines.h"
#include "state/buckets.h"
#include "state/store.h"
#include "state/timers.h"

namespace weir::ops {

class StreamJoin final : public Join, private state::Part {
 public:
  struct Settings {
    JoinSettings join;
    std::int64_t before_ms = 0, after_ms = 0;  // either may be negative, their sum may not
    std::optional<std::uint64_t>
        max_per_key;  // open events of one key on one side: one more is an event error
  };
  // Borrows `store`.
  StreamJoin(const Settings& settings, state::Store& store);

  stream::Flow on_batch(stream::Batch& batch, stream::Context& context) override;
  stream::Flow on_mark(const stream::Mark& mark, stream::Context& context) override;
  stream::Flow on_end(stream::Context& context) override;
  void tell_chances(stream::Chances& to) const override;

 private:
  using Held = state::Buckets<JoinRecords>;
  // When an event of a side that is kept closes. Ordered by arrival among equal times.
  struct Closing {
    std::uint64_t arrival = 0;
    Side side = Side::left;
    std::int64_t ts = 0;
    std::string key;
    friend bool operator<(const Closing& a, const Closing& b) { return a.arrival < b.arrival; }
  };
  // Another side's event that the present one meets.
  struct Partner {
    std::int64_t bucket;
    JoinRecords* entry;
    std::size_t place;
    const JoinRecord& record() const { return entry->all()[place]; }
  };

  // Of what comes later no row has a time below it.
  void promise(std::int64_t watermark, stream::Context& context);
  void save(state::Writer& to) const override;
  void load(state::Reader& from) override;

  Held& held(Side side) { return side == Side::left ? left_ : right_; }
  std::int64_t bucket_of(std::int64_t ts) const;
  // When the watermark, less the grace, is past it, the event of that side is closed.
  std::int64_t closing_of(Side side, std::int64_t ts) const;
  bool closed(Side side, std::int64_t ts) const { return line_ > closing_of(side, ts); }

  void take(const stream::Batch& batch, std::size_t row, stream::Context& context);
  void advance_to(std::int64_t watermark, stream::Context& context);
  void drop_buckets(Side side);
  void find_partners();
  void put_match(const JoinRecord& partner, stream::Context& context);
  void put_padded(Side side, const JoinRows::About& about, std::string_view value, stream::Context& context);
  bool too_many();
  void restart_closings(Side side);
  void keep(bool matched);

  const Settings settings_;
  const std::int64_t width_;  // of a bucket, ms
  JoinReader reader_;
  JoinRows rows_;
  LateEvents late_;
  WatermarkLines watermarks_;
  EventClock clock_;
  state::Store& store_;
  Held left_, right_;
  state::Timers<Closing> closings_;
  std::int64_t line_ = kBeforeAll;  // the watermark less the grace
  std::uint64_t arrivals_ = 0;
  std::vector<Partner> partners_;
};

}  // namespace weir::ops
