#include "tools/table/meanings.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "cli/meanings.h"

namespace weir::table {

std::vector<state::Meaning> meanings(const Options& o) {
  std::string groups;
  for (const expr::Named& group : o.groups)
    groups += fmt::format("{}{}={}", groups.empty() ? "" : ", ", group.name, group.expression);
  std::vector<state::Meaning> all{
      {"--key", o.key},
      {"--delete-when", o.delete_when},
      {"--patch", cli::meaning(o.patch)},
      {"--ttl", cli::meaning(o.ttl)},
      {"--where", o.where},
      {"--group-by", groups},
      {"--agg", fmt::format("{}", fmt::join(o.aggregate_texts, ", "))},
      {"--changes", cli::meaning(o.changes)},
      {"--only-changed", cli::meaning(o.changes && o.only_changed)},
      {"--ts", cli::meaning_of_ts(o.time)},
      {"--bound", cli::meaning(o.time.bound)},
      {"--order", o.merge.order == stream::EventMerge::Order::time ? "" : "arrival"},
      {"--tz", o.input.zone.zone.name()}};
  for (state::Meaning& one : cli::meanings(o.expression)) all.push_back(std::move(one));
  return all;
}

}  // namespace weir::table
