#include "base/time_spec.h"

#include "base/civil.h"
#include "base/decimal.h"
#include "base/duration.h"
#include "base/error.h"
#include "base/rfc3339.h"

namespace weir::base {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;

[[noreturn]] void refuse(std::string_view text, std::string_view why) {
  const std::string shown = text.empty() ? "''" : std::string(text);
  throw Error(Kind::usage, shown + " " + std::string(why))
      .hint("2024-01-31T12:00:00Z, 2024-01-31, today, -1h or @1700000000")
      .code("bad_time");
}

// Floored, since a moment 0.5 ms before the present lies in the millisecond before it.
std::int64_t whole_ms(std::chrono::nanoseconds ns, int sign) {
  return floor_div(sign * ns.count(), 1'000'000);
}

TimeSpec from_epoch(std::string_view text, std::string_view digits) {
  const auto value = parse_digits(digits, INT64_MAX);
  if (!value) refuse(text, "is no time: digits must follow the @");
  const auto number = static_cast<std::int64_t>(*value);
  switch (digits.size()) {
    case 10:
      return {TimeSpec::Kind::instant, number * 1000};
    case 13:
      return {TimeSpec::Kind::instant, number};
    case 16:
      return {TimeSpec::Kind::instant, number / 1000};
    case 19:
      return {TimeSpec::Kind::instant, number / 1'000'000};
    default:
      refuse(text, "is no time: 10 digits are seconds, 13 milliseconds, 16 microseconds, 19 nanoseconds");
  }
}

}  // namespace

TimeSpec parse_time(std::string_view text) {
  using enum TimeSpec::Kind;
  if (text == "now") return {relative, 0};
  if (text == "today") return {day, 0};
  if (text == "yesterday") return {day, -1};
  if (text.starts_with("now-") || text.starts_with("now+")) {
    return {relative, whole_ms(parse_duration(text.substr(4)), text[3] == '-' ? -1 : 1)};
  }
  if (text.starts_with('-')) return {relative, whole_ms(parse_duration(text.substr(1)), -1)};
  if (text.starts_with('@')) return from_epoch(text, text.substr(1));
  if (const auto days = parse_date(text)) return {local, *days * kDayMs};
  if (const auto found = parse_rfc3339(text)) {
    const std::int64_t ms = found->seconds * 1000 + found->nanos / 1'000'000;
    if (!found->offset_seconds) return {local, ms};
    return {instant, ms - std::int64_t{*found->offset_seconds} * 1000};
  }
  refuse(text, "is no time");
}

EventTime TimeSpec::resolve(EventTime now, const Zone& zone) const {
  switch (kind) {
    case Kind::relative:
      return {now.ms + ms};
    case Kind::instant:
      return {ms};
    case Kind::local: {
      const std::int64_t seconds = floor_div(ms, 1000);
      return {zone.to_utc(seconds) * 1000 + (ms - seconds * 1000)};
    }
    case Kind::day: {
      const std::int64_t utc = floor_div(now.ms, 1000);
      const std::int64_t today = floor_div(utc + zone.offset_at(utc), 86400);
      return {zone.to_utc((today + ms) * 86400) * 1000};
    }
  }
  return now;
}

}  // namespace weir::base
