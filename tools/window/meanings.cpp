#include "tools/window/meanings.h"

#include <string>
#include <utility>

#include "base/duration.h"
#include "cli/meanings.h"

namespace weir::window {
namespace {

using Kind = Options::Kind;
using Emit = Options::Emit;

std::string of_ms(std::int64_t ms) {
  return base::format_duration(std::chrono::milliseconds(ms));
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

}  // namespace

std::vector<state::Meaning> meanings(const Options& o) {
  std::vector<state::Meaning> all{
      kind_of(o),
      {"--every", o.every_ms == 0 ? std::string() : of_ms(o.every_ms)},
      {"--align", cli::meaning(o.align)},
      {"--tz", o.input.zone.zone.name()},
      {"--ts", cli::meaning_of_ts(o.time)},
      {"--bound", cli::meaning(o.time.bound)},
      {"--grace", cli::meaning(o.time.grace)},
      {"--emit", emit_of(o)},
      {"--only-changed", cli::meaning(o.only_changed)},
      {"--key-by-window", cli::meaning(o.key_by_window)},
      {"--having", o.having},
      {"--fill", o.fill.value_or("")},
      {"--time-format", o.time_format == ops::WindowSettings::Times::ms ? "ms" : ""}};
  std::string by, aggregates;
  for (const auto& group : o.by) by += (by.empty() ? "" : ", ") + group.name + "=" + group.expression;
  for (const std::string& text : o.aggregate_texts) aggregates += (aggregates.empty() ? "" : ", ") + text;
  all.emplace_back("--by", by);
  all.emplace_back("--agg", aggregates);
  for (state::Meaning& one : cli::meanings(o.expression)) all.push_back(std::move(one));
  return all;
}

}  // namespace weir::window
