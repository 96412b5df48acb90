// JSON numbers, exactly. A number written without '.' and 'e' is an integer of any length; every other is the
// double nearest to it, +-1.7976931348623157e308 where it is too large (as in jq). -0 equals 0.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::json {

bool is_number(std::string_view text) noexcept;  // the whole of `text`, by JSON's grammar
bool is_integer(
    std::string_view number) noexcept;  // neither '.' nor 'e': -12, 123456789012345678901234567890

// What follows wants a valid number.
std::optional<std::int64_t> to_int64(std::string_view number) noexcept;  // integers in range only
double to_double(std::string_view number) noexcept;                      // nearest, never infinite

std::strong_ordering compare_numbers(std::string_view a, std::string_view b) noexcept;
std::strong_ordering compare_numbers(std::string_view a, std::int64_t b) noexcept;
std::strong_ordering compare_numbers(std::string_view a,
                                     double b) noexcept;  // b is not NaN; +-infinity is allowed
std::strong_ordering compare_numbers(std::int64_t a, double b) noexcept;

// Shortest text that reads back as the same double; integral ones below 1e21 without exponent, else as
// 1e+21, 1.5e-07. NaN is written as null, infinities as the largest double, as jq does.
void append_number(std::string& out, double number);
void append_number(std::string& out, std::int64_t number);
// A number of a line as `map` prints it: an integer as typed, others as their double.
void append_number(std::string& out, std::string_view number);
// One text for equal numbers: integers without "-0", integral doubles below 2^53 as integers.
void append_canonical_number(std::string& out, std::string_view number);

}  // namespace weir::json
