#include "json/number.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace weir::json {
namespace {

std::string written(double number) {
  std::string out;
  append_number(out, number);
  return out;
}

std::string canonical(std::string_view number) {
  std::string out;
  append_canonical_number(out, number);
  return out;
}

int order(std::string_view a, std::string_view b) {
  const auto forth = compare_numbers(a, b);
  CHECK((0 <=> forth) == compare_numbers(b, a));
  return forth < 0 ? -1 : forth > 0 ? 1 : 0;
}

TEST_CASE("numbers are what JSON's grammar says") {
  for (const char* good :
       {"0", "-0", "1", "10", "0.0", "-1.5", "1e5", "1E+5", "1e-05", "123456789012345678901234567890"}) {
    CHECK_MESSAGE(is_number(good), good);
  }
  for (const char* bad :
       {"", "-", "01", "-01", "1.", ".5", "1e", "1e+", "+1", "1 ", " 1", "0x1", "1.5.2", "1e5e5", "NaN"}) {
    CHECK_MESSAGE(!is_number(bad), bad);
  }
}

TEST_CASE("integers go to int64 only where they fit") {
  CHECK(to_int64("-0") == 0);
  CHECK(to_int64("9223372036854775807") == std::numeric_limits<std::int64_t>::max());
  CHECK(to_int64("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
  CHECK_FALSE(to_int64("9223372036854775808").has_value());
  CHECK_FALSE(to_int64("-9223372036854775809").has_value());
  CHECK_FALSE(to_int64("1.0").has_value());
  CHECK_FALSE(to_int64("1e3").has_value());
}

TEST_CASE("an integer of any length is read digit for digit, and nothing else is one") {
  const auto expected = [](const std::string& text) -> std::optional<std::int64_t> {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
  };
  for (std::size_t length = 1; length <= 22; ++length) {
    for (std::size_t place = 0; place < length; ++place) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text = std::string("9182736450918273645091").substr(0, length);
        text[place] = static_cast<char>(byte);
        CAPTURE(text);
        if (to_int64(text) != expected(text)) CHECK(to_int64(text) == expected(text));
      }
    }
  }
}

TEST_CASE("a number too large is the largest double, one too small is zero") {
  constexpr double kMax = std::numeric_limits<double>::max();
  CHECK(to_double("1e400") == kMax);
  CHECK(to_double("-1e400") == -kMax);
  CHECK(to_double("1e99999999999999999999") == kMax);
  CHECK(to_double("0.0001e400") == kMax);
  CHECK(to_double(std::string(400, '9')) == kMax);
  CHECK(to_double("1e-400") == 0);
  CHECK(to_double("-1e-99999999999999999999") == 0);
  CHECK(to_double("0." + std::string(400, '0') + "1") == 0);
  CHECK(to_double(std::string(400, '1') + "e-800") == 0);
  CHECK(to_double("0." + std::string(400, '0') + "1e800") == kMax);
  CHECK(to_double("0e999999999999") == 0);
  CHECK(to_double("0.1") == 0.1);
}

TEST_CASE("integers of any length compare exactly, with each other and with doubles") {
  // In rising order; those in one row are equal.
  const std::vector<std::vector<std::string>> rising{
      {"-1e400", "-1.7976931348623157e308"},
      {"-123456789012345678901234567890"},
      {"-9223372036854775809"},
      {"-9223372036854775808", "-9223372036854775808.0"},
      {"-9007199254740993"},
      {"-9007199254740992", "-9007199254740992.0", "-9007199254740993.0"},
      {"-1.5"},
      {"-1", "-1.0", "-10e-1"},
      {"-0.5"},
      {"0", "-0", "0.0", "-0.0", "0e5", "1e-400"},
      {"5e-324"},
      {"0.1", "0.10", "1e-1", "0.1000000000000000055511151231257827"},
      {"1", "1.0", "1e0", "10e-1"},
      {"1.5"},
      {"9007199254740992", "9007199254740992.0", "9007199254740993.0", "9.007199254740992e15"},
      {"9007199254740993"},
      {"9223372036854775807"},
      {"9223372036854775808", "9223372036854775807.0", "9223372036854775808.0"},
      {"9223372036854775809"},
      {"18446744073709551616", "18446744073709551616.0"},
      {"100000000000000000000", "1e20"},
      {"100000000000000000001"},
      {"99999999999999991611392", "1e23", "9.999999999999999e22"},
      {"100000000000000000000000"},
      {"1e300"},
      {"1.7976931348623157e308", "1e400", "1e999"},
      {std::string(400, '1')},
      {std::string(400, '1') + "1"},
  };
  for (std::size_t i = 0; i < rising.size(); ++i) {
    for (std::size_t k = 0; k < rising.size(); ++k) {
      for (const std::string& a : rising[i]) {
        for (const std::string& b : rising[k]) {
          CAPTURE(a);
          CAPTURE(b);
          CHECK(order(a, b) == (i < k ? -1 : i > k ? 1 : 0));
          CHECK((canonical(a) == canonical(b)) == (i == k));
          if (const auto small = to_int64(b)) CHECK(compare_numbers(a, *small) == compare_numbers(a, b));
          if (!is_integer(b)) CHECK(compare_numbers(a, to_double(b)) == compare_numbers(a, b));
        }
      }
    }
  }
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  CHECK(compare_numbers(std::string(400, '1'), kInfinity) < 0);
  CHECK(compare_numbers("-" + std::string(400, '1'), -kInfinity) > 0);
  CHECK(compare_numbers(std::int64_t{0}, -kInfinity) > 0);
}

TEST_CASE("doubles are written shortest, integral ones below 1e21 without exponent") {
  const std::pair<double, const char*> cases[] = {
      {0, "0"},
      {-0.0, "-0"},
      {5, "5"},
      {-5, "-5"},
      {0.1, "0.1"},
      {100.5, "100.5"},
      {1e17, "100000000000000000"},
      {1e20, "100000000000000000000"},
      {1e21, "1e+21"},
      {123456789012345678901.0, "123456789012345680000"},
      {1.5e300, "1.5e+300"},
      {0.0001, "0.0001"},
      {0.00012, "0.00012"},
      {0.00001, "1e-05"},
      {1e-7, "1e-07"},
      {1.7976931348623157e308, "1.7976931348623157e+308"},
      {5e-324, "5e-324"},
      {3.0000000000000004, "3.0000000000000004"},
      {std::numeric_limits<double>::infinity(), "1.7976931348623157e+308"},
      {std::numeric_limits<double>::quiet_NaN(), "null"}};
  for (const auto& [number, text] : cases) CHECK(written(number) == text);
}

TEST_CASE("what is written reads back as the same double and is a JSON number") {
  std::uint64_t state = 0x9E3779B97F4A7C15;
  std::size_t wrong = 0;
  for (int i = 0; i < 200'000; ++i) {
    state = state * 6364136223846793005 + 1442695040888963407;
    double number = std::bit_cast<double>(state);
    if (i % 3 == 1) number = static_cast<double>(static_cast<std::int64_t>(state >> (i % 50)));
    if (i % 3 == 2) number = static_cast<double>(static_cast<std::int64_t>(state >> 40)) / 1000;
    if (!std::isfinite(number)) continue;
    const std::string text = written(number);
    wrong += !is_number(text) || std::strtod(text.c_str(), nullptr) != number;
  }
  CHECK(wrong == 0);
}

TEST_CASE("numbers of a line are printed as typed when they are integers") {
  std::string out;
  for (const char* number : {"1", "-0", "123456789012345678901234567890", "1.0", "1e3", "0.10", "1e400"}) {
    append_number(out, std::string_view(number));
    out += ' ';
  }
  CHECK(out == "1 -0 123456789012345678901234567890 1 1000 0.1 1.7976931348623157e+308 ");
}

TEST_CASE("equal numbers have one canonical text") {
  CHECK(canonical("-0") == "0");
  CHECK(canonical("-0.0") == "0");
  CHECK(canonical("1.0") == "1");
  CHECK(canonical("1e2") == "100");
  CHECK(canonical("-1.50") == "-1.5");
  CHECK(canonical("123456789012345678901234567890") == "123456789012345678901234567890");
  CHECK(canonical("1e30") == "1e+30");
  CHECK(canonical("1000000000000000019884624838656") == "1e+30");
  CHECK(canonical("1000000000000000019884624838657") == "1000000000000000019884624838657");
}

}  // namespace
}  // namespace weir::json
