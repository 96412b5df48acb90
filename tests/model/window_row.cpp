#include "model/window_row.h"

#include "model/watermark_lines.h"

namespace weir::model {
namespace {

using Kind = WindowSpec::Kind;

std::string duration(Time ms) {
  return std::to_string(ms) + "ms";
}

bool inclusive(Kind kind) {
  return kind == Kind::sliding || kind == Kind::sliding_both;
}

const char* type_name(Kind kind) {
  switch (kind) {
    case Kind::tumbling:
      return "tumbling";
    case Kind::hopping:
      return "hopping";
    case Kind::sliding:
    case Kind::sliding_both:
      return "sliding";
    case Kind::session:
      return "session";
    case Kind::rows:
      return "rows";
    default:
      return "calendar";
  }
}

Object fields(const WindowSpec& spec, const RowIdentity& row) {
  Object made;
  const Array& key = std::get<Array>(row.key.is);
  for (std::size_t i = 0; i < spec.by.size(); ++i) made.emplace_back(spec.by[i], key[i]);
  made.emplace_back("window_start", row.start);
  made.emplace_back("window_end", row.end);
  return made;
}

// The envelope's key: a single string as it is, else compact JSON; with the window for all policies but final.
Value key_of(const WindowSpec& spec, const RowIdentity& row) {
  const Array& parts = std::get<Array>(row.key.is);
  Value key;
  if (parts.size() == 1) key = parts[0];
  if (parts.size() > 1) key = parts;
  if (spec.emit != WindowSpec::Emit::final) {
    Object windowed{{"key", key}, {"window_start", row.start}};
    if (spec.kind == Kind::session) windowed.emplace_back("window_end", row.end);
    return text(windowed);
  }
  return key.null() || std::holds_alternative<std::string>(key.is) ? key : Value(text(key));
}

// The largest time that the row covers.
Time time_of(const WindowSpec& spec, const RowIdentity& row) {
  if (spec.kind == Kind::session || spec.kind == Kind::rows) return row.last;
  return inclusive(spec.kind) ? row.end : row.end - 1;
}

std::string enveloped(const WindowSpec& spec, const RowIdentity& row, const Value& value) {
  Object window{{"type", type_name(spec.kind)}, {"start", row.start}, {"end", row.end}};
  if (spec.kind == Kind::session) {
    window.emplace_back("first", row.first);
    window.emplace_back("last", row.last);
  }
  if (inclusive(spec.kind)) window.emplace_back("inclusive", true);
  Object envelope{
      {"key", key_of(spec, row)}, {"ts", time_of(spec, row)}, {"window", window}, {"value", value}};
  envelope.emplace_back("pane", Object{{"kind", row.pane}, {"n", row.n}});
  return text(envelope);
}

}  // namespace

std::string row_line(const WindowSpec& spec, const RowIdentity& row, const Object& aggregates) {
  Object made = fields(spec, row);
  made.insert(made.end(), aggregates.begin(), aggregates.end());
  if (row.partial) made.emplace_back("partial", true);
  if (spec.envelope) return enveloped(spec, row, made);
  if (spec.emit != WindowSpec::Emit::final) made.emplace_back("_pane", row.pane);
  return text(made);
}

std::string delete_line(const WindowSpec& spec, const RowIdentity& row) {
  if (spec.envelope) return enveloped(spec, row, {});
  Object made = fields(spec, row);
  made.emplace_back("_op", "d");
  return text(made);
}

std::string late_line(const Record& record, bool envelope) {
  std::string line = line_of(record, envelope);
  line.pop_back();
  return line + ",\"_late\":true}";
}

std::string line_of(const Record& record, bool envelope) {
  if (record.kind != Record::Kind::event) return control_line(record);
  if (!envelope) return text(record.value);
  Object made;
  if (!record.topic.empty()) made.emplace_back("topic", record.topic);
  if (record.partition) made.emplace_back("partition", *record.partition);
  if (record.offset) made.emplace_back("offset", *record.offset);
  if (record.ts)
    made.emplace_back("ts", *record.ts);
  else
    made.emplace_back("ts", Value());
  made.emplace_back("key", record.key);
  made.emplace_back("value", record.value);
  return text(made);
}

std::vector<std::string> flags_of(const WindowSpec& spec) {
  std::vector<std::string> flags;
  const auto add = [&](std::string flag, std::string value) {
    flags.push_back(std::move(flag));
    flags.push_back(std::move(value));
  };
  switch (spec.kind) {
    case Kind::tumbling:
      add("--tumbling", duration(spec.size));
      break;
    case Kind::hopping:
      add("--hopping", duration(spec.size));
      add("--every", duration(spec.every));
      break;
    case Kind::sliding:
    case Kind::sliding_both:
      add(spec.kind == Kind::sliding ? "--sliding" : "--sliding-both", duration(spec.size));
      break;
    case Kind::session:
      add("--session", duration(spec.size));
      break;
    case Kind::rows:
      add("--rows", std::to_string(spec.rows));
      break;
    default:
      add("--calendar", spec.kind == Kind::day ? "day" : spec.kind == Kind::week ? "week" : "month");
  }
  if (spec.align != 0) add("--align", duration(spec.align));
  if (!spec.zone.empty()) add("--tz", spec.zone);
  for (const std::string& name : spec.by) add("--by", "." + name);
  for (const Aggregate& aggregate : spec.aggregates) add("--agg", aggregate.flag());
  if (!spec.envelope) add("--ts", ".t");
  if (spec.envelope) flags.push_back("-J");
  if (spec.bound != 0) add("--bound", duration(spec.bound));
  if (spec.grace != 0) add("--grace", duration(spec.grace));
  if (spec.emit == WindowSpec::Emit::changes) add("--emit", "changes");
  if (spec.emit == WindowSpec::Emit::ontime) add("--emit", "ontime");
  if (spec.emit == WindowSpec::Emit::early_count) add("--emit", "early=" + std::to_string(spec.rows));
  if (spec.emit == WindowSpec::Emit::early_time) add("--emit", "early=" + duration(spec.early));
  if (spec.only_changed) flags.push_back("--only-changed");
  if (!spec.having.empty()) add("--having", "." + spec.having + " > " + std::to_string(spec.having_over));
  if (spec.late == WindowSpec::Late::in_line) add("--late", "inline");
  if (spec.fill != WindowSpec::Fill::none) add("--fill", spec.fill == WindowSpec::Fill::zero ? "0" : "null");
  add("--time-format", "ms");
  const std::vector<std::string> watermarks = watermark_flags(spec.wm_step);
  flags.insert(flags.end(), watermarks.begin(), watermarks.end());
  return flags;
}

}  // namespace weir::model
