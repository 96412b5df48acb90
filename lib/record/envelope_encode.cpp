#include <algorithm>
#include <array>
#include <charconv>

#include "json/error.h"
#include "json/utf8.h"
#include "json/validate.h"
#include "record/base64.h"
#include "record/envelope.h"
#include "record/headers.h"

namespace weir::record {
namespace {

using base::Buffer;

void put_number(Buffer& to, std::int64_t number) {
  constexpr std::size_t kDigits = 20;
  char* const at = to.room(kDigits);
  to.added(static_cast<std::size_t>(std::to_chars(at, at + kDigits, number).ptr - at));
}

// The letter behind the backslash, 'u' where it takes \u00xx, 0 for bytes that stand for themselves.
constexpr auto kEscapes = [] {
  std::array<char, 256> escapes{};
  for (std::size_t c = 0; c < 0x20; ++c) escapes[c] = 'u';
  escapes['"'] = '"';
  escapes['\\'] = '\\';
  escapes['\b'] = 'b';
  escapes['\f'] = 'f';
  escapes['\n'] = 'n';
  escapes['\r'] = 'r';
  escapes['\t'] = 't';
  escapes[0x7f] = 'u';
  return escapes;
}();

// With quotes and jq's escapes. Requires UTF-8.
void put_text(Buffer& to, std::string_view text) {
  constexpr std::size_t kPiece = 4096, kLongestEscape = 6;
  constexpr char kHex[] = "0123456789abcdef";
  to.push('"');
  for (; !text.empty(); text.remove_prefix(std::min(kPiece, text.size()))) {
    const std::string_view piece = text.substr(0, kPiece);
    char* const begin = to.room(piece.size() * kLongestEscape);
    char* at = begin;
    for (const char c : piece) {
      const char escape = kEscapes[static_cast<unsigned char>(c)];
      if (escape == 0) [[likely]] {
        *at++ = c;
        continue;
      }
      *at++ = '\\';
      *at++ = escape;
      if (escape != 'u') continue;
      *at++ = '0';
      *at++ = '0';
      *at++ = kHex[static_cast<unsigned char>(c) >> 4];
      *at++ = kHex[c & 15];
    }
    to.added(static_cast<std::size_t>(at - begin));
  }
  to.push('"');
}

void put_base64(Buffer& to, std::string_view bytes) {
  to.push('"');
  const std::size_t size = base64_size(bytes.size());
  base64_encode(bytes, to.room(size));
  to.added(size);
  to.push('"');
}

// Levels of arrays and objects in valid JSON.
std::size_t depth(std::string_view json) {
  std::size_t now = 0, most = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      most = std::max(most, ++now);
    } else if (c == ']' || c == '}') {
      --now;
    }
  }
  return most;
}

// Inside the envelope it lies one level deeper. Nearly every value is too short, or has too few brackets, to be
// looked at closely.
bool fits_in_envelope(std::string_view json) {
  if (json.size() < 2 * json::kMaxDepth) return true;
  const auto opening = std::count_if(json.begin(), json.end(), [](char c) { return c == '[' || c == '{'; });
  return opening < static_cast<std::ptrdiff_t>(json::kMaxDepth) || depth(json) < json::kMaxDepth;
}

void put_value(Buffer& to, const Envelope& envelope) {
  const Bytes& value = envelope.record.value;
  const std::string_view bytes = value.view();
  if (value.null()) {
    to.append("\"value\":null");
  } else if (envelope.value_is_json ||
             (bytes != "null" && json::valid_bare(bytes) && fits_in_envelope(bytes))) {
    to.append("\"value\":");
    to.append(bytes);
  } else if (json::valid_utf8(bytes)) {
    to.append("\"value_text\":");
    put_text(to, bytes);
  } else {
    to.append("\"value_base64\":");
    put_base64(to, bytes);
  }
}

void put_key(Buffer& to, const Bytes& key) {
  if (key.null()) {
    to.append("\"key\":null,");
  } else if (json::valid_utf8(key.view())) {
    to.append("\"key\":");
    put_text(to, key.view());
    to.push(',');
  } else {
    to.append("\"key_base64\":");
    put_base64(to, key.view());
    to.push(',');
  }
}

void put_header_text(Buffer& to, std::string_view bytes) {
  if (json::valid_utf8(bytes)) return put_text(to, bytes);
  to.append("{\"base64\":");
  put_base64(to, bytes);
  to.push('}');
}

void put_headers(Buffer& to, const Headers& headers) {
  to.append("\"headers\":[");
  HeaderCursor cursor(headers);
  char before = '[';
  for (Header header; cursor.next(header); before = ',') {
    if (before == ',') to.push(',');
    to.push('[');
    put_header_text(to, header.name);
    to.push(',');
    if (header.value.null()) {
      to.append("null");
    } else {
      put_header_text(to, header.value.view());
    }
    to.push(']');
  }
  to.append("],");
}

}  // namespace

void encode(const Envelope& envelope, base::Buffer& to) {
  const Record& record = envelope.record;
  to.push('{');
  if (!envelope.topic.empty()) {
    to.append("\"topic\":");
    put_text(to, envelope.topic);
    to.push(',');
  }
  if (envelope.partition != base::kNoPartition) {
    to.append("\"partition\":");
    put_number(to, envelope.partition.value);
    to.push(',');
  }
  if (envelope.offset != base::kNoOffset) {
    to.append("\"offset\":");
    put_number(to, envelope.offset.value);
    to.push(',');
  }
  if (record.ts != base::kNoTime) {
    to.append("\"ts\":");
    put_number(to, record.ts.ms);
    to.push(',');
  } else if (envelope.has_ts) {
    to.append("\"ts\":null,");
  }
  if (record.append_time) to.append("\"ts_type\":\"append\",");
  put_key(to, record.key);
  if (record.headers.count > 0) put_headers(to, record.headers);
  if (!envelope.extra.empty()) {
    to.append(envelope.extra);
    to.push(',');
  }
  put_value(to, envelope);
  to.push('}');
}

}  // namespace weir::record
