// Numbers as people type them, kept exact: digits with an optional fraction, scaled to whole units. And as they read them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::base {

// "1.5", "12", ".5": the text split, nothing converted. `end` is how many characters belong to the number; 0 when
// the text does not begin with one.
struct Decimal {
  std::string_view whole;     // digits before the point, may be empty when there is a fraction
  std::string_view fraction;  // digits after it, may be empty
  std::size_t end = 0;
};

Decimal scan_decimal(std::string_view text);

// decimal * unit; none when that is no whole number, above `limit`, or typed with over 19 digits of fraction.
std::optional<std::uint64_t> scale(const Decimal& decimal, std::uint64_t unit, std::uint64_t limit);

// Only digits, at most `limit`; none otherwise.
std::optional<std::uint64_t> parse_digits(std::string_view text, std::uint64_t limit = UINT64_MAX);

// 91,002
std::string grouped(std::uint64_t number);

}  // namespace weir::base
