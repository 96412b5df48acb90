#include "cli/summary.h"

#include <fmt/format.h>

#include "base/decimal.h"
#include "cli/message.h"

namespace weir::cli {
namespace {

double rate(const stream::Totals& totals) {
  return totals.seconds > 0 ? static_cast<double>(totals.read) / totals.seconds : 0;
}

struct Count {
  std::string_view name;
  std::uint64_t stream::Totals::*member;
};
// In the order of the documentation; the first two are always said. Events that became part of results stand between.
constexpr Count kCounts[] = {
    {"read", &stream::Totals::read},       {"written", &stream::Totals::written},
    {"dropped", &stream::Totals::dropped}, {"skipped", &stream::Totals::skipped},
    {"late", &stream::Totals::late},       {"dead", &stream::Totals::dead},
    {"failed", &stream::Totals::failed},   {"abandoned", &stream::Totals::abandoned}};

}  // namespace

std::string bytes_text(double bytes) {
  if (bytes < 1000) return fmt::format("{:.0f} B", bytes);
  if (bytes < 999'950) return fmt::format("{:.1f} kB", bytes / 1e3);
  if (bytes < 999'950'000) return fmt::format("{:.1f} MB", bytes / 1e6);
  return fmt::format("{:.2f} GB", bytes / 1e9);
}

std::string seconds_text(double seconds) {
  if (seconds < 60) return fmt::format("{:.2f} s", seconds);
  const auto whole = static_cast<std::uint64_t>(seconds);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

std::string summary_text(std::string_view tool, const stream::Totals& totals,
                         const stream::Chances& chances) {
  std::string text;
  for (const Count& count : kCounts) {
    const std::uint64_t value = totals.*count.member;
    if (value == 0 && count.name != "read" && count.name != "written") continue;
    if (!text.empty()) text += ", ";
    text.append(base::grouped(value)).append(" ").append(count.name);
    if (count.name == "read" && totals.taken)
      text.append(", ").append(base::grouped(*totals.taken)).append(" taken");
  }
  std::string by_chance;
  for (const std::string_view flag : chances.flags())
    by_chance.append(by_chance.empty() ? "; nondeterministic: " : ", ").append(flag);
  return fmt::format("{}: {}; {} in {} ({}/s){}", tool, text,
                     bytes_text(static_cast<double>(totals.bytes_in)), seconds_text(totals.seconds),
                     base::grouped(static_cast<std::uint64_t>(rate(totals))), by_chance);
}

std::string summary_json(std::string_view tool, const stream::Totals& totals,
                         const stream::Chances& chances) {
  std::string text = "{\"tool\":" + json_string(tool);
  for (const Count& count : kCounts) {
    text += fmt::format(",\"{}\":{}", count.name, totals.*count.member);
    if (count.name == "read" && totals.taken) text += fmt::format(",\"taken\":{}", *totals.taken);
  }
  text += fmt::format(",\"bytes\":{},\"bytes_out\":{}", totals.bytes_in, totals.bytes_out);
  text += fmt::format(",\"seconds\":{:.6f},\"rate\":{:.1f}", totals.seconds, rate(totals));
  std::string by_chance;
  for (const std::string_view flag : chances.flags())
    by_chance.append(by_chance.empty() ? ",\"nondeterministic\":[" : ",").append(json_string(flag));
  return text + (by_chance.empty() ? "}" : by_chance + "]}");
}

std::string summary(std::string_view tool, const stream::Totals& totals, const Talk& talk,
                    const stream::Chances& chances) {
  if (talk.summary == Talk::Summary::json) return summary_json(tool, totals, chances) + "\n";
  if (talk.summary == Talk::Summary::text) return summary_text(tool, totals, chances) + "\n";
  const bool lost_some = totals.skipped + totals.late + totals.dead > 0;
  // Not one event had the key that was asked for: a slip, such as --by .usr.
  const bool lost_all = totals.taken && *totals.taken == 0 && totals.dropped > 0;
  return (lost_some || lost_all) && !talk.quiet ? summary_text(tool, totals, chances) + "\n" : std::string();
}

}  // namespace weir::cli
