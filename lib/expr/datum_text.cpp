#include "expr/datum_text.h"

#include <cmath>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "expr/pool.h"
#include "json/chars.h"
#include "json/error.h"
#include "json/number.h"
#include "json/string_stop.h"
#include "json/text.h"

namespace weir::expr {
namespace {

constexpr std::size_t kUsualFields = 8;

class Reader {
 public:
  Reader(std::string_view text, Text lifetime)
      : at_(text.data()), end_(at_ + text.size()), lifetime_(lifetime) {}

  bool run(Datum& out) {
    if (!value(out, 0)) return false;
    skip_space();
    return at_ == end_;
  }

 private:
  void skip_space() {
    while (at_ < end_ && json::is_space(*at_)) ++at_;
  }
  bool accept(char c) {
    skip_space();
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }
  bool word(std::string_view text) {
    if (static_cast<std::size_t>(end_ - at_) < text.size() ||
        std::memcmp(at_, text.data(), text.size()) != 0) {
      return false;
    }
    at_ += text.size();
    return true;
  }

  bool value(Datum& out, unsigned depth) {
    skip_space();
    if (at_ == end_) return false;
    switch (*at_) {
      case '{':
        return object(out, depth + 1);
      case '[':
        return array(out, depth + 1);
      case '"':
        return string(out);
      case 't':
        out = Datum::boolean(true);
        return word("true");
      case 'f':
        out = Datum::boolean(false);
        return word("false");
      case 'n':
        out = Datum();
        return word("null");
      default:
        return number(out);
    }
  }

  bool number(Datum& out) {
    // The common case first: a short integer.
    const char* const begin = at_;
    const bool minus = *at_ == '-';
    if (minus) ++at_;
    const char* const digits = at_;
    std::int64_t whole = 0;
    while (at_ < end_ && json::is_digit(*at_) && at_ - digits < 18) whole = whole * 10 + (*at_++ - '0');
    if (at_ == digits) return false;
    if (at_ == end_ || json::ends_scalar(*at_)) {
      out = minus && whole == 0 ? Datum::number(-0.0) : Datum::integer(minus ? -whole : whole);
      return true;
    }
    while (at_ < end_ && !json::ends_scalar(*at_)) ++at_;
    const std::string_view text(begin, static_cast<std::size_t>(at_ - begin));
    if (!json::is_number(text)) return false;
    out = Datum::typed_number(text);
    return true;
  }

  bool string(Datum& out) {
    const char* const begin = ++at_;
    at_ = json::string_stop(at_, end_);
    const bool escaped = at_ < end_ && *at_ == '\\';
    while (at_ < end_ && *at_ == '\\') at_ = json::string_stop(at_ + (end_ - at_ > 1 ? 2 : 1), end_);
    if (at_ == end_) return false;
    const std::string_view text(begin, static_cast<std::size_t>(at_++ - begin));
    if (!escaped) {
      out = lifetime_ == Text::stays ? Datum::borrowed(text) : Datum::string(text);
      return true;
    }
    unescaped_.resize(text.size());
    out = Datum::string({unescaped_.data(), json::unescape(text, unescaped_.data())});
    return true;
  }

  bool array(Datum& out, unsigned depth) {
    ++at_;
    out = Datum::array();
    if (accept(']')) return true;
    if (depth > json::kMaxDepth) return false;
    do {
      Datum element;
      if (!value(element, depth)) return false;
      out.push(std::move(element));
    } while (accept(','));
    return accept(']');
  }

  bool object(Datum& out, unsigned depth) {
    ++at_;
    out = Datum::object();
    if (accept('}')) return true;
    if (depth > json::kMaxDepth) return false;
    out = Datum::object(kUsualFields);
    std::uint64_t seen = 0;  // a bit per name: only one that may have come before is looked for
    do {
      skip_space();
      if (at_ == end_ || *at_ != '"') return false;
      Datum name, member;
      if (!string(name) || !accept(':') || !value(member, depth)) return false;
      const std::string_view text = name.text();
      const std::uint64_t bit =
          text.empty() ? 1
                       : std::uint64_t{1} << ((text.size() * 7 + static_cast<unsigned char>(text.front()) +
                                               static_cast<unsigned char>(text.back()) * 5u) &
                                              63);
      if ((seen & bit) == 0) {
        out.set_new(std::move(name), std::move(member));
      } else {
        out.set(std::move(name), std::move(member));
      }
      seen |= bit;
    } while (accept(','));
    return accept('}');
  }

  const char* at_;
  const char* const end_;
  const Text lifetime_;
  std::string unescaped_;
};

// Nothing in it that must be escaped or looked at more closely.
bool plain(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
#if defined(__SSE2__)
  for (; end - at >= 16; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    // Signed: bytes from 0x80 on are below 0x20 too.
    const __m128i low = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
    const __m128i marks = _mm_or_si128(
        _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
        _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7F))));
    if (_mm_movemask_epi8(_mm_or_si128(low, marks)) != 0) return false;
  }
#endif
  for (; at < end; ++at) {
    const auto c = static_cast<unsigned char>(*at);
    if (c < 0x20 || c >= 0x7F || c == '"' || c == '\\') return false;
  }
  return true;
}

void append_string(std::string& out, std::string_view text) {
  if (!plain(text)) return json::append_quoted(out, text);
  out += '"';
  out += text;
  out += '"';
}

void append_number(std::string& out, const Datum& number) {
  constexpr double kExact = 9007199254740992.0;
  if (number.is_int64()) return json::append_number(out, number.int64());
  if (!number.is_double()) {
    out += number.text();
    return;
  }
  const double value = number.to_double();
  if (value > -kExact && value < kExact && value == std::trunc(value) &&
      (value != 0 || !std::signbit(value))) {
    return json::append_number(out, static_cast<std::int64_t>(value));
  }
  json::append_number(out, value);
}

// False: stopped, since `out` has grown past `end` bytes.
bool write(std::string& out, const Datum& value, std::size_t end) {
  switch (value.kind()) {
    case Kind::false_:
      out += "false";
      break;
    case Kind::true_:
      out += "true";
      break;
    case Kind::number:
      append_number(out, value);
      break;
    case Kind::string:
      append_string(out, value.text());
      break;
    case Kind::array: {
      char before = '[';
      for (const Datum& item : value.items()) {
        out += before;
        before = ',';
        if (!write(out, item, end)) return false;
      }
      out += before == '[' ? "[]" : "]";
      break;
    }
    case Kind::object: {
      char before = '{';
      for (const Field& field : value.fields()) {
        out += before;
        before = ',';
        append_string(out, field.name.text());
        out += ':';
        if (!write(out, field.value, end)) return false;
      }
      out += before == '{' ? "{}" : "}";
      break;
    }
    default:
      out += "null";
  }
  return out.size() <= end;
}

}  // namespace

bool parse(std::string_view json, Text text, Datum& out) {
  return Reader(json, text).run(out);
}

bool append_compact(std::string& out, const Datum& value, std::size_t most) {
  return write(out, value, out.size() + most);
}

void append_compact(std::string& out, const Datum& value) {
  if (!append_compact(out, value, kMaxTextBytes)) throw LimitReached{Failure::What::memory};
}

}  // namespace weir::expr
