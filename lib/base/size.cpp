#include "base/size.h"

#include "base/decimal.h"
#include "base/error.h"

namespace weir::base {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t bytes;
};
constexpr Unit kUnits[] = {{"GiB", 1u << 30}, {"MiB", 1u << 20}, {"KiB", 1u << 10},    {"B", 1},
                           {"", 1},           {"K", 1u << 10},   {"M", 1u << 20},      {"G", 1u << 30},
                           {"kB", 1'000},     {"MB", 1'000'000}, {"GB", 1'000'000'000}};

[[noreturn]] void refuse(std::string_view text, std::string_view why, std::string hint) {
  const std::string shown = text.empty() ? "''" : std::string(text);
  throw Error(Kind::usage, shown + " " + std::string(why)).hint(std::move(hint)).code("bad_size");
}

}  // namespace

Size parse_size(std::string_view text) {
  const Decimal number = scan_decimal(text);
  if (number.end == 0) refuse(text, "is no size", "512KiB, 64MiB or 1GiB");
  const std::string_view name = text.substr(number.end);
  for (const Unit& unit : kUnits) {
    if (unit.name != name) continue;
    const auto bytes = scale(number, unit.bytes, INT64_MAX);
    if (!bytes) {
      const bool fraction = scale({number.whole, {}, 0}, unit.bytes, INT64_MAX).has_value();
      refuse(text, fraction ? "is no whole number of bytes" : "is more than 8 EiB", "512KiB, 64MiB or 1GiB");
    }
    return {*bytes};
  }
  refuse(text, "has an unknown unit '" + std::string(name) + "'",
         "the units are B K M G KiB MiB GiB kB MB GB");
}

std::string format_size(Size size) {
  for (const Unit& unit : kUnits) {
    if (size.bytes >= unit.bytes && size.bytes % unit.bytes == 0) {
      return std::to_string(size.bytes / unit.bytes) + std::string(unit.name);
    }
  }
  return "0B";
}

}  // namespace weir::base
