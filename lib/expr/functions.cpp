#include "expr/functions.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "json/canonical.h"
#include "json/cursor.h"
#include "json/number.h"
#include "json/text.h"

namespace weir::expr {
namespace {

bool fail(Failure& failure, Failure::What what, const Value& a, const Value& b = {}) {
  failure = {what, a, b, {}};
  return false;
}

std::int64_t code_points(std::string_view text) {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

std::int64_t count_elements(const Value& array) {
  json::Elements elements(array);
  std::int64_t count = 0;
  for (Value element; elements.next(element);) ++count;
  return count;
}

// A name given twice is one member.
std::int64_t count_members(const Value& object, Scratch& scratch) {
  std::vector<std::string_view> names;
  json::Members members(object);
  for (json::Member member; members.next(member);) names.push_back(text_of(member.name, scratch));
  std::sort(names.begin(), names.end());
  return std::unique(names.begin(), names.end()) - names.begin();
}

bool part_of(const Value& whole, const Value& part);

bool part_of_object(const Value& whole, const Value& part) {
  json::Members members(part);
  for (json::Member member; members.next(member);) {
    std::string buffer;
    const std::string_view name = json::text_of(member.name, buffer);
    // Of a name given twice, in either, the last counts.
    const Value wanted = json::find(part, name);
    const Value found = json::find(whole, name);
    if (found.kind == ValueKind::missing || !part_of(found, wanted)) return false;
  }
  return true;
}

bool part_of_array(const Value& whole, const Value& part) {
  json::Elements wanted(part);
  for (Value element; wanted.next(element);) {
    json::Elements elements(whole);
    bool found = false;
    for (Value candidate; !found && elements.next(candidate);) found = part_of(candidate, element);
    if (!found) return false;
  }
  return true;
}

bool part_of(const Value& whole, const Value& part) {
  if (whole.kind != part.kind) return false;
  switch (whole.kind) {
    case ValueKind::object:
      return part_of_object(whole, part);
    case ValueKind::array:
      return part_of_array(whole, part);
    case ValueKind::string: {
      std::string whole_buffer, part_buffer;
      return json::text_of(whole, whole_buffer).find(json::text_of(part, part_buffer)) !=
             std::string_view::npos;
    }
    default:
      return equal(whole, part);
  }
}

}  // namespace

bool length(const Value& of, Scratch& scratch, Value& out, Failure& failure) {
  switch (of.kind) {
    case ValueKind::false_:
    case ValueKind::true_:
      return fail(failure, Failure::What::length, of);
    case ValueKind::number:
      if (is_computed(of)) {
        out = number_value(std::fabs(to_double(of)));
        return true;
      }
      out = of;
      if (of.raw().starts_with('-')) ++out.data, --out.size;
      return true;
    case ValueKind::string:
      out = number_value(static_cast<double>(code_points(text_of(of, scratch))));
      return true;
    case ValueKind::array:
      out = number_value(static_cast<double>(count_elements(of)));
      return true;
    case ValueKind::object:
      out = number_value(static_cast<double>(count_members(of, scratch)));
      return true;
    default:
      out = number_value(0);
      return true;
  }
}

bool has(const Value& in, const Value& key, Scratch& scratch, Value& out, Failure& failure) {
  if (in.kind == ValueKind::object && key.kind == ValueKind::string) {
    out = boolean(json::find(in, text_of(key, scratch)).kind != ValueKind::missing);
    return true;
  }
  if (in.kind == ValueKind::array && key.kind == ValueKind::number) {
    // As in jq the number is cut to an integer, and a place before the first is none.
    const double place = std::trunc(to_double(key));
    out = boolean(place > -1.0 && place < static_cast<double>(count_elements(in)));
    return true;
  }
  if (in.kind == ValueKind::null) {
    out = kFalse;
    return true;
  }
  return fail(failure, Failure::What::has, in, key);
}

bool starts_with(const Value& text, const Value& prefix, Scratch& scratch, Value& out, Failure& failure) {
  if (text.kind != ValueKind::string || prefix.kind != ValueKind::string) {
    return fail(failure, Failure::What::starts_with, text);
  }
  out = boolean(text_of(text, scratch).starts_with(text_of(prefix, scratch)));
  return true;
}

bool ends_with(const Value& text, const Value& suffix, Scratch& scratch, Value& out, Failure& failure) {
  if (text.kind != ValueKind::string || suffix.kind != ValueKind::string) {
    return fail(failure, Failure::What::ends_with, text);
  }
  out = boolean(text_of(text, scratch).ends_with(text_of(suffix, scratch)));
  return true;
}

bool contains(const Value& whole, const Value& part, Value& out, Failure& failure) {
  if (whole.kind != part.kind) return fail(failure, Failure::What::contains, whole, part);
  out = boolean(part_of(whole, part));
  return true;
}

bool negate(const Value& number, Scratch& scratch, Value& out, Failure& failure) {
  if (number.kind != ValueKind::number) return fail(failure, Failure::What::negate, number);
  if (is_computed(number)) {
    out = number_value(-to_double(number));
    return true;
  }
  out = number;
  if (number.raw().starts_with('-')) {
    ++out.data, --out.size;
    return true;
  }
  char* const at = scratch.allocate(number.size + 1u);
  *at = '-';
  std::memcpy(at + 1, number.data, number.size);
  out.data = at;
  ++out.size;
  return true;
}

}  // namespace weir::expr
