#include "base/time_format.h"

#include <algorithm>

#include "base/civil.h"
#include "base/error.h"
#include "base/rfc3339.h"
#include "base/strptime.h"

namespace weir::base {
namespace {

using Form = TimeFormat::Kind;

constexpr std::int64_t kFirstMs = days_from_civil({1, 1, 1}) * 86'400'000;
constexpr std::int64_t kLastMs = days_from_civil({10000, 1, 1}) * 86'400'000 - 1;

TimeOrFault checked(std::int64_t ms) {
  if (ms < kFirstMs || ms > kLastMs) return {kNoTime, "lies outside the years 0001 to 9999"};
  if (ms == kNoTime.ms) return {kNoTime, "is -1 ms, which means 'no time'"};
  return {EventTime{ms}, nullptr};
}

struct Named {
  std::string_view name;
  Form kind;
};
constexpr Named kFormats[] = {{"ms", Form::ms},           {"s", Form::s},
                              {"us", Form::us},           {"ns", Form::ns},
                              {"rfc3339", Form::rfc3339}, {"auto", Form::automatic}};
constexpr std::string_view kStrptime = "strptime:";

std::optional<TimeFormat> format_named(std::string_view text) {
  if (text.starts_with(kStrptime))
    return TimeFormat{Form::strptime, std::string(text.substr(kStrptime.size()))};
  for (const Named& named : kFormats) {
    if (named.name == text) return TimeFormat{named.kind, {}};
  }
  return std::nullopt;
}

// Position of the ':' that ends EXPR; npos when there is none.
std::size_t split_at(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '(' || c == '[' || c == '{') {
      ++depth;
    } else if (c == ')' || c == ']' || c == '}') {
      --depth;
    } else if (c == ':' && depth == 0 && format_named(text.substr(i + 1))) {
      return i;
    }
  }
  return std::string_view::npos;
}

// The digits of a JSON number without point and exponent: value = 0.DIGITS * 10^point.
struct Digits {
  bool negative = false;
  std::string digits;  // without leading zeros; empty: zero
  std::int64_t point = 0;
};

std::optional<Digits> read_digits(std::string_view text) {
  Digits read;
  std::size_t i = 0;
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) read.negative = text[i++] == '-';
  bool any = false;
  bool after_point = false;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '.' && !after_point) {
      after_point = true;
    } else if (c >= '0' && c <= '9') {
      any = true;
      if (!read.digits.empty() || c != '0') {
        read.digits += c;
        if (!after_point) ++read.point;
      } else if (after_point) {
        --read.point;
      }
    } else {
      break;
    }
  }
  if (!any) return std::nullopt;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    bool minus = false;
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) minus = text[i++] == '-';
    if (i == text.size()) return std::nullopt;
    std::int64_t exponent = 0;
    for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
      exponent = std::min<std::int64_t>(exponent * 10 + (text[i] - '0'), 1'000'000);
    }
    read.point += minus ? -exponent : exponent;
  }
  if (i != text.size()) return std::nullopt;
  if (read.digits.empty()) read.point = 0;
  return read;
}

// floor(value * 10^shift), which the shift makes milliseconds.
TimeOrFault floored(const Digits& number, int shift) {
  if (number.digits.empty()) return checked(0);
  const std::int64_t whole_digits = number.point + shift;
  if (whole_digits > 18) return {kNoTime, "lies outside the years 0001 to 9999"};
  std::int64_t ms = 0;
  for (std::int64_t i = 0; i < whole_digits; ++i) {
    const auto at = static_cast<std::size_t>(i);
    ms = ms * 10 + (at < number.digits.size() ? number.digits[at] - '0' : 0);
  }
  const auto cut = static_cast<std::size_t>(std::max<std::int64_t>(whole_digits, 0));
  const bool rest =
      cut < number.digits.size() && number.digits.find_first_not_of('0', cut) != std::string::npos;
  if (number.negative) ms = -ms - (rest ? 1 : 0);
  return checked(ms);
}

TimeOrFault from_digits(const Digits& number, Form kind) {
  switch (kind) {
    case Form::s:
      return floored(number, 3);
    case Form::us:
      return floored(number, -3);
    case Form::ns:
      return floored(number, -6);
    case Form::automatic:
      return floored(number, number.point <= 11 ? 3 : number.point <= 14 ? 0 : number.point <= 17 ? -3 : -6);
    default:
      return floored(number, 0);
  }
}

TimeOrFault from_date_time(const std::optional<DateTime>& found, const Zone& zone, const char* fault) {
  if (!found) return {kNoTime, fault};
  const std::int64_t utc =
      found->offset_seconds ? found->seconds - *found->offset_seconds : zone.to_utc(found->seconds);
  return checked(utc * 1000 + found->nanos / 1'000'000);
}

}  // namespace

Field parse_field(std::string_view text) {
  const std::size_t colon = split_at(text);
  Field field{std::string(text.substr(0, colon)), {}};
  if (colon != std::string_view::npos) field.format = *format_named(text.substr(colon + 1));
  if (field.expression.empty()) {
    throw Error(Kind::usage, (text.empty() ? std::string("''") : std::string(text)) + " names no field")
        .hint(".time, .time:s or '.date:strptime:%Y-%m-%d'")
        .code("bad_field");
  }
  if (field.format.kind == Form::strptime) {
    if (const std::string_view unknown = unknown_directive(field.format.pattern); !unknown.empty()) {
      throw Error(Kind::usage, std::string(text) + " has an unknown directive '" + std::string(unknown) + "'")
          .hint("there are %Y %m %d %H %M %S %f %s %j %y %b %B %a %A %e %I %p %z %Z %F %T %R %D %%")
          .code("bad_field");
    }
    if (field.format.pattern.empty()) {
      throw Error(Kind::usage, std::string(text) + " has no pattern after strptime:")
          .hint("'.date:strptime:%Y-%m-%d'")
          .code("bad_field");
    }
  }
  return field;
}

TimeOrFault time_of_number(std::string_view number, const TimeFormat& format, const Zone& zone) {
  if (format.kind == Form::rfc3339) return {kNoTime, "is a number, not an RFC 3339 time"};
  // A number such as 20240131 may well be written for a pattern.
  if (format.kind == Form::strptime) return time_of_text(number, format, zone);
  const auto digits = read_digits(number);
  if (!digits) return {kNoTime, "is no number"};
  return from_digits(*digits, format.kind);
}

TimeOrFault time_of_text(std::string_view text, const TimeFormat& format, const Zone& zone) {
  switch (format.kind) {
    case Form::by_type:
    case Form::rfc3339:
      return from_date_time(parse_rfc3339(text), zone, "is no RFC 3339 time");
    case Form::strptime:
      return from_date_time(parse_by_pattern(text, format.pattern), zone,
                            "is not as the strptime pattern says");
    case Form::automatic:
      if (const auto digits = read_digits(text)) return from_digits(*digits, format.kind);
      return from_date_time(parse_rfc3339(text), zone, "is neither a number nor an RFC 3339 time");
    default: {
      const auto digits = read_digits(text);
      if (!digits) return {kNoTime, "is no number"};
      return from_digits(*digits, format.kind);
    }
  }
}

}  // namespace weir::base
