#include "json/short_decimal.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace weir::json {
namespace {

// The digits of the shortest text, without zeros around them.
std::string shortest_digits(double number) {
  char text[40];
  const char* const end =
      std::to_chars(text, text + sizeof text, std::fabs(number), std::chars_format::scientific).ptr;
  std::string digits(std::string_view(text, static_cast<std::size_t>(end - text)));
  digits.resize(digits.find('e'));
  std::erase(digits, '.');
  while (digits.size() > 1 && digits.back() == '0') digits.pop_back();
  return digits;
}

std::string significant(std::string text) {
  std::erase_if(text, [](char c) { return c == '.' || c == '-'; });
  const bool zero = text.find_first_not_of('0') == std::string::npos;
  if (zero) return "0";
  text.erase(0, text.find_first_not_of('0'));
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

bool same(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

// What is appended for `number` reads back as it, and nothing shorter does. True if something was.
bool check_written(double number) {
  std::string text;
  if (!append_short_decimal(text, number)) return text.empty();
  const bool round_trip = same(std::strtod(text.c_str(), nullptr), number);
  const bool layout = text.find('.') == std::string::npos || (text.back() != '0' && text.back() != '.');
  if (!round_trip || !layout || significant(text) != shortest_digits(number)) FAIL_CHECK(text);
  return true;
}

void check_read(const std::string& text, bool expected) {
  const auto value = read_short_decimal(text);
  if (value.has_value() != expected) FAIL_CHECK(text);
  if (value && !same(*value, std::strtod(text.c_str(), nullptr))) FAIL_CHECK(text);
}

std::uint64_t next(std::uint64_t& state) {
  state = state * 6364136223846793005 + 1442695040888963407;
  return state ^ (state >> 29);
}

TEST_CASE("decimals of up to 15 digits are read as strtod reads them") {
  std::uint64_t state = 7;
  for (int n = 0; n < 300'000; ++n) {
    const std::uint64_t digits = next(state) % 1'000'000'000'000'000 >> (next(state) % 50);
    std::string text = std::to_string(digits);
    const std::size_t places = next(state) % 15;
    if (places > 0) {
      if (text.size() <= places) text.insert(0, places + 1 - text.size(), '0');
      text.insert(text.size() - places, ".");
    }
    if (n % 3 == 0) text.insert(0, "-");
    const std::size_t size = text.size() - (n % 3 == 0) - (places > 0);
    check_read(text, size <= 15);
  }
  for (const char* text : {"0", "-0", "-0.0", "0.00000000000001", "999999999999999", "9.99999999999999"}) {
    check_read(text, true);
  }
  for (const char* text : {"1e5", "1.5e5", "1234567890123456", "1.234567890123456", "-1234567890123456"}) {
    check_read(text, false);
  }
}

TEST_CASE("what is written for a double reads back as it and is the shortest") {
  for (int cents = -100'000; cents <= 100'000; ++cents) {
    CHECK(check_written(cents / 100.0));
    check_written(cents * 0.01);  // often the neighbour of a decimal
    check_written(std::nextafter(cents / 100.0, 1e9));
    check_written(cents / 1e6);
    check_written(cents * 1.15);
  }
  std::uint64_t state = 11;
  for (int n = 0; n < 300'000; ++n) {
    check_written(std::bit_cast<double>(next(state)));
    const double product =
        static_cast<double>(next(state) % 100'000) / 100 * static_cast<double>(next(state) % 100);
    check_written(product);
    check_written(product / 7);
  }
  for (const double number :
       {0.0, -0.0, 1e15, 1e15 - 1, 1e15 + 2, 0.1 + 0.2, 1e-4, 1e-5, 0.00015, 123456789.123456, 1e300, 5e-324,
        std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    check_written(number);
  }
  std::string text;
  for (const double number : {0.0, -0.0, 1.5, -56.97, 1200.0, 0.0001, 52.5163}) {
    CHECK(append_short_decimal(text, number));
    text += ' ';
  }
  CHECK(text == "0 -0 1.5 -56.97 1200 0.0001 52.5163 ");
}

TEST_CASE("a decimal is its own shortest text unless zeros or an exponent could go") {
  for (const char* text : {"150.25", "-0.5", "0.0001", "0.00015", "12345678901234.5"})
    CHECK(is_shortest_decimal(text));
  for (const char* text :
       {"1.50", "0.0", "-0.0", "0.00001", "-0.00001", "1e5", "1.5e5", "123456789012345.6", "10.0"}) {
    CHECK_FALSE(is_shortest_decimal(text));
  }
  std::uint64_t state = 13;
  for (int n = 0; n < 300'000; ++n) {
    std::string text = std::to_string(next(state) % 100'000'000 >> (next(state) % 26)) + '.' +
                       std::to_string(next(state) % 100'000'000 >> (next(state) % 26));
    if (!is_shortest_decimal(text)) continue;
    if (significant(text) != shortest_digits(std::strtod(text.c_str(), nullptr))) FAIL_CHECK(text);
  }
}

}  // namespace
}  // namespace weir::json
