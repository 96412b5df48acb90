#include "expr/text_ops.h"

#include <algorithm>

#include "json/utf8.h"

namespace weir::expr {
namespace {

bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// White_Space of the Unicode character database.
bool space(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

}  // namespace

std::size_t code_points(std::string_view text) noexcept {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !continues(c); }));
}

std::size_t bytes_of_code_points(std::string_view text, std::size_t count) noexcept {
  std::size_t at = 0;
  for (; count > 0 && at < text.size(); --count) {
    ++at;
    while (at < text.size() && continues(text[at])) ++at;
  }
  return at;
}

char32_t next_code_point(std::string_view text, std::size_t& at) noexcept {
  const std::size_t size = json::utf8_sequence(text.data() + at, text.data() + text.size());
  const auto first = static_cast<unsigned char>(text[at]);
  if (size <= 1) {
    ++at;
    return size == 1 ? char32_t{first} : char32_t{0xFFFD};
  }
  char32_t code = first & (0xFFu >> (size + 1));
  for (std::size_t i = 1; i < size; ++i)
    code = code << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3Fu);
  at += size;
  return code;
}

void ascii_downcase(std::string& text) noexcept {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
}

void ascii_upcase(std::string& text) noexcept {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - ('a' - 'A'));
  }
}

std::string_view without_leading_space(std::string_view text) noexcept {
  std::size_t at = 0;
  std::size_t behind = 0;
  while (behind < text.size() && space(next_code_point(text, behind))) at = behind;
  return text.substr(at);
}

std::string_view without_trailing_space(std::string_view text) noexcept {
  while (!text.empty()) {
    std::size_t at = text.size() - 1;
    while (at > 0 && continues(text[at])) --at;
    std::size_t behind = at;
    if (!space(next_code_point(text, behind))) break;
    text = text.substr(0, at);
  }
  return text;
}

}  // namespace weir::expr
