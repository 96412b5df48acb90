#include "model/table_model.h"

#include <algorithm>
#include <map>
#include <optional>

#include "model/watermark_lines.h"

namespace weir::model {
namespace {

struct Row {
  Time ts;
  std::size_t arrival;
  Value value;
};
using Rows = std::map<Value, Row>;  // in canonical key order

// A log cannot keep the time -1, so that a row of it is written without one.
Value time_of(Time ts) {
  return ts == -1 ? Value() : Value(ts);
}

Value key_bytes(const Value& key) {
  return key.null() || std::holds_alternative<std::string>(key.is) ? key : Value(text(key));
}

class Table {
 public:
  Table(const TableSpec& spec, const std::vector<std::vector<Record>>& inputs)
      : spec_(spec),
        watermark_(inputs, 0),
        watermark_lines_(spec.wm_step),
        arrivals_(merged(inputs, in_order(inputs))) {}

  Outcome run() {
    for (std::size_t i = 0; i < arrivals_.size(); ++i) {
      const Record& record = arrivals_[i].record;
      if (!record.ts) {
        ++out_.skipped;
        continue;
      }
      const Time watermark = watermark_.advance(record);
      expire(watermark);
      watermark_lines_.tell(watermark, out_.lines);
      if (record.kind == Record::Kind::event) take(record, i);
      expire(watermark);  // a row may come with a time so old
    }
    watermark_lines_.tell(kForever, out_.lines);
    if (!spec_.changes) write_all();
    return std::move(out_);
  }

 private:
  bool grouped() const { return !spec_.group_by.empty(); }

  void expire(Time watermark) {
    if (spec_.ttl == 0) return;
    std::vector<std::pair<Time, Value>> gone;
    for (const auto& [key, row] : rows_) {
      if (watermark > row.ts + spec_.ttl) gone.emplace_back(row.ts + spec_.ttl, key);
    }
    std::sort(gone.begin(), gone.end(), [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first < b.first : a.second < b.second;
    });
    for (const auto& [expiry, key] : gone) change(key, std::nullopt, expiry);
  }

  void take(const Record& record, std::size_t arrival) {
    const Value& key = spec_.envelope ? record.key : record.value.member("k");
    if (key.null()) {
      ++out_.dropped;
      return;
    }
    // Told its time, a table is versioned: what is older than the newest of its key is ignored.
    const bool versioned = !spec_.envelope;
    if (versioned && spec_.ttl != 0 && watermark_.now() > *record.ts + spec_.ttl) {
      ++out_.late;  // its row would have expired before
      return;
    }
    const auto newest = seen_.emplace(key, *record.ts).first;
    if (versioned && *record.ts < newest->second) {
      ++out_.dropped;
      return;
    }
    newest->second = std::max(newest->second, *record.ts);
    if (grouped() && !record.value.null()) {
      for (const Aggregate& aggregate : spec_.aggregates) {
        if (!takes(aggregate, record.value)) {
          ++out_.skipped;
          return;
        }
      }
    }
    const bool deleted = record.value.null() || (!spec_.delete_when.empty() &&
                                                 record.value.member(spec_.delete_when) == Value(true));
    if (deleted)
      change(key, std::nullopt, *record.ts);
    else
      change(key, Row{*record.ts, arrival, patched(key, record.value)}, *record.ts);
  }

  Value patched(const Value& key, const Value& value) const {
    const auto known = rows_.find(key);
    if (!spec_.patch || known == rows_.end()) return value;
    Object row = std::get<Object>(known->second.value.is);
    for (const auto& [name, member] : std::get<Object>(value.is)) {
      const auto place =
          std::find_if(row.begin(), row.end(), [&](const auto& one) { return one.first == name; });
      if (place == row.end())
        row.emplace_back(name, member);
      else
        place->second = member;
    }
    return row;
  }

  // None: the row goes.
  void change(const Value& key, std::optional<Row> now, Time ts) {
    const auto known = rows_.find(key);
    const Value old = known == rows_.end() ? Value() : known->second.value;
    const std::map<Value, Value> groups_before = groups();
    if (now)
      rows_[key] = *now;
    else
      rows_.erase(key);
    const Value made = now ? now->value : Value();
    if (grouped()) {
      change_groups(old, made, groups_before, ts);
    } else if (now || !old.null()) {
      if (spec_.only_changed && text(old) == text(made)) return;
      write_change(key, old, made, ts);
    }
  }

  // The old group's row comes before the new one's.
  void change_groups(const Value& old, const Value& made, const std::map<Value, Value>& before, Time ts) {
    const std::map<Value, Value> after = groups();
    std::vector<Value> touched;
    for (const Value* row : {&old, &made}) {
      if (row->null()) continue;
      const Value& group = row->member(spec_.group_by);
      if (group.null() || (!touched.empty() && touched.back() == group)) continue;
      touched.push_back(group);
    }
    for (const Value& group : touched) {
      const auto was = before.find(group), is = after.find(group);
      const Value was_row = was == before.end() ? Value() : was->second;
      const Value is_row = is == after.end() ? Value() : is->second;
      if (spec_.only_changed && text(was_row) == text(is_row)) continue;
      write_change(group, was_row, is_row, ts);
    }
  }

  // The row of each group that has one.
  std::map<Value, Value> groups() const {
    std::map<Value, std::vector<Sample>> members;
    if (grouped()) {
      for (const auto& [key, row] : rows_) {
        const Value& group = row.value.member(spec_.group_by);
        if (!group.null()) members[group].push_back({row.ts, row.arrival, &row.value});
      }
    }
    std::map<Value, Value> made;
    for (const auto& [group, samples] : members) {
      Object row{{spec_.group_by, group}};
      for (auto& member : results(spec_.aggregates, samples)) row.push_back(std::move(member));
      made.emplace(group, row);
    }
    return made;
  }

  void write_change(const Value& key, const Value& old, const Value& now, Time ts) {
    if (!spec_.changes) {
      newest_[key] = ts;
      return;
    }
    const Value time = time_of(ts);
    const char* const op = now.null() ? "d" : "u";
    if (spec_.envelope) {
      out_.lines.push_back(
          text(Object{{"ts", time}, {"key", key_bytes(key)}, {"op", op}, {"old", old}, {"value", now}}));
    } else {
      out_.lines.push_back(text(Object{{"op", op}, {"key", key}, {"old", old}, {"new", now}, {"ts", time}}));
    }
  }

  void write_all() {
    std::map<Value, Value> all = groups();
    if (!grouped()) {
      for (const auto& [key, row] : rows_) all[key] = row.value;
    }
    for (const auto& [key, row] : all) {
      if (spec_.envelope) {
        out_.lines.push_back(
            text(Object{{"ts", time_of(newest_[key])}, {"key", key_bytes(key)}, {"value", row}}));
      } else {
        out_.lines.push_back(text(row));
      }
    }
  }

  const TableSpec& spec_;
  Watermark watermark_;
  WatermarkLines watermark_lines_;
  std::vector<Arrival> arrivals_;
  Rows rows_;
  std::map<Value, Time> seen_;    // the newest event of each key, deletes included
  std::map<Value, Time> newest_;  // when the row of a key or group changed last
  Outcome out_;
};

}  // namespace

Outcome tabled(const TableSpec& spec, const std::vector<std::vector<Record>>& inputs) {
  return Table(spec, inputs).run();
}

std::vector<std::string> flags_of(const TableSpec& spec) {
  std::vector<std::string> flags;
  const auto add = [&](std::string flag, std::string value) {
    flags.push_back(std::move(flag));
    flags.push_back(std::move(value));
  };
  if (spec.envelope)
    flags.push_back("-J");
  else {
    add("--key", ".k");
    add("--ts", ".t");
  }
  if (spec.changes) flags.push_back("--changes");
  if (spec.only_changed) flags.push_back("--only-changed");
  if (spec.patch) flags.push_back("--patch");
  if (!spec.delete_when.empty()) add("--delete-when", "." + spec.delete_when + " == true");
  if (spec.ttl != 0) add("--ttl", std::to_string(spec.ttl) + "ms");
  if (!spec.group_by.empty()) add("--group-by", "." + spec.group_by);
  for (const Aggregate& aggregate : spec.aggregates) add("--agg", aggregate.flag());
  const std::vector<std::string> watermarks = watermark_flags(spec.wm_step);
  flags.insert(flags.end(), watermarks.begin(), watermarks.end());
  return flags;
}

}  // namespace weir::model
