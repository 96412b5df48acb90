#include "ops/stream_join.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "ops/clock_marks.h"

namespace weir::ops {
namespace {

std::int64_t floor_div(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

}  // namespace

StreamJoin::StreamJoin(const Settings& settings, state::Store& store)
    : settings_(settings),
      width_(std::max<std::int64_t>(1, (settings.before_ms + settings.after_ms) / 8)),
      reader_(settings.join.reader),
      rows_(settings.join.rows),
      late_(settings.join.late, settings.join.rows.envelope),
      watermarks_(settings.join.wm_step_ms),
      clock_(settings.join.clock),
      store_(store),
      left_(store, "left"),
      right_(store, "right"),
      closings_(width_, &store) {
  store.keep("join", *this);
}

std::int64_t StreamJoin::bucket_of(std::int64_t ts) const {
  return floor_div(ts, width_);
}

std::int64_t StreamJoin::closing_of(Side side, std::int64_t ts) const {
  return plus(ts, side == Side::left ? settings_.after_ms : settings_.before_ms);
}

stream::Flow StreamJoin::on_batch(stream::Batch& batch, stream::Context& context) {
  const auto move = [&](std::size_t row) {
    advance_to(clock_.advance(reader_.source(batch, row, clock_), reader_.ts()), context);
  };
  const stream::Flow flow = each_event(
      reader_, batch, context,
      [&](std::size_t row) {
        move(row);
        take(batch, row, context);
        store_.relieve();
      },
      move);
  late_.flush(context);
  rows_.flush(context);
  return flow;
}

stream::Flow StreamJoin::on_mark(const stream::Mark& mark, stream::Context& context) {
  context.mark_taken = true;
  advance_to(follow(clock_, mark), context);
  rows_.flush(context);
  return stream::Flow::more;
}

stream::Flow StreamJoin::on_end(stream::Context& context) {
  advance_to(clock_.all_ended(), context);
  rows_.flush(context);
  return stream::Flow::more;
}

void StreamJoin::advance_to(std::int64_t watermark, stream::Context& context) {
  const std::int64_t line = minus(watermark, settings_.join.grace_ms);
  if (line <= line_) return;
  line_ = line;
  while (!closings_.empty() && closings_.first_time() < line_) {
    const Closing closing = closings_.pop();
    JoinRecords* const entry = held(closing.side).find(bucket_of(closing.ts), closing.key);
    if (entry == nullptr) continue;
    for (const JoinRecord& record : entry->all()) {
      if (record.arrival != closing.arrival) continue;
      if (!record.matched) put_padded(closing.side, {closing.key, closing.ts}, record.value, context);
      break;
    }
  }
  drop_buckets(Side::left);
  drop_buckets(Side::right);
  promise(minus(line_, std::max(settings_.before_ms, settings_.after_ms)), context);
}

void StreamJoin::promise(std::int64_t watermark, stream::Context& context) {
  if (!watermarks_.due(watermark)) return;
  rows_.flush(context);
  (void)watermarks_.write(watermark, context);
}

// Those of which every event is closed. A closed one that lies in another bucket is passed over where it is found.
void StreamJoin::drop_buckets(Side side) {
  Held& all = held(side);
  for (auto bucket = all.first_bucket(); bucket; bucket = all.first_bucket()) {
    const std::int64_t last = *bucket * width_ + (width_ - 1);
    if (!closed(side, last)) return;
    all.drop(*bucket);
  }
}

void StreamJoin::take(const stream::Batch& batch, std::size_t row, stream::Context& context) {
  const Side side = reader_.side();
  if (reader_.value().empty()) return;
  if (reader_.key().empty()) {
    if (!settings_.join.type.keeps(side)) return;
    ++context.taken;
    return put_padded(side, {{}, reader_.ts()}, reader_.value(), context);
  }
  const bool is_closed = closed(side, reader_.ts());
  if (!is_closed && settings_.max_per_key && too_many()) {
    (void)context.errors.bad(
        batch, row,
        {.code = "too_many_per_key",
         .message = fmt::format("more than {} open events of one key", *settings_.max_per_key)});
    return;
  }
  find_partners();
  for (const Partner& partner : partners_) {
    put_match(partner.record(), context);
    JoinRecord& record = partner.entry->all()[partner.place];
    if (record.matched) continue;
    record.matched = true;
    held(other(side)).changed(partner.bucket, *partner.entry);
  }
  if (!is_closed) {
    keep(!partners_.empty());
  } else if (partners_.empty()) {
    if (reader_.ts() < line_) return late_.add(batch, row, reader_.ts(), rows_.rows(), context);
    // On time: every partner it could have is open still, and there is none.
    if (settings_.join.type.keeps(side))
      put_padded(side, {reader_.key(), reader_.ts()}, reader_.value(), context);
  }
  ++context.taken;
}

// The open events of the other side, in order of time, then arrival.
void StreamJoin::find_partners() {
  partners_.clear();
  const Side side = reader_.side();
  const std::int64_t ts = reader_.ts();
  const bool left = side == Side::left;
  const std::int64_t first = minus(ts, left ? settings_.before_ms : settings_.after_ms);
  const std::int64_t last = plus(ts, left ? settings_.after_ms : settings_.before_ms);
  Held& all = held(other(side));
  for (std::int64_t bucket = bucket_of(first); bucket <= bucket_of(last); ++bucket) {
    JoinRecords* const entry = all.find(bucket, reader_.key());
    if (entry == nullptr) continue;
    for (std::size_t i = 0; i < entry->all().size(); ++i) {
      const JoinRecord& record = entry->all()[i];
      if (record.ts < first || record.ts > last || closed(other(side), record.ts)) continue;
      partners_.push_back({bucket, entry, i});
    }
  }
  std::sort(partners_.begin(), partners_.end(), [](const Partner& a, const Partner& b) {
    if (a.record().ts != b.record().ts) return a.record().ts < b.record().ts;
    return a.record().arrival < b.record().arrival;
  });
}

void StreamJoin::put_match(const JoinRecord& partner, stream::Context& context) {
  const JoinRows::About about{reader_.key(), std::max(reader_.ts(), partner.ts)};
  if (reader_.side() == Side::left) {
    rows_.put(about, reader_.value(), partner.value, context);
  } else {
    rows_.put(about, partner.value, reader_.value(), context);
  }
}

void StreamJoin::put_padded(Side side, const JoinRows::About& about, std::string_view value,
                            stream::Context& context) {
  if (side == Side::left) {
    rows_.put(about, value, {}, context);
  } else {
    rows_.put(about, {}, value, context);
  }
}

// Has the side as many open events of this key as it may?
bool StreamJoin::too_many() {
  const Side side = reader_.side();
  std::uint64_t open = 0;
  Held& all = held(side);
  for (auto bucket = all.first_bucket(); bucket; bucket = all.next_bucket(*bucket)) {
    JoinRecords* const entry = all.find(*bucket, reader_.key());
    if (entry == nullptr) continue;
    for (const JoinRecord& record : entry->all()) open += !closed(side, record.ts);
  }
  return open >= *settings_.max_per_key;
}

void StreamJoin::keep(bool matched) {
  const Side side = reader_.side();
  const std::int64_t ts = reader_.ts(), bucket = bucket_of(ts);
  JoinRecords& entry = held(side).at(bucket, reader_.key());
  entry.add({ts, ++arrivals_, matched, std::string(reader_.value())});
  held(side).changed(bucket, entry);
  // One that has matched is never padded.
  if (!matched && settings_.join.type.keeps(side))
    closings_.add(closing_of(side, ts), {arrivals_, side, ts, std::string(reader_.key())});
}

void StreamJoin::tell_chances(stream::Chances& to) const {
  reader_.tell_chances(to);
  if (clock_.passed_an_idle_one()) to.add("--idle");
}

void StreamJoin::save(state::Writer& to) const {
  to.number(arrivals_);
  to.integer(line_);
  clock_.save(to);
  watermarks_.save(to);
}

void StreamJoin::load(state::Reader& from) {
  arrivals_ = from.number();
  line_ = from.integer();
  clock_.load(from);
  watermarks_.load(from);
  restart_closings(Side::left);
  restart_closings(Side::right);
}

// From the events that are held, which are there before this part is.
void StreamJoin::restart_closings(Side side) {
  if (!settings_.join.type.keeps(side)) return;
  Held& all = held(side);
  for (auto bucket = all.first_bucket(); bucket; bucket = all.next_bucket(*bucket)) {
    all.each(*bucket, [&](std::string_view key, JoinRecords& entry) {
      for (const JoinRecord& record : entry.all()) {
        if (record.matched || closed(side, record.ts)) continue;
        closings_.add(closing_of(side, record.ts), {record.arrival, side, record.ts, std::string(key)});
      }
    });
  }
}

}  // namespace weir::ops
