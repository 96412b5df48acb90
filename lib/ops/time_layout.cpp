#include "ops/time_layout.h"

#include <fmt/format.h>

#include <ctime>

#include "base/civil.h"

namespace weir::ops {
namespace {

// Longer ones first, where one begins as another does.
constexpr std::pair<std::string_view, std::string_view> kParts[] = {
    {"January", "%B"}, {"Monday", "%A"}, {"Z07:00", "%Q"}, {"-07:00", "%q"}, {"-0700", "%z"}, {"2006", "%Y"},
    {"Jan", "%b"},     {"Mon", "%a"},    {"MST", "%Z"},    {"002", "%j"},    {"01", "%m"},    {"02", "%d"},
    {"_2", "%e"},      {"03", "%I"},     {"04", "%M"},     {"05", "%S"},     {"06", "%y"},    {"15", "%H"},
    {"PM", "%p"},      {"1", "%-m"},     {"2", "%-d"},     {"3", "%-I"},     {"4", "%-M"},    {"5", "%-S"},
};

std::string zone_text(std::int32_t offset, bool utc_is_z) {
  if (offset == 0 && utc_is_z) return "Z";
  const std::int32_t minutes = (offset < 0 ? -offset : offset) / 60;
  return fmt::format("{}{:02}:{:02}", offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

}  // namespace

std::string pattern_of_go_layout(std::string_view layout) {
  std::string pattern;
  while (!layout.empty()) {
    if ((layout[0] == '.' || layout[0] == ',') && layout.size() > 1 &&
        (layout[1] == '0' || layout[1] == '9')) {
      const std::size_t end = std::min(layout.find_first_not_of(layout[1], 1), layout.size());
      if (end <= 10) {
        pattern += fmt::format("{}%{}", layout[0], end - 1);
        layout.remove_prefix(end);
        continue;
      }
    }
    bool known = false;
    for (const auto& [part, made] : kParts) {
      if (!layout.starts_with(part)) continue;
      pattern += made;
      layout.remove_prefix(part.size());
      known = true;
      break;
    }
    if (known) continue;
    if (layout[0] == '%') pattern += '%';
    pattern += layout[0];
    layout.remove_prefix(1);
  }
  return pattern;
}

std::string format_time(const std::string& pattern, std::int64_t ms, const base::Zone& zone) {
  const std::int64_t utc = base::floor_div(ms, 1000);
  const std::int64_t millis = ms - utc * 1000;
  const std::int32_t offset = zone.offset_at(utc);
  const std::int64_t local = utc + offset;
  const std::int64_t days = base::floor_div(local, 86400), second = local - days * 86400;
  const base::Date date = base::civil_from_days(days);
  std::tm parts{};
  parts.tm_year = date.year - 1900;
  parts.tm_mon = date.month - 1;
  parts.tm_mday = date.day;
  parts.tm_hour = static_cast<int>(second / 3600);
  parts.tm_min = static_cast<int>(second / 60 % 60);
  parts.tm_sec = static_cast<int>(second % 60);
  parts.tm_wday = base::weekday(days);
  parts.tm_yday = static_cast<int>(days - base::days_from_civil({date.year, 1, 1}));
  const std::string zone_name = zone.name();
  parts.tm_gmtoff = offset;
  parts.tm_zone = zone_name.c_str();

  std::string expanded;  // our own additions are filled in first, and strftime does the rest
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char next = i + 1 < pattern.size() ? pattern[i + 1] : '\0';
    if (pattern[i] != '%' || next == '\0') {
      expanded += pattern[i];
      continue;
    }
    ++i;
    if (next >= '1' && next <= '9') {
      expanded += fmt::format("{:03}000000", millis).substr(0, static_cast<std::size_t>(next - '0'));
    } else if (next == 'Q' || next == 'q') {
      expanded += zone_text(offset, next == 'Q');
    } else if (next == 's') {  // strftime's own would ask the process's zone
      expanded += std::to_string(utc);
    } else {
      expanded += '%';
      expanded += next;
    }
  }
  if (expanded.empty()) return {};
  expanded += ' ';  // so that an empty result can be told from a buffer too small
  std::string text(64, '\0');
  for (;;) {
    if (const std::size_t size = std::strftime(text.data(), text.size(), expanded.c_str(), &parts);
        size > 0) {
      text.resize(size - 1);
      return text;
    }
    text.resize(text.size() * 2);
  }
}

}  // namespace weir::ops
