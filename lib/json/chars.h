// Small facts about single bytes of JSON.
#pragma once

namespace weir::json {

constexpr bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Value of a hexadecimal digit, -1 for any other byte.
constexpr int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// May this byte stand directly behind a number or literal? White space and what ends a value.
constexpr bool ends_scalar(char c) {
  const auto byte = static_cast<unsigned char>(c);
  // '}' and ']' differ in bit 5 alone; the rest are all below 64.
  constexpr unsigned long long kLow = 1ull << ' ' | 1ull << '\t' | 1ull << '\n' | 1ull << '\r' | 1ull << ',';
  return (byte | 0x20) == '}' || (byte < 64 && ((kLow >> byte) & 1) != 0);
}

// May this byte follow a backslash?
constexpr bool is_escape(char c) {
  return c == '"' || c == '\\' || c == '/' || c == 'b' || c == 'f' || c == 'n' || c == 'r' || c == 't' ||
         c == 'u';
}

}  // namespace weir::json
