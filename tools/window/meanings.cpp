#include "tools/window/meanings.h"

#include <string>

#include "base/duration.h"

namespace weir::window {
namespace {

using Kind = Options::Kind;
using Emit = Options::Emit;

std::string of_ms(std::int64_t ms) {
  return base::format_duration(std::chrono::milliseconds(ms));
}
std::string of(std::chrono::nanoseconds duration) {
  return duration.count() == 0 ? std::string() : base::format_duration(duration);
}
std::string given(bool flag) {
  return flag ? "given" : "";
}

state::Meaning kind_of(const Options& o) {
  switch (o.kind) {
    case Kind::tumbling:
      return {"--tumbling", of_ms(o.size_ms)};
    case Kind::hopping:
      return {"--hopping", of_ms(o.size_ms)};
    case Kind::sliding:
      return {"--sliding", of_ms(o.size_ms)};
    case Kind::sliding_both:
      return {"--sliding-both", of_ms(o.size_ms)};
    case Kind::session:
      return {"--session", of_ms(o.size_ms)};
    case Kind::rows:
      return {"--rows", std::to_string(o.rows)};
    case Kind::day:
      return {"--calendar", "day"};
    case Kind::week:
      return {"--calendar", "week"};
    case Kind::month:
      break;
  }
  return {"--calendar", "month"};
}

std::string emit_of(const Options& o) {
  switch (o.emit) {
    case Emit::final_rows:
      break;
    case Emit::changes:
      return "changes";
    case Emit::ontime:
      return "ontime";
    case Emit::early_count:
      return "early=" + std::to_string(o.early_count);
    case Emit::early_time:
      return "early=" + of_ms(o.early_ms);
    case Emit::early_wall:
      return "early=" + of_ms(o.early_ms) + ":wall";
  }
  return "final";
}

std::string time_of(const cli::TimeFlags& time) {
  if (time.arrival) return "arrival";
  if (!time.ts) return "";
  const base::TimeFormat& format = time.ts->format;
  return time.ts->expression + ":" + std::to_string(static_cast<int>(format.kind)) + format.pattern;
}

}  // namespace

std::vector<state::Meaning> meanings(const Options& o) {
  std::vector<state::Meaning> all{
      kind_of(o),
      {"--every", o.every_ms == 0 ? std::string() : of_ms(o.every_ms)},
      {"--align", of(o.align)},
      {"--tz", o.input.zone.zone.name()},
      {"--ts", time_of(o.time)},
      {"--bound", of(o.time.bound)},
      {"--grace", of(o.time.grace)},
      {"--emit", emit_of(o)},
      {"--only-changed", given(o.only_changed)},
      {"--key-by-window", given(o.key_by_window)},
      {"--having", o.having},
      {"--fill", o.fill.value_or("")},
      {"--time-format", o.time_format == ops::WindowSettings::Times::ms ? "ms" : ""}};
  std::string by, aggregates;
  for (const auto& group : o.by) by += (by.empty() ? "" : ", ") + group.name + "=" + group.expression;
  for (const std::string& text : o.aggregate_texts) aggregates += (aggregates.empty() ? "" : ", ") + text;
  all.emplace_back("--by", by);
  all.emplace_back("--agg", aggregates);
  return all;
}

}  // namespace weir::window
