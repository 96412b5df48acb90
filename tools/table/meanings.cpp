#include "tools/table/meanings.h"

#include <fmt/format.h>

#include <string>

#include "base/duration.h"

namespace weir::table {
namespace {

std::string given(bool flag) {
  return flag ? "given" : "";
}

std::string time_of(const cli::TimeFlags& time) {
  if (time.arrival) return "arrival";
  if (!time.ts) return "";
  const base::TimeFormat& format = time.ts->format;
  return fmt::format("{}:{}:{}", time.ts->expression, static_cast<int>(format.kind), format.pattern);
}

std::string pairs(const cli::Pairs& all) {
  std::string text;
  for (const auto& [name, value] : all) text += fmt::format("{}{}={}", text.empty() ? "" : "\n", name, value);
  return text;
}

}  // namespace

std::vector<state::Meaning> meanings(const Options& o) {
  std::string groups;
  for (const expr::Named& group : o.groups)
    groups += fmt::format("{}{}={}", groups.empty() ? "" : ", ", group.name, group.expression);
  return {{"--key", o.key},
          {"--delete-when", o.delete_when},
          {"--patch", given(o.patch)},
          {"--ttl", o.ttl ? base::format_duration(*o.ttl) : std::string()},
          {"--where", o.where},
          {"--group-by", groups},
          {"--agg", fmt::format("{}", fmt::join(o.aggregate_texts, ", "))},
          {"--changes", given(o.changes)},
          {"--only-changed", given(o.changes && o.only_changed)},
          {"--ts", time_of(o.time)},
          {"--bound", o.time.bound.count() == 0 ? std::string() : base::format_duration(o.time.bound)},
          {"--order", o.merge.order == stream::EventMerge::Order::time ? "" : "arrival"},
          {"--tz", o.input.zone.zone.name()},
          {"--arg", pairs(o.expression.strings)},
          {"--argjson", pairs(o.expression.values)}};
}

}  // namespace weir::table
