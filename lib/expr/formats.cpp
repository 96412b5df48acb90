#include "expr/formats.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "json/utf8.h"

namespace weir::expr {
namespace {

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kForeign = 0xFF;

constexpr std::array<std::uint8_t, 256> kFromBase64 = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(kForeign);
  for (std::size_t i = 0; i < kBase64.size(); ++i)
    values[static_cast<unsigned char>(kBase64[i])] = static_cast<std::uint8_t>(i);
  return values;
}();

bool unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '.' || c == '~' || c == '!' || c == '*' || c == '\'' || c == '(' || c == ')';
}

// Appends `text` with what `escape(c)` gives for a byte, unless that is empty.
template <typename Escape>
void append_escaped(std::string& out, std::string_view text, const Escape& escape) {
  std::size_t copied = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view instead = escape(text[i]);
    if (instead.empty()) continue;
    out.append(text.substr(copied, i - copied)).append(instead);
    copied = i + 1;
  }
  out.append(text.substr(copied));
}

}  // namespace

void append_html(std::string& out, std::string_view text) {
  append_escaped(out, text, [](char c) -> std::string_view {
    switch (c) {
      case '<':
        return "&lt;";
      case '>':
        return "&gt;";
      case '&':
        return "&amp;";
      case '\'':
        return "&apos;";
      case '"':
        return "&quot;";
      case '\0':
        return "\\0";
      default:
        return {};
    }
  });
}

void append_uri(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  for (const char c : text) {
    if (unreserved(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.append(1, '%').append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
  }
}

void append_sh(std::string& out, std::string_view text) {
  out += '\'';
  append_escaped(out, text, [](char c) -> std::string_view {
    return c == '\'' ? "'\\''" : c == '\0' ? "\\0" : std::string_view();
  });
  out += '\'';
}

void append_csv(std::string& out, std::string_view text) {
  out += '"';
  append_escaped(out, text, [](char c) -> std::string_view {
    return c == '"' ? "\"\"" : c == '\0' ? "\\0" : std::string_view();
  });
  out += '"';
}

void append_tsv(std::string& out, std::string_view text) {
  append_escaped(out, text, [](char c) -> std::string_view {
    switch (c) {
      case '\t':
        return "\\t";
      case '\r':
        return "\\r";
      case '\n':
        return "\\n";
      case '\\':
        return "\\\\";
      case '\0':
        return "\\0";
      default:
        return {};
    }
  });
}

void append_base64(std::string& out, std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t here = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j)
      bits = bits << 8 | (j < here ? static_cast<unsigned char>(bytes[i + j]) : 0u);
    for (std::size_t j = 0; j < 4; ++j) out += j <= here ? kBase64[bits >> (18 - 6 * j) & 63] : '=';
  }
}

Decoded append_from_base64(std::string& out, std::string_view text) {
  std::uint32_t bits = 0;
  std::size_t digits = 0;
  const auto flush = [&](std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) out += static_cast<char>(bits >> (16 - 8 * i) & 0xFF);
  };
  for (const char c : text) {
    if (c == '=') break;
    const std::uint8_t value = kFromBase64[static_cast<unsigned char>(c)];
    if (value == kForeign) return Decoded::foreign_byte;
    bits |= static_cast<std::uint32_t>(value) << (18 - 6 * digits);
    if (++digits < 4) continue;
    flush(3);
    bits = 0;
    digits = 0;
  }
  if (digits == 1) return Decoded::lone_byte;
  if (digits > 1) flush(digits - 1);
  return Decoded::fine;
}

std::string mended_utf8(std::string_view bytes) {
  std::string out;
  const char* const end = bytes.data() + bytes.size();
  for (const char* at = bytes.data(); at < end;) {
    const std::size_t size = json::utf8_sequence(at, end);
    if (size > 0) {
      out.append(at, size);
      at += size;
      continue;
    }
    json::append_utf8(out, 0xFFFD);
    const auto first = static_cast<unsigned char>(*at++);
    std::size_t follow = first >= 0xF0 && first < 0xF5 ? 3 : first >= 0xE0 ? 2 : first >= 0xC2 ? 1 : 0;
    if (first >= 0xF5) follow = 0;
    for (; follow > 0 && at < end && (static_cast<unsigned char>(*at) & 0xC0) == 0x80; --follow) ++at;
  }
  return out;
}

}  // namespace weir::expr
