#include "cli/value.h"

#include <charconv>

#include "base/error.h"

namespace weir::cli {
namespace {

using base::Error;
using base::Kind;

[[noreturn]] void refuse(std::string_view text, std::string_view why) {
  std::string what = text.empty() ? "''" : std::string(text);
  what.append(" ").append(why);
  throw Error(Kind::usage, std::move(what)).code("bad_number");
}

}  // namespace

std::int64_t parse_integer(std::string_view text, std::int64_t low, std::int64_t high) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error == std::errc::invalid_argument || end != text.data() + text.size()) {
    refuse(text, "is no whole number");
  }
  if (error != std::errc() || value < low || value > high) {
    refuse(text, "is not between " + std::to_string(low) + " and " + std::to_string(high));
  }
  return value;
}

std::uint64_t parse_count(std::string_view text) {
  const bool negative =
      text.size() > 1 && text[0] == '-' && text.find_first_not_of("0123456789", 1) == text.npos;
  if (negative && text.find_first_not_of('0', 1) != text.npos) refuse(text, "is less than 0");
  return static_cast<std::uint64_t>(parse_integer(text, 0, INT64_MAX));
}

double parse_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = end == text.data() + text.size() && !text.empty();
  // from_chars also reads "inf" and "nan", which no flag means.
  if (!whole || error != std::errc() || !(value > -1e300 && value < 1e300)) refuse(text, "is no number");
  return value;
}

std::string number_text(double value) {
  if (value == 0) return {};
  char digits[32];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
  return error == std::errc() ? std::string(digits, end) : std::string();
}

}  // namespace weir::cli
