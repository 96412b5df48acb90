#include "json/cursor.h"

#include <cstring>

#include "json/chars.h"
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
  for (++at; at < end; ++at) {
    if (*at == '"') return at + 1;
    if (*at == '\\') {
      escaped = true;
      if (++at == end) break;
    }
  }
  return end;
}

const char* skip_container(const char* at, const char* end) {
  std::size_t depth = 0;
  while (at < end) {
    const char c = *at;
    bool escaped;
    if (c == '"') {
      at = skip_string(at, end, escaped);
      continue;
    }
    ++at;
    const char either = static_cast<char>(c | 0x20);
    if (either == '{') {
      ++depth;
    } else if (either == '}' && --depth == 0) {
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

bool Members::next(Member& member) noexcept {
  const char* at = skip_space(at_, end_);
  if (at < end_ && *at == ',') at = skip_space(at + 1, end_);
  if (at >= end_ || *at != '"') return false;
  member.name = take(at, end_);
  if (member.name.kind != Kind::string) return false;
  at = skip_space(behind(member.name), end_);
  if (at >= end_ || *at != ':') return false;
  member.value = take(skip_space(at + 1, end_), end_);
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
