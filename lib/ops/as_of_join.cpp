#include "ops/as_of_join.h"

#include <algorithm>

#include "base/assert.h"
#include "base/byte_order.h"
#include "base/civil.h"
#include "ops/clock_marks.h"

namespace weir::ops {
namespace {

constexpr std::int64_t kAllTime = 0;  // the one bucket

// The bytes of a number of arrival.
struct ArrivalKey {
  char bytes[sizeof(std::uint64_t)];
  std::string_view view() const { return {bytes, sizeof bytes}; }
};
ArrivalKey key_of(std::uint64_t arrival) {
  ArrivalKey key;
  base::store_be(key.bytes, arrival);
  return key;
}

}  // namespace

AsOfJoin::AsOfJoin(const Settings& settings, state::Store& store)
    : settings_(settings),
      width_(std::max<std::int64_t>(1, settings.join.grace_ms / 8)),
      reader_(settings.join.reader),
      rows_(settings.join.rows),
      watermarks_(settings.join.wm_step_ms),
      clock_(settings.join.clock),
      left_clock_({1, settings.join.clock.bound_ms, settings.join.clock.idle_ms}),
      store_(store),
      table_(store, "versions"),
      held_(store, "waiting"),
      releases_(width_, &store) {
  store.keep("join", *this);
}

stream::Flow AsOfJoin::on_batch(stream::Batch& batch, stream::Context& context) {
  const auto move = [&](std::size_t row) { advance(batch, row, context); };
  const stream::Flow flow = each_event(
      reader_, batch, context,
      [&](std::size_t row) {
        move(row);
        reader_.side() == Side::left ? take(context) : add_version(context);
        store_.relieve();
      },
      move);
  rows_.flush(context);
  return flow;
}

stream::Flow AsOfJoin::on_mark(const stream::Mark& mark, stream::Context& context) {
  context.mark_taken = true;
  moved(follow(clock_, mark));
  if (!reader_.of_right_alone(mark)) release(left_after(mark), context);
  rows_.flush(context);
  return stream::Flow::more;
}

// The left side's own watermark after a mark of it.
std::int64_t AsOfJoin::left_after(const stream::Mark& mark) {
  using MarkKind = stream::Mark::Kind;
  switch (mark.kind) {
    case MarkKind::watermark:
      return left_clock_.mark(left_source(source_of(clock_, mark)), mark.watermark.ms);
    case MarkKind::idle:
      return left_clock_.idle(left_source(source_of(clock_, mark)));
    case MarkKind::tick:
      return left_clock_.tick(mark.watermark.ms);
    case MarkKind::input_end:
      return left_clock_.all_ended();
    default:
      return left_clock_.now();
  }
}

stream::Flow AsOfJoin::on_end(stream::Context& context) {
  release(left_clock_.all_ended(), context);
  rows_.flush(context);
  return stream::Flow::more;
}

void AsOfJoin::advance(const stream::Batch& batch, std::size_t row, stream::Context& context) {
  const EventClock::Source source = reader_.source(batch, row, clock_);
  moved(clock_.advance(source, reader_.ts()));
  if (reader_.side() == Side::left) release(left_clock_.advance(left_source(source), reader_.ts()), context);
}

// The end of all inputs moves nothing: what waits for it sees the versions that were there.
void AsOfJoin::moved(std::int64_t watermark) {
  if (watermark != kAfterAll) line_ = minus(watermark, settings_.history_ms);
}

EventClock::Source AsOfJoin::left_source(EventClock::Source source) {
  return left_clock_.source(0, {}, static_cast<std::int32_t>(source));
}

void AsOfJoin::add_version(stream::Context& context) {
  if (reader_.key().empty()) return;
  ++context.taken;
  TableVersions& versions = table_.at(kAllTime, reader_.key());
  versions.add({std::string(reader_.value()), reader_.ts()});
  versions.forget(line_);
  table_.changed(kAllTime, versions);
}

void AsOfJoin::take(stream::Context& context) {
  if (reader_.value().empty()) return;
  // What waits is told as taken now; a partner that is missing makes no row of it.
  const JoinRows::About about{reader_.key(), reader_.ts()};
  const bool waits = left_clock_.now() < plus(reader_.ts(), settings_.join.grace_ms);
  if (reader_.key().empty() || !waits) {
    context.taken += join(about, reader_.value(), context);
    return;
  }
  ++context.taken;
  hold();
}

void AsOfJoin::hold() {
  const std::int64_t ts = reader_.ts(), bucket = bucket_of(ts);
  HeldEvent& event = held_.at(bucket, key_of(++arrivals_).view());
  event = {ts, std::string(reader_.key()), std::string(reader_.value())};
  held_.changed(bucket, event);
  releases_.add(ts, arrivals_);
}

std::int64_t AsOfJoin::bucket_of(std::int64_t ts) const {
  return base::floor_div(ts, width_);
}

void AsOfJoin::release(std::int64_t watermark, stream::Context& context) {
  while (!releases_.empty() && watermark >= plus(releases_.first_time(), settings_.join.grace_ms)) {
    const std::int64_t ts = releases_.first_time();
    const ArrivalKey key = key_of(releases_.pop());
    const HeldEvent* const event = held_.find(bucket_of(ts), key.view());
    WEIR_ASSERT(event != nullptr);
    (void)join({event->key, ts}, event->value, context);
    held_.erase(bucket_of(ts), key.view());
  }
  promise(minus(watermark, settings_.join.grace_ms), context);
}

void AsOfJoin::promise(std::int64_t watermark, stream::Context& context) {
  if (!watermarks_.due(watermark)) return;
  rows_.flush(context);
  (void)watermarks_.write(watermark, context);
}

// False: there is no row of it.
bool AsOfJoin::join(const JoinRows::About& about, std::string_view value, stream::Context& context) {
  TableVersions* const versions = about.key.empty() ? nullptr : table_.find(kAllTime, about.key);
  const TableRow* version = nullptr;
  if (versions != nullptr) {
    version = versions->as_of(*about.ts, line_);
    table_.changed(kAllTime, *versions);
  }
  const bool there = version != nullptr && version->exists();
  if (!there && !settings_.join.type.keeps_left) return false;
  rows_.put(about, value, there ? std::string_view(version->value) : std::string_view(), context);
  return true;
}

void AsOfJoin::tell_chances(stream::Chances& to) const {
  reader_.tell_chances(to);
  if (clock_.passed_an_idle_one() || left_clock_.passed_an_idle_one()) to.add("--idle");
}

void AsOfJoin::save(state::Writer& to) const {
  to.number(arrivals_);
  to.integer(line_);
  clock_.save(to);
  left_clock_.save(to);
  watermarks_.save(to);
}

void AsOfJoin::load(state::Reader& from) {
  arrivals_ = from.number();
  line_ = from.integer();
  clock_.load(from);
  left_clock_.load(from);
  watermarks_.load(from);
  for (auto bucket = held_.first_bucket(); bucket; bucket = held_.next_bucket(*bucket)) {
    held_.each(*bucket, [&](std::string_view key, HeldEvent& event) {
      releases_.add(event.ts, base::load_be<std::uint64_t>(key.data()));
    });
  }
}

}  // namespace weir::ops
