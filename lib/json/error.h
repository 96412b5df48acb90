// Why a line is not JSON, as a value: bad lines are data, not exceptions. Cheap to make, words only when
// asked for.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir::json {

enum class Fault : std::uint8_t {
  none,
  empty,            // nothing but white space
  byte_order_mark,  // the line begins with EF BB BF
  expected_value,
  expected_name,  // a member's name, or '}' right after '{'
  expected_colon,
  expected_comma_object,  // ',' or '}'
  expected_comma_array,   // ',' or ']'
  trailing_bytes,         // something behind the value
  bad_literal,            // begins like true, false or null and is not
  bad_number,
  leading_zero,
  bad_escape,          // '\' before a character that needs none
  bad_unicode_escape,  // \u without four hexadecimal digits
  control_character,   // a raw byte below 0x20 inside a string
  bad_utf8,
  open_string,  // the line ended inside a string
  open_object,  // the line ended inside an object
  open_array,   // the line ended inside an array
  too_deep,     // more than kMaxDepth open objects and arrays
};

inline constexpr unsigned kMaxDepth = 512;

struct Error {
  Fault fault = Fault::none;
  std::uint32_t column = 0;  // bytes from the start of the line to the first that cannot stand there, from 0
};

// "expected ',' or '}' after a value": the middle of a sentence, in the user's words.
std::string_view message(Fault fault) noexcept;
// "line is not valid JSON: expected ',' or '}' after a value"
std::string describe(const Error& error);

}  // namespace weir::json
