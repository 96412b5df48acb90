#include "json/cursor.h"

#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "json/chars.h"
#include "json/string_stop.h"
#include "json/text.h"

namespace weir::json {

namespace {

const char* skip_space(const char* at, const char* end) {
  while (at < end && is_space(*at)) ++at;
  return at;
}

// One behind the closing quote of the string that opens at `at`; `end` when it stays open.
const char* skip_string(const char* at, const char* end, bool& escaped) {
  escaped = false;
  for (at = string_stop(at + 1, end); at < end; at = string_stop(at + 2, end)) {
    if (*at == '"') return at + 1;
    escaped = true;
    if (end - at < 2) break;
  }
  return end;
}

// The first byte at or behind `at` that is a quote or any bracket.
const char* container_stop(const char* at, const char* end) {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i case_bit = _mm_set1_epi8(0x20);
  const __m128i open = _mm_set1_epi8('{');
  const __m128i close = _mm_set1_epi8('}');
  for (; end - at >= 16; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    // '[' and ']' differ from '{' and '}' in one bit.
    const __m128i folded = _mm_or_si128(bytes, case_bit);
    const __m128i brackets = _mm_or_si128(_mm_cmpeq_epi8(folded, open), _mm_cmpeq_epi8(folded, close));
    const int found = _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), brackets));
    if (found != 0) return at + __builtin_ctz(static_cast<unsigned>(found));
  }
#endif
  while (at < end && *at != '"' && (*at | 0x20) != '{' && (*at | 0x20) != '}') ++at;
  return at;
}

const char* skip_container(const char* at, const char* end) {
  std::size_t depth = 0;
  while ((at = container_stop(at, end)) < end) {
    const char c = *at;
    bool escaped;
    if (c == '"') {
      at = skip_string(at, end, escaped);
      continue;
    }
    ++at;
    if ((c | 0x20) == '{') {
      ++depth;
    } else if (--depth == 0) {
      return at;
    }
  }
  return end;
}

// The value that begins at `at`; kind `missing` when none does.
Value take(const char* at, const char* end) {
  Value value;
  if (at >= end) return value;
  const char* behind = at;
  switch (*at) {
    case '{':
    case '[':
      value.kind = *at == '{' ? Kind::object : Kind::array;
      behind = skip_container(at, end);
      break;
    case '"':
      value.kind = Kind::string;
      behind = skip_string(at, end, value.escaped);
      if (behind - at < 2) return {};
      break;
    default:
      value.integer = true;
      for (; behind < end && !ends_scalar(*behind) && *behind != ':'; ++behind) {
        if (*behind == '.' || (*behind | 0x20) == 'e') value.integer = false;
      }
      switch (*at) {
        case 'n':
          value.kind = Kind::null;
          break;
        case 'f':
          value.kind = Kind::false_;
          break;
        case 't':
          value.kind = Kind::true_;
          break;
        default:
          if (*at != '-' && !is_digit(*at)) return {};
          value.kind = Kind::number;
      }
      value.integer &= value.kind == Kind::number;
  }
  value.data = at;
  value.size = static_cast<std::uint32_t>(behind - at);
  return value;
}

const char* behind(const Value& value) {
  return value.data + value.size;
}

Value misfit(const Value& from) {
  if (from.kind == Kind::missing || from.kind == Kind::null || from.kind == Kind::misfit) {
    return from.kind == Kind::misfit ? from : Value{};
  }
  Value value = from;
  value.kind = Kind::misfit;
  return value;
}

}  // namespace

Value parse_value(std::string_view text) noexcept {
  const char* const end = text.data() + text.size();
  return take(skip_space(text.data(), end), end);
}

Members::Members(const Value& object) noexcept : at_(object.data), end_(object.data) {
  if (object.kind != Kind::object) return;
  at_ = object.data + 1;
  end_ = behind(object);
}

Members::Members(const Value& object, const Value& known) noexcept : Members(object) {
  known_ = known;
}

bool Members::next(Member& member) noexcept {
  const char* at = skip_space(at_, end_);
  if (at < end_ && *at == ',') at = skip_space(at + 1, end_);
  if (at >= end_ || *at != '"') return false;
  member.name = take(at, end_);
  if (member.name.kind != Kind::string) return false;
  at = skip_space(behind(member.name), end_);
  if (at >= end_ || *at != ':') return false;
  at = skip_space(at + 1, end_);
  member.value = at == known_.data ? known_ : take(at, end_);
  if (member.value.kind == Kind::missing) return false;
  at_ = behind(member.value);
  return true;
}

Elements::Elements(const Value& array) noexcept : at_(array.data), end_(array.data) {
  if (array.kind != Kind::array) return;
  at_ = array.data + 1;
  end_ = behind(array);
}

bool Elements::next(Value& element) noexcept {
  const char* at = skip_space(at_, end_);
  if (at < end_ && *at == ',') at = skip_space(at + 1, end_);
  element = take(at, end_);
  if (element.kind == Kind::missing) return false;
  at_ = behind(element);
  return true;
}

Value find(const Value& from, std::string_view name) noexcept {
  if (from.kind != Kind::object) return misfit(from);
  Value last;
  Member member;
  for (Members members(from); members.next(member);) {
    if (text_equals(member.name, name)) last = member.value;
  }
  return last;
}

Value find(const Value& from, std::int64_t index) noexcept {
  if (from.kind != Kind::array) return misfit(from);
  Value element;
  if (index < 0) {
    for (Elements elements(from); elements.next(element);) ++index;
    if (index < 0) return {};
  }
  for (Elements elements(from); elements.next(element);) {
    if (index-- == 0) return element;
  }
  return {};
}

Value find(const Value& from, std::span<const Step> path) noexcept {
  Value value = from;
  for (const Step& step : path) {
    value = step.is_index ? find(value, step.index) : find(value, std::string_view(step.name));
  }
  return value;
}

}  // namespace weir::json
