// What functions do with the text of strings, for both engines. Text is UTF-8; positions and counts in the results are
// code points where the name says so, bytes else.
// Memory: views are of the text that was given; `out` is appended to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace weir::expr {

std::size_t code_points(std::string_view text) noexcept;
// Bytes of the first `count` code points, at most all.
std::size_t bytes_of_code_points(std::string_view text, std::size_t count) noexcept;
// The code point at `at` (its first byte), which moves behind it. Bytes that are no UTF-8 count as U+FFFD.
char32_t next_code_point(std::string_view text, std::size_t& at) noexcept;

// ASCII letters only, as in jq. In place.
void ascii_downcase(std::string& text) noexcept;
void ascii_upcase(std::string& text) noexcept;

// Without white space as Unicode has it (jq 1.7.1) at the front, at the back.
std::string_view without_leading_space(std::string_view text) noexcept;
std::string_view without_trailing_space(std::string_view text) noexcept;

// Hands on the parts of `text` between the places where `separator` stands; an empty separator parts the code points,
// an empty text has no parts.
template <typename Take>
void split_text(std::string_view text, std::string_view separator, Take&& take) {
  if (text.empty()) return;
  if (separator.empty()) {
    while (!text.empty()) {
      const std::size_t size = bytes_of_code_points(text, 1);
      take(text.substr(0, size));
      text.remove_prefix(size);
    }
    return;
  }
  std::size_t from = 0;
  for (std::size_t at; (at = text.find(separator, from)) != std::string_view::npos;
       from = at + separator.size())
    take(text.substr(from, at - from));
  take(text.substr(from));
}

}  // namespace weir::expr
