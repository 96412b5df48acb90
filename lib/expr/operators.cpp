#include "expr/operators.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "expr/wording.h"
#include "json/number.h"

namespace weir::expr {
namespace {

bool fail(Natives& natives, const Datum& left, const Datum& right, std::string_view what) {
  if (natives.quiet) return natives.fail_with({});
  return natives.fail(shown(left) + " and " + shown(right) + " cannot be " + std::string(what));
}

bool both(const Datum& left, const Datum& right, Kind kind) {
  return left.is(kind) && right.is(kind);
}

void merge(Datum& into, Datum& from, Natives& natives) {
  natives.step(from.size());
  for (const Field& field : from.fields()) into.set(field.name, field.value);
}

// Objects inside objects are merged member by member; recursion is as deep as the values are.
void merge_deeply(Datum& into, const Datum& from, Natives& natives) {
  natives.step(from.size());
  for (const Field& field : from.fields()) {
    if (field.value.is(Kind::object)) {
      Datum inner = into.take(field.name.text());
      if (inner.is(Kind::object)) {
        merge_deeply(inner, field.value, natives);
        into.set(field.name, std::move(inner));
        continue;
      }
    }
    into.set(field.name, field.value);
  }
}

bool repeat(const Datum& text, double times, Datum& out) {
  // Rounded as jq does: one text for 0.5, none from 0 down.
  if (!(times > 0)) {
    out = Datum();
    return true;
  }
  const double count = std::max(1.0, std::trunc(times));
  const double bytes = count * static_cast<double>(text.size());
  if (bytes > std::numeric_limits<std::uint32_t>::max()) throw LimitReached{Failure::What::memory};
  const auto size = static_cast<std::size_t>(bytes);
  Datum repeated = text;
  // Doubling, so that a budget is overrun soon.
  while (repeated.size() < size) {
    repeated.append(repeated.text().substr(0, std::min(repeated.size(), size - repeated.size())));
  }
  out = std::move(repeated);
  return true;
}

Datum split(const Datum& whole, std::string_view separator) {
  const std::string_view text = whole.text();
  const auto piece = [&](std::string_view part) {
    return whole.is_borrowed() ? Datum::borrowed(part) : Datum::string(part);
  };
  Datum parts = Datum::array();
  if (text.empty()) return parts;
  if (separator.empty()) {
    for (std::size_t at = 0; at < text.size();) {
      std::size_t end = at + 1;
      while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
      parts.push(piece(text.substr(at, end - at)));
      at = end;
    }
    return parts;
  }
  for (std::size_t at = 0;;) {
    const std::size_t end = text.find(separator, at);
    parts.push(piece(text.substr(at, end == std::string_view::npos ? end : end - at)));
    if (end == std::string_view::npos) return parts;
    at = end + separator.size();
  }
}

// As a processor converts: what does not fit, and not-a-number, is the smallest.
std::int64_t to_whole(double number) {
  constexpr double kTwo63 = 9223372036854775808.0;
  if (!(number < kTwo63 && number >= -kTwo63)) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(number);
}

}  // namespace

bool add(Datum& left, Datum& right, Natives& natives, Datum& out) {
  if (both(left, right, Kind::number)) {
    out = Datum::number(left.to_double() + right.to_double());
    return true;
  }
  if (left.is_null()) {
    out = std::move(right);
  } else if (right.is_null()) {
    out = std::move(left);
  } else if (both(left, right, Kind::string)) {
    left.append(right.text());
    out = std::move(left);
  } else if (both(left, right, Kind::array)) {
    for (const Datum& item : right.items()) left.push(item);
    out = std::move(left);
  } else if (both(left, right, Kind::object)) {
    merge(left, right, natives);
    out = std::move(left);
  } else {
    return fail(natives, left, right, "added");
  }
  return true;
}

bool subtract(Datum& left, Datum& right, Natives& natives, Datum& out) {
  if (both(left, right, Kind::number)) {
    out = Datum::number(left.to_double() - right.to_double());
    return true;
  }
  if (!both(left, right, Kind::array)) return fail(natives, left, right, "subtracted");
  Datum kept = Datum::array();
  for (const Datum& item : left.items()) {
    natives.step(right.size());
    bool found = false;
    for (const Datum& other : right.items()) found = found || equal(item, other);
    if (!found) kept.push(item);
  }
  out = std::move(kept);
  return true;
}

bool multiply(Datum& left, Datum& right, Natives& natives, Datum& out) {
  if (both(left, right, Kind::number)) {
    out = Datum::number(left.to_double() * right.to_double());
    return true;
  }
  if (left.is(Kind::string) && right.is(Kind::number)) return repeat(left, right.to_double(), out);
  if (left.is(Kind::number) && right.is(Kind::string)) return repeat(right, left.to_double(), out);
  if (!both(left, right, Kind::object)) return fail(natives, left, right, "multiplied");
  merge_deeply(left, right, natives);
  out = std::move(left);
  return true;
}

bool divide(Datum& left, Datum& right, Natives& natives, Datum& out) {
  if (both(left, right, Kind::number)) {
    const double divisor = right.to_double();
    if (divisor == 0) return fail(natives, left, right, "divided because the divisor is zero");
    out = Datum::number(left.to_double() / divisor);
    return true;
  }
  if (!both(left, right, Kind::string)) return fail(natives, left, right, "divided");
  out = split(left, right.text());
  return true;
}

bool modulo(Datum& left, Datum& right, Natives& natives, Datum& out) {
  if (!both(left, right, Kind::number)) return fail(natives, left, right, "divided (remainder)");
  const std::int64_t dividend = to_whole(left.to_double());
  const std::int64_t divisor = to_whole(right.to_double());
  if (divisor == 0) return fail(natives, left, right, "divided (remainder) because the divisor is zero");
  out = Datum::number(divisor == -1 ? 0 : static_cast<double>(dividend % divisor));
  return true;
}

bool negate(Datum& number, Natives& natives, Datum& out) {
  if (!number.is(Kind::number)) {
    if (natives.quiet) return natives.fail_with({});
    return natives.fail(shown(number) + " cannot be negated");
  }
  constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
  if (number.is_int64() && number.int64() == kLowest) {
    out = Datum::typed_number("9223372036854775808");
  } else if (number.is_int64() && number.int64() != 0) {
    out = Datum::integer(-number.int64());
  } else if (number.is_int64() || number.is_double()) {
    out = Datum::number(-number.to_double());
  } else {
    const std::string_view digits = number.text();
    out = Datum::typed_number(digits.starts_with('-') ? std::string(digits.substr(1))
                                                      : "-" + std::string(digits));
  }
  return true;
}

}  // namespace weir::expr
