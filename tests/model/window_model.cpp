#include "model/window_model.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "model/layout.h"
#include "model/watermark_lines.h"
#include "model/window_row.h"

namespace weir::model {
namespace {

using Kind = WindowSpec::Kind;
using Emit = WindowSpec::Emit;

struct Accepted {
  Value key;
  Time ts;
  std::size_t arrival;
  const Record* record;
};

struct Unit {
  Unit(const Value& its_key, const Span& span, Time first_time, Time last_time)
      : key(its_key), start(span.start), end(span.end), first(first_time), last(last_time) {}
  Value key;
  Time start, end;   // as they are written
  Time first, last;  // the times of a session
  std::vector<const Accepted*> members;
  int rows = 0;          // written so far
  bool visible = false;  // the row written last was no delete
  bool fired = false;    // its row of ontime was due
  bool fresh = false;    // a record came behind the row written last
  std::string newest;    // the aggregates of the row written last
};

class Model {
 public:
  Model(const WindowSpec& spec, const std::vector<std::vector<Record>>& inputs)
      : spec_(spec),
        watermark_(inputs, spec.bound),
        watermark_lines_(spec.wm_step),
        arrivals_(merged(inputs, in_order(inputs))) {
    accepted_.reserve(arrivals_.size());
  }

  Outcome run() {
    for (std::size_t i = 0; i < arrivals_.size(); ++i) {
      const Arrival& arrival = arrivals_[i];
      if (arrival.record.ts) {
        advanced(watermark_.advance(arrival.record));
        if (arrival.record.kind == Record::Kind::event) take(arrival.record, i);
      } else {
        ++out_.skipped;
      }
      if (arrival.ends_input) advanced(watermark_.end(arrival.record.input));
    }
    advanced(kForever);
    return std::move(out_);
  }

 private:
  bool inclusive() const {
    return spec_.kind == Kind::sliding || spec_.kind == Kind::sliding_both || spec_.kind == Kind::session;
  }
  bool past(Time bound, Time watermark) const { return inclusive() ? watermark > bound : watermark >= bound; }
  Time grace_watermark() const { return minus(watermark_.now(), spec_.grace); }
  bool closed(Time bound) const { return past(bound, grace_watermark()); }

  // What the watermark closes, or is due at it, by (bound, start, key).
  void advanced(Time watermark) {
    const Time before = std::exchange(advanced_to_, watermark);
    close(watermark);
    if (spec_.emit == Emit::early_time && before != kNever && watermark != kForever &&
        floor_to(watermark, spec_.early) > floor_to(before, spec_.early))
      write_early();
    if (spec_.kind == Kind::rows && watermark == kForever) write_partial_rows();  // the input has ended
    watermark_lines_.tell(promised(watermark), out_.lines);
  }

  // The lowest time that a later row may have. One of N events may have been open for ever.
  Time promised(Time watermark) const {
    if (spec_.kind == Kind::rows && watermark != kForever) return kNever;
    return minus(watermark, spec_.grace + (spec_.kind == Kind::session ? spec_.size : 0));
  }

  static bool closes_before(const Unit* a, const Unit* b) {
    if (a->end != b->end) return a->end < b->end;
    if (a->start != b->start) return a->start < b->start;
    return a->key < b->key;
  }

  // Every open window into which something came.
  void write_early() {
    std::vector<Unit*> due;
    for (Unit& unit : units_) {
      if (unit.fresh) due.push_back(&unit);
    }
    std::sort(due.begin(), due.end(), closes_before);
    for (Unit* unit : due) write(*unit, "early");
  }

  void close(Time watermark) {
    std::vector<Unit*> due;
    for (Unit& unit : units_) {
      const bool closes = past(unit.end, minus(watermark, spec_.grace));
      const bool fires = spec_.emit == Emit::ontime && !unit.fired && past(unit.end, watermark);
      if (closes || fires) due.push_back(&unit);
    }
    std::sort(due.begin(), due.end(), closes_before);
    if (spec_.fill == WindowSpec::Fill::none) {
      for (Unit* unit : due) write_due(*unit);
    } else {
      write_filled(due);
    }
    std::erase_if(units_, [&](const Unit& unit) { return past(unit.end, minus(watermark, spec_.grace)); });
  }

  void write_due(Unit& unit) {
    if (spec_.emit != Emit::changes && spec_.emit != Emit::ontime) write(unit, "final");
    if (spec_.emit == Emit::ontime && !unit.fired) {
      unit.fired = true;
      write(unit, "ontime");
    }
  }

  // The empty windows between a key's last one and this come in their places.
  void write_filled(const std::vector<Unit*>& due) {
    std::vector<Unit> all;
    for (const Unit* unit : due) {
      const auto before = newest_closed_.find(unit->key);
      if (before != newest_closed_.end()) {
        for (Span span = span_after(spec_, before->second); span.start < unit->start;
             span = span_after(spec_, span))
          all.emplace_back(unit->key, span, span.start, span.end);
      }
      newest_closed_[unit->key] = {unit->start, unit->end};
      all.push_back(*unit);
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const Unit& a, const Unit& b) { return closes_before(&a, &b); });
    for (Unit& unit : all) write(unit, "final");
  }

  void take(const Record& record, std::size_t arrival) {
    Array key;
    for (const std::string& name : spec_.by) {
      key.push_back(record.value.member(name));
      if (key.back().null()) {
        ++out_.dropped;
        return;
      }
    }
    for (const Aggregate& aggregate : spec_.aggregates) {
      if (!takes(aggregate, record.value)) {
        ++out_.skipped;
        return;
      }
    }
    const Accepted event{std::move(key), *record.ts, arrival, &record};
    const bool taken = spec_.kind == Kind::rows                                          ? take_row(event)
                       : spec_.kind == Kind::session                                     ? take_session(event)
                       : spec_.kind == Kind::sliding || spec_.kind == Kind::sliding_both ? take_sliding(event)
                                                                                         : take_fixed(event);
    if (taken) return;
    ++out_.late;
    if (spec_.late == WindowSpec::Late::in_line) out_.lines.push_back(late_line(record, spec_.envelope));
  }

  const Accepted& keep(const Accepted& event) {
    accepted_.push_back(event);
    return accepted_.back();
  }

  Unit& unit_at(const Value& key, const Span& span) {
    for (Unit& unit : units_) {
      if (unit.key == key && unit.start == span.start && unit.end == span.end) return unit;
    }
    units_.emplace_back(key, span, span.start, span.end);
    return units_.back();
  }

  bool take_fixed(const Accepted& event) {
    std::vector<Span> open;
    for (const Span& span : spans_of(spec_, event.ts)) {
      if (!closed(span.end)) open.push_back(span);
    }
    if (open.empty()) return false;
    const Accepted& kept = keep(event);
    for (const Span& span : open) {
      Unit& unit = unit_at(event.key, span);
      unit.members.push_back(&kept);
      changed(unit);
    }
    return true;
  }

  // The windows of a key are those of its event times; a record is in each that holds its time.
  bool take_sliding(const Accepted& event) {
    const Time reach = spec_.size;
    const bool own_is_open = !closed(event.ts);
    bool taken = own_is_open;
    for (const Unit& unit : units_) taken = taken || (unit.key == event.key && holds(unit, event.ts));
    if (!taken) return false;
    const Accepted& kept = keep(event);
    std::set<Time> ends;  // of windows that are there, or come to be
    if (own_is_open) ends.insert(event.ts);
    for (const Unit& unit : units_) {
      if (unit.key == event.key && holds(unit, event.ts)) ends.insert(unit.end);
    }
    if (spec_.kind == Kind::sliding_both) {
      for (const Accepted& other : accepted_) {
        const Time end = other.ts + 1 + reach;
        if (other.key == event.key && !closed(end) && !members_of(event.key, end).empty()) ends.insert(end);
      }
    }
    for (const Time end : ends) {
      Unit& unit = unit_at(event.key, {end - reach, end});
      unit.members = members_of(event.key, end);
      if (holds(unit, kept.ts)) changed(unit);
    }
    return true;
  }
  bool holds(const Unit& unit, Time ts) const { return unit.start <= ts && ts <= unit.end; }
  std::vector<const Accepted*> members_of(const Value& key, Time end) const {
    std::vector<const Accepted*> members;
    for (const Accepted& other : accepted_) {
      if (other.key == key && end - spec_.size <= other.ts && other.ts <= end) members.push_back(&other);
    }
    return members;
  }

  bool take_session(const Accepted& event) {
    const Time gap = spec_.size;
    const auto touches = [&](const Unit& unit) {
      return unit.key == event.key && unit.first - gap <= event.ts && event.ts <= unit.last + gap;
    };
    Unit merged_unit(event.key, {event.ts, event.ts + gap}, event.ts, event.ts);
    for (const Unit& unit : units_) {
      if (!touches(unit)) continue;
      merged_unit.first = std::min(merged_unit.first, unit.first);
      merged_unit.last = std::max(merged_unit.last, unit.last);
      merged_unit.members.insert(merged_unit.members.end(), unit.members.begin(), unit.members.end());
    }
    merged_unit.start = merged_unit.first;
    merged_unit.end = merged_unit.last + gap;
    if (closed(merged_unit.end)) return false;
    merged_unit.members.push_back(&keep(event));
    std::vector<Unit> superseded;
    for (const Unit& unit : units_) {
      if (!touches(unit)) continue;
      if (unit.start == merged_unit.start && unit.end == merged_unit.end) {
        merged_unit.rows = unit.rows;
        merged_unit.visible = unit.visible;
        merged_unit.fired = unit.fired;
        merged_unit.newest = unit.newest;
      } else if (unit.visible) {
        superseded.push_back(unit);
      }
    }
    std::erase_if(units_, touches);
    std::sort(superseded.begin(), superseded.end(),
              [](const Unit& a, const Unit& b) { return a.start < b.start; });
    for (Unit& unit : superseded) write_delete(unit);
    units_.push_back(merged_unit);
    changed(units_.back());
    return true;
  }

  bool take_row(const Accepted& event) {
    const Accepted& kept = keep(event);
    std::vector<const Accepted*>& members = rows_[event.key];
    members.push_back(&kept);
    if (members.size() == spec_.rows) write_rows(event.key, members, false);
    return true;
  }
  void write_rows(const Value& key, std::vector<const Accepted*>& members, bool partial) {
    Time first = kForever, last = kNever;
    for (const Accepted* member : members) {
      first = std::min(first, member->ts);
      last = std::max(last, member->ts);
    }
    Unit unit(key, {first, last}, first, last);
    unit.members = members;
    const Object aggregates = aggregates_of(unit);
    if (having_holds(aggregates)) {
      out_.lines.push_back(row_line(spec_,
                                    {.key = key,
                                     .start = first,
                                     .end = last,
                                     .first = first,
                                     .last = last,
                                     .pane = "final",
                                     .n = ++row_windows_[key],
                                     .partial = partial},
                                    aggregates));
    }
    members.clear();
  }
  void write_partial_rows() {
    for (auto& [key, members] : rows_) {
      if (!members.empty()) write_rows(key, members, true);
    }
  }

  // A record came into the window.
  void changed(Unit& unit) {
    unit.fresh = true;
    if (spec_.emit == Emit::changes) {
      write(unit, "update");
    } else if (spec_.emit == Emit::early_count) {
      if (unit.members.size() % spec_.rows == 0) write(unit, "early");
    } else if (spec_.emit == Emit::ontime && past(unit.end, watermark_.now())) {
      unit.fired = true;
      write(unit, "late");
    }
  }

  Object aggregates_of(const Unit& unit) const {
    std::vector<Sample> samples;
    for (const Accepted* member : unit.members)
      samples.push_back({member->ts, member->arrival, &member->record->value});
    if (!samples.empty()) return results(spec_.aggregates, samples);
    Object row;  // of a window that fills a gap
    for (const Aggregate& aggregate : spec_.aggregates)
      row.emplace_back(aggregate.name, spec_.fill == WindowSpec::Fill::zero ? Value(0) : Value());
    return row;
  }
  bool having_holds(const Object& row) const {
    return spec_.having.empty() || Value(spec_.having_over) < Value(row).member(spec_.having);
  }

  void write(Unit& unit, const char* pane) {
    unit.fresh = false;
    const Object aggregates = aggregates_of(unit);
    if (!having_holds(aggregates)) {
      if (unit.visible) write_delete(unit);
      return;
    }
    const std::string now = text(aggregates);
    if (spec_.only_changed && spec_.emit == Emit::changes && unit.visible && now == unit.newest) return;
    unit.newest = now;
    unit.visible = true;
    out_.lines.push_back(row_line(spec_, identity(unit, pane), aggregates));
  }
  void write_delete(Unit& unit) {
    unit.visible = false;
    out_.lines.push_back(delete_line(spec_, identity(unit, "update")));
  }
  RowIdentity identity(Unit& unit, const char* pane) {
    return {.key = unit.key,
            .start = unit.start,
            .end = unit.end,
            .first = unit.first,
            .last = unit.last,
            .pane = pane,
            .n = ++unit.rows,
            .partial = false};
  }

  const WindowSpec& spec_;
  Watermark watermark_;
  Time advanced_to_ = kNever;
  WatermarkLines watermark_lines_;
  std::vector<Arrival> arrivals_;
  std::vector<Accepted> accepted_;  // never reallocated: units point into it
  std::vector<Unit> units_;         // the open ones
  std::map<Value, Span> newest_closed_;
  std::map<Value, std::vector<const Accepted*>> rows_;
  std::map<Value, int> row_windows_;
  Outcome out_;
};

}  // namespace

Outcome windows(const WindowSpec& spec, const std::vector<std::vector<Record>>& inputs) {
  return Model(spec, inputs).run();
}

}  // namespace weir::model
