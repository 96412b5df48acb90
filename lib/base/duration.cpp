#include "base/duration.h"

#include <cstdint>

#include "base/decimal.h"
#include "base/error.h"

namespace weir::base {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t ns;
};
// Largest first, as format_duration needs them.
constexpr Unit kUnits[] = {{"w", 604'800'000'000'000},
                           {"d", 86'400'000'000'000},
                           {"h", 3'600'000'000'000},
                           {"m", 60'000'000'000},
                           {"s", 1'000'000'000},
                           {"ms", 1'000'000},
                           {"us", 1'000},
                           {"ns", 1}};
constexpr auto kLongest = static_cast<std::uint64_t>(INT64_MAX);

[[noreturn]] void refuse(std::string_view text, std::string_view why, std::string hint) {
  throw Error(Kind::usage, std::string(text) + " " + std::string(why))
      .hint(std::move(hint))
      .code("bad_duration");
}

std::string_view unit_at(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && text[end] != '.' && (text[end] < '0' || text[end] > '9')) ++end;
  return text.substr(0, end);
}

}  // namespace

std::chrono::nanoseconds parse_duration(std::string_view text) {
  if (text == "0") return std::chrono::nanoseconds{0};
  if (text.empty()) refuse("''", "is no duration", "10s, 5m or 1h30m");
  std::uint64_t total = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const Decimal number = scan_decimal(rest);
    if (number.end == 0) refuse(text, "is no duration", "10s, 5m or 1h30m");
    const std::string digits(rest.substr(0, number.end));
    rest.remove_prefix(number.end);
    const std::string_view name = unit_at(rest);
    rest.remove_prefix(name.size());
    if (name.empty()) {
      // Only a lone number can be completed for the user; "1h30" is 30 of anything.
      if (digits.size() == text.size())
        refuse(text, "has no unit", digits + "s, " + digits + "m or " + digits + "h?");
      refuse(text, "has no unit at its end", std::string(text) + "m or " + std::string(text) + "s?");
    }
    const Unit* unit = nullptr;
    for (const Unit& known : kUnits) {
      if (known.name == name) unit = &known;
    }
    if (unit == nullptr) {
      refuse(text, "has an unknown unit '" + std::string(name) + "'", "the units are ns us ms s m h d w");
    }
    const auto part = scale(number, unit->ns, kLongest);
    if (!part || *part > kLongest - total) {
      const bool fine =
          scale({number.whole, {}, 0}, unit->ns, kLongest) && number.fraction.size() > 0 && !part;
      refuse(text, fine ? "is finer than a nanosecond" : "is longer than 292 years", "10s, 5m or 1h30m");
    }
    total += *part;
  }
  return std::chrono::nanoseconds{static_cast<std::int64_t>(total)};
}

std::string format_duration(std::chrono::nanoseconds duration) {
  auto rest = static_cast<std::uint64_t>(duration.count());
  if (rest == 0) return "0";
  std::string text;
  for (const Unit& unit : kUnits) {
    if (rest < unit.ns) continue;
    text += std::to_string(rest / unit.ns);
    text += unit.name;
    rest %= unit.ns;
  }
  return text;
}

}  // namespace weir::base
