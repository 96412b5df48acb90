#include "json/utf8.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "json/kernel.h"

namespace weir::json {
namespace {

// Independent of the code under test: a decoder that knows only the bounds of each length.
bool plain_valid(const std::string& text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    if (first < 0x80) {
      ++i;
      continue;
    }
    const std::size_t length = first >> 5 == 6 ? 2 : first >> 4 == 14 ? 3 : first >> 3 == 30 ? 4 : 0;
    if (length == 0 || i + length > text.size()) return false;
    std::uint32_t code = first & (0x7Fu >> length);
    for (std::size_t k = 1; k < length; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if (next >> 6 != 2) return false;
      code = code << 6 | (next & 0x3Fu);
    }
    const std::uint32_t least = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
    if (code < least || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return false;
    i += length;
  }
  return true;
}

bool all_agree(const std::string& text) {
  const bool good = plain_valid(text);
  bool agree = valid_utf8(text) == good;
  for (const Kernel* kernel : kernels()) agree &= kernel->utf8(text.data(), text.size()) == good;
  return agree;
}

TEST_CASE("every kernel judges all pairs of bytes and all telling sequences of four as the definition does") {
  std::size_t wrong = 0;
  const std::string before(29, 'a');  // so that sequences lie across a step of 32 bytes
  for (unsigned a = 0; a < 256; ++a) {
    for (unsigned b = 0; b < 256; ++b) {
      const std::string pair{static_cast<char>(a), static_cast<char>(b)};
      wrong += !all_agree(pair);
      wrong += !all_agree(before + "aa" + pair);
    }
  }
  const std::vector<unsigned> telling{0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0,
                                      0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF,
                                      0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF8, 0xFF};
  for (const unsigned a : telling) {
    for (const unsigned b : telling) {
      for (const unsigned c : telling) {
        for (const unsigned d : telling) {
          std::string text = before;
          for (const unsigned byte : {a, b, c, d}) text += static_cast<char>(byte);
          wrong += !all_agree(text);
        }
      }
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("every code point survives encoding, surrogates are never valid") {
  std::size_t wrong = 0;
  for (char32_t code = 0; code <= 0x10FFFF; ++code) {
    std::string text;
    append_utf8(text, code);
    const bool surrogate = code >= 0xD800 && code < 0xE000;
    wrong += (utf8_sequence(text.data(), text.data() + text.size()) == text.size()) == surrogate;
  }
  CHECK(wrong == 0);
}

}  // namespace
}  // namespace weir::json
