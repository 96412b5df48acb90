#include "json/text.h"

#include <cstdint>
#include <cstring>

#include "json/chars.h"
#include "json/utf8.h"

namespace weir::json {

namespace {

constexpr char32_t kReplacement = 0xFFFD;

// Is a byte written as it is: ASCII, and neither control, DEL, quote nor backslash?
bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x7F && c != '"' && c != '\\';
}

// Are all of 8 bytes?
bool all_plain(const char* at) {
  constexpr std::uint64_t kEach = 0x0101010101010101;
  std::uint64_t bytes;
  std::memcpy(&bytes, at, sizeof bytes);
  // Sets the top bit of a byte below `limit`; other bytes may have it set too, but not if none is below.
  const auto below = [](std::uint64_t all, std::uint64_t limit) { return (all - kEach * limit) & ~all; };
  const auto equal = [&](char c) { return below(bytes ^ (kEach * static_cast<unsigned char>(c)), 1); };
  const std::uint64_t special = bytes | below(bytes, 0x20) | equal('"') | equal('\\') | equal('\x7f');
  return (special & (kEach * 0x80)) == 0;
}

// The four hexadecimal digits at `at`, or a number above 0xFFFF when they are none.
char32_t hex4(const char* at, const char* end) {
  if (end - at < 4) return ~char32_t{0};
  char32_t code = 0;
  for (int i = 0; i < 4; ++i) {
    const int digit = hex_value(at[i]);
    if (digit < 0) return ~char32_t{0};
    code = code * 16 + static_cast<char32_t>(digit);
  }
  return code;
}

// Decodes the escape whose backslash stands at `at`, moves `at` behind it and returns how many bytes went to
// `to`, at most 4 and never more than the escape has.
std::size_t decode(const char*& at, const char* end, char* to) {
  const char kind = at + 1 < end ? at[1] : '\0';
  at += at + 1 < end ? 2 : 1;
  switch (kind) {
    case 'b':
      *to = '\b';
      return 1;
    case 'f':
      *to = '\f';
      return 1;
    case 'n':
      *to = '\n';
      return 1;
    case 'r':
      *to = '\r';
      return 1;
    case 't':
      *to = '\t';
      return 1;
    case 'u':
      break;
    default:
      *to = kind;
      return 1;  // quote, backslash, slash
  }
  char32_t code = hex4(at, end);
  if (code > 0xFFFF) return 0;  // not valid JSON
  at += 4;
  if (code >= 0xD800 && code < 0xE000) {
    const bool low_follows = code < 0xDC00 && end - at >= 6 && at[0] == '\\' && at[1] == 'u';
    const char32_t low = low_follows ? hex4(at + 2, end) : 0;
    if (low >= 0xDC00 && low < 0xE000) {
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      at += 6;
    } else {
      code = kReplacement;
    }
  }
  return encode_utf8(code, to);
}

}  // namespace

std::size_t unescape(std::string_view text, char* to) noexcept {
  const char* at = text.data();
  const char* const end = at + text.size();
  char* const begin = to;
  while (at < end) {
    const void* const slash = std::memchr(at, '\\', static_cast<std::size_t>(end - at));
    const char* const plain_end = slash == nullptr ? end : static_cast<const char*>(slash);
    std::memmove(to, at, static_cast<std::size_t>(plain_end - at));
    to += plain_end - at;
    at = plain_end;
    if (at < end) to += decode(at, end, to);
  }
  return static_cast<std::size_t>(to - begin);
}

std::string_view text_of(const Value& string, std::string& buffer) {
  if (!string.escaped) return string.text();
  buffer.resize(string.text().size());
  buffer.resize(unescape(string.text(), buffer.data()));
  return buffer;
}

bool text_equals(const Value& string, std::string_view text) noexcept {
  if (!string.escaped) return string.text() == text;
  const char* at = string.text().data();
  const char* const end = at + string.text().size();
  while (at < end) {
    char piece[4] = {*at};
    const std::size_t size = *at == '\\' ? decode(at, end, piece) : (++at, 1);
    if (!text.starts_with(std::string_view(piece, size))) return false;
    text.remove_prefix(size);
  }
  return text.empty();
}

const char* skip_plain(const char* at, const char* end) noexcept {
  while (end - at >= 8 && all_plain(at)) at += 8;
  while (at < end && is_plain(*at)) ++at;
  return at;
}

void append_quoted(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  const char* at = text.data();
  const char* const end = at + text.size();
  const char* plain = at;  // what has not been copied yet
  const auto flush = [&] { out.append(plain, static_cast<std::size_t>(at - plain)); };
  while (at < end) {
    const auto c = static_cast<unsigned char>(*at);
    if (c >= 0x80) {
      if (const std::size_t length = utf8_sequence(at, end); length != 0) {
        at += length;
        continue;
      }
      flush();
      append_utf8(out, kReplacement);
      plain = ++at;
      continue;
    }
    if (is_plain(*at)) {
      at = skip_plain(at, end);
      continue;
    }
    flush();
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        (out += "\\u00").append({kHex[c >> 4], kHex[c & 15]});
    }
    plain = ++at;
  }
  flush();
  out += '"';
}

}  // namespace weir::json
