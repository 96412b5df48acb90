#include "json/short_decimal.h"

#include <charconv>
#include <cmath>
#include <cstdint>

#include "json/chars.h"

namespace weir::json {

namespace {

constexpr std::size_t kDigits = 15;
constexpr double kBelow = 1e15;
// What is smaller has an exponent when it is written.
constexpr double kFrom = 1e-4;

constexpr double kPowers[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14};

// Appends mantissa / 10^places, without zeros at its end.
void append_decimal(std::string& out, std::uint64_t mantissa, unsigned places) {
  while (places > 0 && mantissa % 10 == 0) {
    mantissa /= 10;
    --places;
  }
  char text[24];
  char* const end = std::to_chars(text, text + sizeof text, mantissa).ptr;
  const auto count = static_cast<unsigned>(end - text);
  if (places == 0) {
    out.append(text, count);
  } else if (count > places) {
    out.append(text, count - places).append(1, '.').append(end - places, places);
  } else {
    out.append("0.").append(places - count, '0').append(text, count);
  }
}

}  // namespace

std::optional<double> read_short_decimal(std::string_view number) noexcept {
  const bool negative = number.front() == '-';
  const char* at = number.data() + negative;
  const char* const end = number.data() + number.size();
  if (static_cast<std::size_t>(end - at) > kDigits + 1) return std::nullopt;
  std::uint64_t mantissa = 0;
  for (; at < end && is_digit(*at); ++at) mantissa = mantissa * 10 + static_cast<unsigned>(*at - '0');
  std::size_t places = 0;
  if (at < end && *at == '.') {
    const char* const point = at;
    for (++at; at < end && is_digit(*at); ++at) mantissa = mantissa * 10 + static_cast<unsigned>(*at - '0');
    places = static_cast<std::size_t>(at - point - 1);
  } else if (number.size() - negative > kDigits) {
    return std::nullopt;
  }
  if (at != end) return std::nullopt;  // an exponent
  const double value = static_cast<double>(mantissa) / kPowers[places];
  return negative ? -value : value;
}

bool append_short_decimal(std::string& out, double number) {
  const double size = std::fabs(number);
  if (!(size < kBelow) || (size < kFrom && size != 0)) return false;
  // Integers, then what money has, then what coordinates have. Where a product is rounded to the wrong integer, the
  // division tells.
  for (const unsigned places : {0u, 2u, 6u}) {
    const double scaled = size * kPowers[places];
    if (!(scaled < kBelow)) return false;
    const auto mantissa = static_cast<std::uint64_t>(scaled + 0.5);
    if (static_cast<double>(mantissa) / kPowers[places] != size) continue;
    if (std::signbit(number)) out += '-';
    append_decimal(out, mantissa, places);
    return true;
  }
  return false;
}

bool is_shortest_decimal(std::string_view number) noexcept {
  const std::string_view digits = number.substr(number.front() == '-' ? 1 : 0);
  // Zeros in front of the first digit count too, so that none is smaller than kFrom.
  if (digits.size() > kDigits + 1 || digits.back() == '0' || digits.starts_with("0.0000")) return false;
  std::size_t point = 0;
  while (point < digits.size() && is_digit(digits[point])) ++point;
  if (point == digits.size() || digits[point] != '.') return false;
  for (std::size_t i = point + 1; i < digits.size(); ++i) {
    if (!is_digit(digits[i])) return false;
  }
  return true;
}

}  // namespace weir::json
