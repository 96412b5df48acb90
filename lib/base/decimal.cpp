#include "base/decimal.h"

namespace weir::base {
namespace {

bool digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t digits_at(std::string_view text, std::size_t from) {
  std::size_t end = from;
  while (end < text.size() && digit(text[end])) ++end;
  return end;
}

}  // namespace

Decimal scan_decimal(std::string_view text) {
  Decimal found;
  const std::size_t point = digits_at(text, 0);
  found.whole = text.substr(0, point);
  found.end = point;
  if (point < text.size() && text[point] == '.') {
    const std::size_t end = digits_at(text, point + 1);
    found.fraction = text.substr(point + 1, end - point - 1);
    if (!found.fraction.empty()) found.end = end;
  }
  return found;
}

std::optional<std::uint64_t> scale(const Decimal& decimal, std::uint64_t unit, std::uint64_t limit) {
  unsigned __int128 total = 0;
  for (const char c : decimal.whole) {
    total = total * 10 + static_cast<unsigned>(c - '0');
    if (total > limit) return std::nullopt;
  }
  total *= unit;

  std::string_view fraction = decimal.fraction;
  while (fraction.ends_with('0')) fraction.remove_suffix(1);
  if (fraction.size() > 19) return std::nullopt;  // 10^19 is the last power of ten in 64 bits
  unsigned __int128 part = 0;
  unsigned __int128 power = 1;
  for (const char c : fraction) {
    part = part * 10 + static_cast<unsigned>(c - '0');
    power *= 10;
  }
  part *= unit;
  if (part % power != 0) return std::nullopt;
  total += part / power;
  if (total > limit) return std::nullopt;
  return static_cast<std::uint64_t>(total);
}

std::optional<std::uint64_t> parse_digits(std::string_view text, std::uint64_t limit) {
  if (text.empty() || digits_at(text, 0) != text.size()) return std::nullopt;
  return scale(Decimal{text, {}, text.size()}, 1, limit);
}

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, 1, ',');
  return text;
}

}  // namespace weir::base
