#include "json/sort_key.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <string>

#include "base/byte_order.h"
#include "json/cursor.h"
#include "json/number.h"
#include "json/text.h"
#include "json/value.h"

namespace weir::json {
namespace {

// Less than every kind, so that what ends first comes first.
constexpr char kEnd = 0;

void append(const Value& value, base::Buffer& to);

// A zero byte is followed by another one at the end, and by 0xff inside.
void append_text(const Value& string, base::Buffer& to) {
  std::string buffer;
  std::string_view text = text_of(string, buffer);
  for (;;) {
    const std::size_t zero = text.find('\0');
    to.append(text.substr(0, zero));
    to.push(0);
    if (zero == std::string_view::npos) break;
    to.push('\xff');
    text.remove_prefix(zero + 1);
  }
  to.push(kEnd);
}

void append_double(double number, base::Buffer& to) {
  constexpr std::uint64_t kSign = std::uint64_t{1} << 63;
  const auto bits = std::bit_cast<std::uint64_t>(number == 0 ? 0.0 : number);
  base::store_be<std::uint64_t>(to.room(sizeof bits), (bits & kSign) != 0 ? ~bits : bits | kSign);
  to.added(sizeof bits);
}

// The largest double that is not above the number; then, where that is not all of it, its digits. Only integers have any
// left, and of two with the same double the longer one, or the one with the larger digits, is further from 0.
void append_number(std::string_view number, base::Buffer& to) {
  double below = to_double(number);
  const auto order = compare_numbers(number, below);
  if (order < 0) below = std::nextafter(below, -INFINITY);
  append_double(below, to);
  const bool exact = order == 0;
  to.push(exact ? 0 : 1);
  if (exact) return;
  const bool negative = number.front() == '-';
  if (negative) number.remove_prefix(1);
  const auto size = static_cast<std::uint32_t>(number.size());
  base::store_be<std::uint32_t>(to.room(sizeof size), negative ? ~size : size);
  to.added(sizeof size);
  if (!negative) return to.append(number);
  for (const char digit : number) to.push(static_cast<char>(~digit));
}

void append(const Value& value, base::Buffer& to) {
  to.push(static_cast<char>(value.kind == Kind::missing ? Kind::null : value.kind));
  switch (value.kind) {
    case Kind::number:
      return append_number(value.raw(), to);
    case Kind::string:
      return append_text(value, to);
    case Kind::array: {
      Value element;
      for (Elements elements(value); elements.next(element);) append(element, to);
      return to.push(kEnd);
    }
    case Kind::object: {
      Member member;
      for (Members members(value); members.next(member);) {
        to.push(static_cast<char>(Kind::string));
        append_text(member.name, to);
        append(member.value, to);
      }
      return to.push(kEnd);
    }
    default:
      return;
  }
}

}  // namespace

void append_sort_key(std::string_view canonical, base::Buffer& to) {
  append(parse_value(canonical), to);
}

}  // namespace weir::json
