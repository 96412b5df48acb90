#include "json/utf8.h"

#include <cstdint>
#include <cstring>

namespace weir::json {

std::size_t utf8_sequence(const char* at, const char* end) noexcept {
  const auto byte = [at](std::size_t i) { return static_cast<unsigned char>(at[i]); };
  const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const auto room = static_cast<std::size_t>(end - at);
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xC2) return 0;  // a continuation, or the overlong C0 and C1
  if (first < 0xE0) return room >= 2 && continues(1) ? 2 : 0;
  if (first < 0xF0) {
    if (room < 3 || !continues(1) || !continues(2)) return 0;
    if (first == 0xE0 && byte(1) < 0xA0) return 0;  // overlong
    if (first == 0xED && byte(1) > 0x9F) return 0;  // surrogates
    return 3;
  }
  if (first > 0xF4 || room < 4 || !continues(1) || !continues(2) || !continues(3)) return 0;
  if (first == 0xF0 && byte(1) < 0x90) return 0;  // overlong
  if (first == 0xF4 && byte(1) > 0x8F) return 0;  // above U+10FFFF
  return 4;
}

bool valid_utf8(std::string_view text) noexcept {
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    std::uint64_t eight;
    if (end - at >= 8 && (std::memcpy(&eight, at, 8), (eight & 0x8080808080808080u) == 0)) {
      at += 8;
      continue;
    }
    const std::size_t length = utf8_sequence(at, end);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

std::size_t encode_utf8(char32_t code, char* to) noexcept {
  const auto put = [&](std::size_t i, char32_t bits) { to[i] = static_cast<char>(bits); };
  if (code < 0x80) {
    put(0, code);
    return 1;
  }
  if (code < 0x800) {
    put(0, 0xC0 | (code >> 6));
    put(1, 0x80 | (code & 0x3F));
    return 2;
  }
  if (code < 0x10000) {
    put(0, 0xE0 | (code >> 12));
    put(1, 0x80 | ((code >> 6) & 0x3F));
    put(2, 0x80 | (code & 0x3F));
    return 3;
  }
  put(0, 0xF0 | (code >> 18));
  put(1, 0x80 | ((code >> 12) & 0x3F));
  put(2, 0x80 | ((code >> 6) & 0x3F));
  put(3, 0x80 | (code & 0x3F));
  return 4;
}

void append_utf8(std::string& out, char32_t code) {
  char bytes[4];
  out.append(bytes, encode_utf8(code, bytes));
}

}  // namespace weir::json
