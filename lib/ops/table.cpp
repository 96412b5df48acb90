#include "ops/table.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "json/canonical.h"
#include "json/cursor.h"
#include "ops/clock_marks.h"
#include "ops/group_key.h"
#include "ops/patch.h"
#include "stream/caught_up.h"

namespace weir::ops {
namespace {

// Slots of timers, for one lifetime.
constexpr std::int64_t kSlots = 8;

state::SortKey order_of(KeyForm keys) {
  return keys == KeyForm::bytes ? &state::sort_by_bytes : &sort_by_json;
}

std::optional<RowText> shown(const LatestRow& row) {
  if (!row.there || !row.shown) return std::nullopt;
  return RowText{row.value(), row.json};
}

}  // namespace

Table::Table(TableEvents& events, RowFields& fields, TableGroups* groups, TableOutput& output,
             EventClock* clock, state::Store& store, Settings settings)
    : settings_(std::move(settings)),
      events_(events),
      fields_(fields),
      groups_(groups),
      output_(output),
      clock_(clock),
      store_(store),
      rows_(store, "rows", order_of(events.key_form())),
      timers_(std::max<std::int64_t>(settings_.ttl.value_or(1) / kSlots, 1), &store),
      watermarks_(settings_.wm_step) {}

stream::Flow Table::on_batch(stream::Batch& batch, stream::Context& context) {
  go_on(context);
  for (std::size_t row = 0; row < batch.lines.size() && !stopped_ && !context.errors.halted(); ++row) {
    if (!handle({batch, row, context})) break;
    store_.relieve();
  }
  batch.retain([](std::size_t) { return false; });
  note(output_.flush(context));
  return stopped_ ? stream::Flow::stop : stream::Flow::more;
}

stream::Flow Table::on_mark(const stream::Mark& mark, stream::Context& context) {
  using MarkKind = stream::Mark::Kind;
  go_on(context);
  context.mark_taken = true;
  switch (mark.kind) {
    case MarkKind::begin:
    case MarkKind::barrier:
      throw base::Error(base::Kind::usage,
                        "the input is a checkpointed pipeline, which this version cannot go on with")
          .hint("leave out --checkpoint")
          .code("checkpoint_unsupported");
    case MarkKind::end:
    case MarkKind::other:
      context.mark_taken = stream::is_caught_up(mark);
      if (context.mark_taken) start_to_follow(context);
      break;
    case MarkKind::watermark:
    case MarkKind::idle:
    case MarkKind::tick:
    case MarkKind::input_end:
    case MarkKind::input_idle:
      if (clock_ != nullptr) moved(follow(*clock_, mark), context);
      break;
  }
  note(output_.flush(context));
  return stopped_ ? stream::Flow::stop : stream::Flow::more;
}

void Table::start_to_follow(stream::Context& context) {
  if (settings_.show != Show::followed || caught_up_) return;
  write_rows(context);
  caught_up_ = true;
  if (clock_ != nullptr) moved(clock_->now(), context);
}

stream::Flow Table::on_end(stream::Context& context) {
  return write_end(clock_ == nullptr ? kBeforeAll : clock_->all_ended(), context);
}

// The clock stays where it is: the end is not that of the events.
stream::Flow Table::on_suspend(stream::Context& context) {
  return write_end(kAfterAll, context);
}

stream::Flow Table::write_end(std::int64_t watermark, stream::Context& context) {
  go_on(context);
  if (!changes_show()) write_rows(context);
  note(output_.flush(context));
  if (clock_ != nullptr) moved(watermark, context);
  return stopped_ ? stream::Flow::stop : stream::Flow::more;
}

void Table::moved(std::int64_t watermark, stream::Context& context) {
  expire(watermark, context);
  // Rows that are to come at the end, or once all has been read, may be as old as any.
  const bool promises = changes_show() || watermark == kAfterAll;
  if (!promises || !watermarks_.due(watermark)) return;
  note(output_.flush(context));
  note(watermarks_.write(watermark, context));
}

// False: the run is to end.
bool Table::handle(const At& at) {
  const TableEvents::Read read = events_.read(at.batch, at.row);
  if (clock_ != nullptr && events_.timed()) {
    const EventClock::Source source = events_.source(at.batch, at.row, *clock_);
    moved(clock_->advance(source, events_.event().ts.ms), at.context);
  }
  Taken taken = Taken::no;
  if (read == TableEvents::Read::bad) {
    fault_ = events_.fault();
    taken = Taken::bad;
  } else if (read == TableEvents::Read::event) {
    ++arrivals_;
    taken = take(events_.event(), at);
  }
  if (taken == Taken::yes) ++at.context.taken;
  if (taken == Taken::late) ++at.context.late;
  return taken != Taken::bad || at.context.errors.bad(at.batch, at.row, fault_);
}

Table::Taken Table::take(const TableEvent& event, const At& at) {
  if (!wanted(event.key)) return Taken::yes;
  if (settings_.versioned && settings_.ttl && plus(event.ts.ms, *settings_.ttl) < clock_->now()) {
    // What it would have to be compared with may be forgotten already.
    return Taken::late;
  }
  LatestRow* const row = rows_.find(kBucket, event.key);
  if (settings_.versioned && row != nullptr && event.ts < row->ts) return Taken::no;
  if (!event.deletes) return put(event, row, at);
  if (row != nullptr) {
    remove(event, *row, at.context);
  } else if (settings_.versioned) {
    LatestRow& end = rows_.at(kBucket, event.key);
    end.ts = event.ts;
    arm(end, event.key);
    rows_.changed(kBucket, end);
  }
  return Taken::yes;
}

// Others need not be kept, unless they are of groups, or asked for by a later run.
bool Table::wanted(std::string_view key) const {
  const auto& get = settings_.get;
  return get.empty() || groups_ != nullptr || store_.saves() ||
         std::find(get.begin(), get.end(), key) != get.end();
}

void Table::remove(const TableEvent& event, LatestRow& row, stream::Context& context) {
  show_change(event.key, &row, std::nullopt, event.ts, context);
  if (!settings_.versioned) return void(rows_.erase(kBucket, event.key));
  row.there = row.shown = false;
  row.drop_value();
  row.ts = event.ts;
  arm(row, event.key);
  rows_.changed(kBucket, row);
}

Table::Taken Table::put(const TableEvent& event, LatestRow* row, const At& at) {
  RowText now{event.value, event.json};
  if (settings_.patch && !merge(event, row, now)) return Taken::bad;
  if (!fields_.look({event.key, event.ts, arrivals_, now})) {
    fault_ = fields_.fault();
    return Taken::bad;
  }
  // A condition of an aggregate that fails counts as false, and is an error all the same.
  const auto half = fields_.part_fault();
  if (half && !at.context.errors.bad(at.batch, at.row, *half)) return Taken::counted;
  show_change(event.key, row, fields_.shown() ? std::optional(now) : std::nullopt, event.ts, at.context);

  // Without members to come, and without a time that counts, what is not shown need not be kept.
  const bool kept = fields_.shown() || settings_.patch || settings_.versioned;
  if (!kept) {
    if (row != nullptr) rows_.erase(kBucket, event.key);
    return half ? Taken::counted : Taken::yes;
  }
  LatestRow& to = row != nullptr ? *row : rows_.at(kBucket, event.key);
  to.there = true;
  to.shown = fields_.shown();
  to.ts = event.ts;
  to.arrival = arrivals_;
  to.json = now.json;
  to.set_value(now.bytes);
  arm(to, event.key);
  rows_.changed(kBucket, to);
  // The last to arrive counts, whatever its time: one that has expired by then takes the row's place, and ends it.
  if (settings_.ttl && plus(event.ts.ms, *settings_.ttl) < clock_->now()) expire(clock_->now(), at.context);
  return half ? Taken::counted : Taken::yes;
}

bool Table::merge(const TableEvent& event, const LatestRow* row, RowText& now) {
  if (row == nullptr || !row->there || !row->json || !event.json) return true;
  merge_members(row->value(), event.value, merged_);
  now = {merged_, true};
  if (merged_.size() <= settings_.row_bytes_max) return true;
  fault_ = {.code = "row_too_long",
            .message = "the merged row is longer than --max-line",
            .column = 0,
            .hint = "allow more: --max-line SIZE"};
  return false;
}

// ---- expiry

void Table::arm(LatestRow& row, std::string_view key) {
  if (!settings_.ttl) return;
  const std::int64_t expiry = plus(row.ts.ms, *settings_.ttl);
  // One that is earlier looks again when its time has come.
  if (row.timer <= expiry) return;
  row.timer = expiry;
  timers_.add(expiry, std::string(key));
}

void Table::expire(std::int64_t watermark, stream::Context& context) {
  // The end of all events is not the end of all rows.
  if (watermark == kAfterAll) return;
  while (!timers_.empty() && timers_.first_time() < watermark) {
    const std::int64_t time = timers_.first_time();
    due_.clear();
    while (!timers_.empty() && timers_.first_time() == time) due_.push_back(timers_.pop());
    if (due_.size() > 1) {
      const bool bytes = events_.key_form() == KeyForm::bytes;
      std::sort(due_.begin(), due_.end(), [bytes](const std::string& a, const std::string& b) {
        return bytes ? a < b : json::compare_keys(json::parse_value(a), json::parse_value(b)) < 0;
      });
    }
    for (const std::string& key : due_) expire_at(time, key, context);
  }
}

void Table::expire_at(std::int64_t time, const std::string& key, stream::Context& context) {
  LatestRow* const row = rows_.find(kBucket, key);
  // Its row is gone, or an earlier time was set meanwhile and has dealt with it.
  if (row == nullptr || row->timer != time) return;
  if (plus(row->ts.ms, *settings_.ttl) > time) {
    row->timer = INT64_MAX;
    arm(*row, key);
    rows_.changed(kBucket, *row);
    return;
  }
  show_change(key, row, std::nullopt, {time}, context);
  rows_.erase(kBucket, key);
}

// Behind an earlier run.
void Table::go_on(stream::Context& context) {
  if (!std::exchange(loaded_, false)) return;
  // Timers are part of the rows.
  if (settings_.ttl) {
    rows_.each(kBucket, [&](std::string_view key, const LatestRow& row) {
      if (row.timer != INT64_MAX) timers_.add(row.timer, std::string(key));
    });
  }
  if (caught_up_ && settings_.rows_again) write_rows(context);
}

void Table::tell_chances(stream::Chances& to) const {
  events_.tell_chances(to);
  if (clock_ != nullptr && clock_->passed_an_idle_one()) to.add("--idle");
}

void Table::save(state::Writer& to) const {
  to.number(arrivals_);
  to.flag(caught_up_);
  to.flag(clock_ != nullptr);
  if (clock_ != nullptr) clock_->save(to);
  watermarks_.save(to);
}

void Table::load(state::Reader& from) {
  arrivals_ = from.number();
  const bool caught_up = from.flag();
  caught_up_ = caught_up && settings_.show == Show::followed;
  if (from.flag() != (clock_ != nullptr)) return from.refuse();
  if (clock_ != nullptr) clock_->load(from);
  watermarks_.load(from);
  loaded_ = true;
}

// ---- what is written

void Table::show_change(std::string_view key, const LatestRow* row, const std::optional<RowText>& now,
                        base::EventTime ts, stream::Context& context) {
  const auto old = row == nullptr ? std::nullopt : shown(*row);
  if (!old && !now) return;
  if (groups_ == nullptr) return write_change(key, old, now, ts, context);
  const auto texts = changes_show() ? TableGroups::Texts::yes : TableGroups::Texts::no;
  RowFields::Row before;
  if (old) before = {key, row->ts, row->arrival, *old};
  for (const TableGroups::Change& change :
       groups_->change(old ? &before : nullptr, now ? &fields_ : nullptr, ts, texts)) {
    write_change(change.group, change.old, change.now, ts, context);
  }
}

void Table::write_change(std::string_view key, const std::optional<RowText>& old,
                         const std::optional<RowText>& now, base::EventTime ts, stream::Context& context) {
  if (!changes_show()) return;
  if (settings_.only_changed && old && now && same_rows(*old, *now)) return;
  if (settings_.show == Show::changes) return note(output_.change(key, old, now, ts, context));
  note(now ? output_.row(key, *now, ts, context) : output_.end(key, ts, context));
}

bool Table::same_rows(const RowText& a, const RowText& b) {
  if (a.bytes == b.bytes) return true;
  if (!a.json || !b.json) return false;
  before_.clear();
  after_.clear();
  json::append_canonical(before_, json::parse_value(a.bytes));
  json::append_canonical(after_, json::parse_value(b.bytes));
  return before_ == after_;
}

void Table::write_rows(stream::Context& context) {
  const auto write = [&](std::string_view key, const RowText& text, base::EventTime ts) {
    if (stopped_) return;
    found_ = true;
    note(output_.row(key, text, ts, context));
  };
  const auto write_one = [&](std::string_view key, const LatestRow& row) {
    if (const auto text = shown(row)) write(key, *text, row.ts);
  };
  if (settings_.get.empty())
    return groups_ != nullptr ? groups_->each(write) : rows_.each_sorted(kBucket, write_one);
  for (const std::string& key : settings_.get) {
    if (found_) return;
    if (groups_ != nullptr) {
      groups_->one(key, write);
    } else if (const LatestRow* const row = rows_.find(kBucket, key)) {
      write_one(key, *row);
    }
  }
}

void Table::note(stream::Flow flow) {
  if (flow == stream::Flow::stop) stopped_ = true;
}

}  // namespace weir::ops
