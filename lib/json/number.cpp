#include "json/number.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/byte_order.h"
#include "json/chars.h"
#include "json/short_decimal.h"

namespace weir::json {

namespace {

constexpr double kTwo63 = 9223372036854775808.0;
constexpr double kMax = std::numeric_limits<double>::max();
// Doubles below this are written without exponent when they are integral; integers below have at most 21
// digits.
constexpr double kPlainBelow = 1e21;
constexpr std::size_t kPlainDigits = 21;

// Eight characters at once, the first one in the highest byte.
constexpr std::uint64_t in_all_bytes(std::uint64_t byte) {
  return byte * 0x0101010101010101u;
}
bool all_digits(std::uint64_t eight) {
  constexpr std::uint64_t kHigh = in_all_bytes(0xf0), kDigit = in_all_bytes('0');
  return (eight & kHigh) == kDigit && ((eight + in_all_bytes(6)) & kHigh) == kDigit;
}
std::int64_t value_of_digits(std::uint64_t eight) {
  constexpr std::uint64_t kOnes = 0x00ff00ff00ff00ffu, kPairs = 0x0000ffff0000ffffu;
  const std::uint64_t ones = eight - in_all_bytes('0');
  const std::uint64_t pairs = (ones >> 8 & kOnes) * 10 + (ones & kOnes);
  const std::uint64_t fours = (pairs >> 16 & kPairs) * 100 + (pairs & kPairs);
  return static_cast<std::int64_t>((fours >> 32) * 10'000 + (fours & UINT32_MAX));
}

bool negative(std::string_view number) {
  return number.front() == '-';
}
std::string_view digits_of(std::string_view integer) {
  return integer.substr(negative(integer) ? 1 : 0);
}

// Of digits without leading zeros: the longer number is the larger one.
std::strong_ordering compare_digits(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return a.size() <=> b.size();
  return a.compare(b) <=> 0;
}

int sign_of(std::string_view integer) {
  if (digits_of(integer) == "0") return 0;
  return negative(integer) ? -1 : 1;
}

std::strong_ordering reversed_if(bool reverse, std::strong_ordering order) {
  return reverse ? 0 <=> order : order;
}

std::strong_ordering compare_integers(std::string_view a, std::string_view b) {
  const int sign = sign_of(a);
  if (sign != sign_of(b)) return sign <=> sign_of(b);
  if (sign == 0) return std::strong_ordering::equal;
  return reversed_if(sign < 0, compare_digits(digits_of(a), digits_of(b)));
}

std::strong_ordering compare_doubles(double a, double b) {
  if (a < b) return std::strong_ordering::less;
  return a > b ? std::strong_ordering::greater : std::strong_ordering::equal;
}

// All digits of an integral double, none of them rounded.
class ExactDigits {
 public:
  explicit ExactDigits(double integral) {
    size_ = static_cast<std::size_t>(
        std::to_chars(digits_, digits_ + sizeof digits_, std::fabs(integral), std::chars_format::fixed, 0)
            .ptr -
        digits_);
  }
  std::string_view view() const { return {digits_, size_}; }

 private:
  char digits_[320];  // the largest double has 309
  std::size_t size_;
};

// Decimal exponent of the first digit that is not zero: its sign tells overflow from underflow.
long magnitude(std::string_view number) {
  const std::size_t letter = std::min(number.find_first_of("eE"), number.size());
  long before_point = 0;  // digits before the point
  long zeros = 0;         // digits before the first that is not zero
  bool seen_point = false;
  bool seen_digit = false;
  for (const char c : number.substr(0, letter)) {
    seen_point |= c == '.';
    if (!is_digit(c)) continue;
    seen_digit |= c != '0';
    before_point += !seen_point;
    zeros += !seen_digit;
  }
  constexpr long kBeyond = 1'000'000'000'000;  // more than any line has digits
  long exponent = 0;
  if (letter < number.size()) {
    const bool minus = number[letter + 1] == '-';
    const std::size_t from = letter + (minus || number[letter + 1] == '+' ? 2 : 1);
    const auto result = std::from_chars(number.data() + from, number.data() + number.size(), exponent);
    if (result.ec != std::errc{} || exponent > kBeyond) exponent = kBeyond;
    if (minus) exponent = -exponent;
  }
  return before_point - zeros - 1 + exponent;
}

}  // namespace

bool is_number(std::string_view text) noexcept {
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t first = i;
    while (i < text.size() && is_digit(text[i])) ++i;
    return i - first;
  };
  if (i < text.size() && text[i] == '-') ++i;
  const std::size_t first = i;
  const std::size_t whole = digits();
  if (whole == 0 || (whole > 1 && text[first] == '0')) return false;
  if (i < text.size() && text[i] == '.' && (++i, digits() == 0)) return false;
  if (i < text.size() && (text[i] | 0x20) == 'e') {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (digits() == 0) return false;
  }
  return i == text.size();
}

bool is_integer(std::string_view number) noexcept {
  return std::none_of(number.begin(), number.end(), [](char c) { return c == '.' || (c | 0x20) == 'e'; });
}

std::optional<std::int64_t> to_int64(std::string_view number) noexcept {
  constexpr std::size_t kSafeDigits = 18;  // fit, whatever they are; times and counts have no more
  std::int64_t value = 0;
  if (!number.empty() && number.size() <= kSafeDigits && number.front() != '-') {
    const char* at = number.data();
    std::size_t left = number.size();
    for (; left >= 8; at += 8, left -= 8) {
      const std::uint64_t text = base::load_be<std::uint64_t>(at);
      if (!all_digits(text)) return std::nullopt;
      value = value * 100'000'000 + value_of_digits(text);
    }
    for (; left > 0; ++at, --left) {
      const int digit = *at - '0';
      if (digit < 0 || digit > 9) return std::nullopt;
      value = value * 10 + digit;
    }
    return value;
  }
  const char* const end = number.data() + number.size();
  const auto result = std::from_chars(number.data(), end, value);
  if (result.ec != std::errc{} || result.ptr != end) return std::nullopt;
  return value;
}

double to_double(std::string_view number) noexcept {
  if (const auto easy = read_short_decimal(number)) return *easy;
  double value = 0;
  if (std::from_chars(number.data(), number.data() + number.size(), value).ec == std::errc{}) return value;
  value = magnitude(number) > 0 ? kMax : 0;
  return negative(number) ? -value : value;
}

std::strong_ordering compare_numbers(std::int64_t a, double b) noexcept {
  if (b >= kTwo63) return std::strong_ordering::less;
  if (b < -kTwo63) return std::strong_ordering::greater;
  const auto whole = static_cast<std::int64_t>(b);
  if (a != whole) return a <=> whole;
  return compare_doubles(0, b - static_cast<double>(whole));
}

std::strong_ordering compare_numbers(std::string_view a, double b) noexcept {
  if (!is_integer(a)) return compare_doubles(to_double(a), b);
  if (const auto small = to_int64(a)) return compare_numbers(*small, b);
  // `a` lies outside of int64.
  if (std::fabs(b) < kTwo63 || negative(a) != std::signbit(b)) return sign_of(a) <=> 0;
  const auto order =
      std::isinf(b) ? std::strong_ordering::less : compare_digits(digits_of(a), ExactDigits(b).view());
  return reversed_if(negative(a), order);
}

std::strong_ordering compare_numbers(std::string_view a, std::int64_t b) noexcept {
  if (!is_integer(a)) return 0 <=> compare_numbers(b, to_double(a));
  if (const auto small = to_int64(a)) return *small <=> b;
  return sign_of(a) <=> 0;
}

std::strong_ordering compare_numbers(std::string_view a, std::string_view b) noexcept {
  if (!is_integer(b)) return compare_numbers(a, to_double(b));
  if (!is_integer(a)) return 0 <=> compare_numbers(b, to_double(a));
  return compare_integers(a, b);
}

void append_number(std::string& out, std::int64_t number) {
  char text[24];
  out.append(text, std::to_chars(text, text + sizeof text, number).ptr);
}

void append_number(std::string& out, double number) {
  if (append_short_decimal(out, number)) return;
  if (std::isnan(number)) {
    out += "null";
    return;
  }
  number = std::clamp(number, -kMax, kMax);
  char text[32];
  const char* const end = std::to_chars(text, text + sizeof text, number, std::chars_format::scientific).ptr;
  // text is [-]D[.DDD]e+-XX: its digits and exponent are the shortest, only the layout is ours.
  const char* at = text;
  if (*at == '-') {
    out += '-';
    ++at;
  }
  const char* const letter = std::find(at, end, 'e');
  char digits[24];
  std::size_t count = 0;
  for (const char* c = at; c < letter; ++c) {
    if (*c != '.') digits[count++] = *c;
  }
  int exponent = 0;
  std::from_chars(letter + (letter[1] == '+' ? 2 : 1), end, exponent);
  const auto before = static_cast<std::size_t>(exponent + 1);  // digits before the point
  if (exponent >= 0 && before >= count && before <= kPlainDigits) {
    out.append(digits, count).append(before - count, '0');
  } else if (exponent >= 0 && before < count) {
    out.append(digits, before).append(1, '.').append(digits + before, count - before);
  } else if (exponent < 0 && exponent >= -4) {
    out.append("0.").append(static_cast<std::size_t>(-exponent - 1), '0').append(digits, count);
  } else {
    out.append(at, end);
  }
}

void append_number(std::string& out, std::string_view number) {
  if (is_integer(number) || is_shortest_decimal(number)) {
    out += number;
  } else {
    append_number(out, to_double(number));
  }
}

void append_canonical_number(std::string& out, std::string_view number) {
  double value = 0;
  if (is_integer(number)) {
    if (digits_of(number).size() <= kPlainDigits) {
      out += number == "-0" ? "0" : number;
      return;
    }
    // As long as this an integer is written as typed, unless it is a double's value: that has one text only.
    value = to_double(number);
    if (digits_of(number) != ExactDigits(value).view()) {
      out += number;
      return;
    }
  } else {
    value = to_double(number);
  }
  if (value == 0) {
    out += '0';
  } else if (std::fabs(value) < kPlainBelow && std::trunc(value) == value) {
    if (value < 0) out += '-';
    out += ExactDigits(value).view();
  } else {
    append_number(out, value);
  }
}

}  // namespace weir::json
