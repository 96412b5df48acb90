#include "record/base64.h"

#include <array>
#include <cstdint>

namespace weir::record {
namespace {

constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> kValues = [] {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (int i = 0; i < 64; ++i) values[static_cast<unsigned char>(kDigits[i])] = static_cast<std::int8_t>(i);
  return values;
}();

std::uint32_t byte(char c) {
  return static_cast<unsigned char>(c);
}
std::int32_t digit(char c) {
  return kValues[static_cast<unsigned char>(c)];
}

}  // namespace

char* base64_encode(std::string_view bytes, char* to) {
  while (bytes.size() >= 3) {
    const std::uint32_t three = byte(bytes[0]) << 16 | byte(bytes[1]) << 8 | byte(bytes[2]);
    to[0] = kDigits[three >> 18];
    to[1] = kDigits[three >> 12 & 63];
    to[2] = kDigits[three >> 6 & 63];
    to[3] = kDigits[three & 63];
    to += 4;
    bytes.remove_prefix(3);
  }
  if (bytes.empty()) return to;
  const std::uint32_t rest = byte(bytes[0]) << 16 | (bytes.size() > 1 ? byte(bytes[1]) << 8 : 0);
  to[0] = kDigits[rest >> 18];
  to[1] = kDigits[rest >> 12 & 63];
  to[2] = bytes.size() > 1 ? kDigits[rest >> 6 & 63] : '=';
  to[3] = '=';
  return to + 4;
}

char* base64_decode(std::string_view text, char* to) {
  if (text.size() % 4 != 0) return nullptr;
  for (; !text.empty(); text.remove_prefix(4)) {
    std::size_t padding = 0;
    if (text.size() == 4 && text[3] == '=') padding = text[2] == '=' ? 2 : 1;
    const std::int32_t a = digit(text[0]);
    const std::int32_t b = digit(text[1]);
    const std::int32_t c = padding == 2 ? 0 : digit(text[2]);
    const std::int32_t d = padding >= 1 ? 0 : digit(text[3]);
    if ((a | b | c | d) < 0) return nullptr;
    // Bits that no byte takes must be zero, or two texts would stand for the same bytes.
    if ((padding == 2 && (b & 15) != 0) || (padding == 1 && (c & 3) != 0)) return nullptr;
    const std::int32_t three = a << 18 | b << 12 | c << 6 | d;
    *to++ = static_cast<char>(three >> 16);
    if (padding < 2) *to++ = static_cast<char>(three >> 8);
    if (padding < 1) *to++ = static_cast<char>(three);
  }
  return to;
}

}  // namespace weir::record
