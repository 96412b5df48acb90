#include "ops/window_rows.h"

#include <utility>

#include "base/error.h"
#include "base/rfc3339.h"
#include "json/cursor.h"
#include "json/number.h"
#include "json/scanner.h"
#include "json/text.h"
#include "ops/group_key.h"

namespace weir::ops {

void Pane::encode(state::Writer& to) const {
  to.number(rows);
  to.number(events);
  to.flag(visible);
  to.flag(changed);
  to.flag(fired);
  to.text(newest);
}

void Pane::decode(state::Reader& from) {
  rows = from.number_of<std::uint32_t>();
  events = from.number();
  visible = from.flag();
  changed = from.flag();
  fired = from.flag();
  newest = from.text();
}

namespace {

std::string_view type_name(WindowSettings::Kind kind) {
  using Kind = WindowSettings::Kind;
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
    case Kind::day:
    case Kind::week:
    case Kind::month:
      break;
  }
  return "calendar";
}

bool reaches_its_end(WindowSettings::Kind kind) {
  return kind == WindowSettings::Kind::sliding || kind == WindowSettings::Kind::sliding_both;
}

}  // namespace

WindowRows::WindowRows(const WindowSettings& settings, const Aggregates& aggregates, OutputRows& out)
    : settings_(settings), aggregates_(aggregates), out_(out) {
  for (const WindowSettings::Group& group : settings.by) {
    std::string name(names_.empty() ? "{" : ",");
    json::append_quoted(name, group.name);
    names_.push_back(name + ":");
  }
  if (settings.having.empty()) return;
  expr::Setup setup = settings.setup;
  setup.envelope = false;
  having_.emplace(expr::with_dot({.text = settings.having, .name = "--having"}), setup);
  evaluator_.emplace(*having_, settings.evaluator);
}

// ---- the flat object

void WindowRows::begin(const WindowRow& row) {
  row_.clear();
  append_groups(row.key);
  append_times(row);
}

void WindowRows::append_groups(std::string_view key) {
  if (names_.empty()) {
    row_ += '{';
  } else if (names_.size() == 1) {
    row_.append(names_[0]).append(key).append(",");
  } else {
    json::Elements elements(json::parse_value(key));
    json::Value element;
    for (const std::string& name : names_) {
      elements.next(element);
      row_.append(name).append(element.raw());
    }
    row_ += ',';
  }
}

void WindowRows::append_times(const WindowRow& row) {
  const bool same = times_.start == row.start && times_.end == row.end && times_.timed == row.timed;
  if (!same || times_.text.empty()) {
    times_ = {row.start, row.end, row.timed,
              "\"window_start\":" + time_text(row.start, row.timed) +
                  ",\"window_end\":" + time_text(row.end, row.timed)};
  }
  row_ += times_.text;
}

std::string WindowRows::time_text(std::int64_t ms, bool timed) const {
  if (!timed) return "null";
  if (settings_.time_format == WindowSettings::Times::rfc3339) return '"' + base::format_rfc3339(ms) + '"';
  std::string text;
  json::append_number(text, ms);
  return text;
}

bool WindowRows::having_holds() {
  if (!evaluator_) return true;
  const std::size_t size = row_.size();
  row_.append(json::kPadding, '\0');
  const expr::Verdict verdict = evaluator_->judge({row_.data(), size});
  row_.resize(size);
  if (verdict != expr::Verdict::bad) return verdict == expr::Verdict::yes;
  throw base::Error(base::Kind::data, "--having: " + evaluator_->fault().message)
      .detail("the row: " + row_.substr(0, 200))
      .code("expression_error");
}

bool WindowRows::write(const WindowRow& row) {
  begin(row);
  const std::size_t aggregates_from = row_.size();
  if (row.state == nullptr) {
    aggregates_.write_each(*settings_.fill, row_);
  } else if (!aggregates_.write(*row.state, row_)) {
    ++beyond_doubles_;
  }
  const std::string_view found = std::string_view(row_).substr(aggregates_from);
  Pane* const history = row.history;
  if (history != nullptr) history->changed = false;
  if (history != nullptr && settings_.only_changed && history->visible && history->newest == found)
    return false;
  if (history != nullptr && settings_.only_changed) history->newest = found;
  if (row.partial) row_ += ",\"partial\":true";
  row_ += '}';
  if (!having_holds()) {
    if (history != nullptr && history->visible) write_delete(row);
    return false;
  }
  std::uint32_t number = row.number;
  if (history != nullptr) {
    history->visible = true;
    number = ++history->rows;
  }
  if (settings_.envelope) return put_envelope(row, number, false);
  if (settings_.emit != WindowSettings::Emit::final_rows) {
    row_.pop_back();
    row_.append(",\"_pane\":\"").append(row.pane).append("\"}");
  }
  return put(row_);
}

bool WindowRows::put(std::string_view line) {
  if (out_.put(line, *context_) == stream::Flow::stop) flow_ = stream::Flow::stop;
  return true;
}

void WindowRows::write_delete(const WindowRow& row) {
  row.history->visible = false;
  const std::uint32_t number = ++row.history->rows;
  if (settings_.envelope) return (void)put_envelope(row, number, true);
  begin(row);
  row_ += ",\"_op\":\"d\"}";
  put(row_);
}

// ---- the envelope around it

void WindowRows::append_record_key(const WindowRow& row) {
  const bool windowed = settings_.key_by_window || settings_.emit != WindowSettings::Emit::final_rows;
  if (!windowed) {
    if (row.key.empty()) {
      envelope_ += "null";
    } else {
      json::append_quoted(envelope_, record_key(row.key, buffer_));
    }
    return;
  }
  buffer_ = "{\"key\":";
  buffer_.append(row.key.empty() ? std::string_view("null") : row.key).append(",\"window_start\":");
  json::append_number(buffer_, row.start);
  if (settings_.kind == WindowSettings::Kind::session) {
    buffer_ += ",\"window_end\":";
    json::append_number(buffer_, row.end);
  }
  buffer_ += '}';
  json::append_quoted(envelope_, buffer_);
}

bool WindowRows::put_envelope(const WindowRow& row, std::uint32_t number, bool is_delete) {
  const auto member = [this](std::string_view name, std::int64_t value) {
    envelope_.append(name);
    json::append_number(envelope_, value);
  };
  envelope_ = "{\"key\":";
  append_record_key(row);
  if (row.timed) {
    member(",\"ts\":", row.ts);
  } else {
    envelope_ += ",\"ts\":null";
  }
  envelope_.append(",\"window\":{\"type\":\"").append(type_name(settings_.kind)).append("\"");
  if (row.timed) {
    member(",\"start\":", row.start);
    member(",\"end\":", row.end);
  }
  if (row.times_of_events) {
    member(",\"first\":", row.first);
    member(",\"last\":", row.last);
  }
  if (reaches_its_end(settings_.kind)) envelope_ += ",\"inclusive\":true";
  envelope_.append("},\"value\":").append(is_delete ? std::string_view("null") : row_);
  envelope_.append(",\"pane\":{\"kind\":\"").append(is_delete ? std::string_view("update") : row.pane);
  member("\",\"n\":", number);
  envelope_ += "}}";
  return put(envelope_);
}

}  // namespace weir::ops
