// What native functions say when they fail, in jq's words.
#pragma once

#include <string_view>

#include "expr/native.h"

namespace weir::expr {

// All of them return false. `what` goes behind the value, or the two: "has no keys".
bool type_error(Natives& natives, const Datum& value, std::string_view what);
bool type_error(Natives& natives, const Datum& a, const Datum& b, std::string_view what);
bool cannot_iterate(Natives& natives, const Datum& value);

// Calls `take(const Datum&)` with every element or every member's value, until it returns false; fails for what has
// neither.
template <typename Take>
bool each_value(Natives& natives, const Datum& of, const Take& take) {
  if (of.is(Kind::array)) {
    for (const Datum& item : of.items()) {
      if (!take(item)) return false;
    }
    return true;
  }
  if (!of.is(Kind::object)) return cannot_iterate(natives, of);
  for (const Field& field : of.fields()) {
    if (!take(field.value)) return false;
  }
  return true;
}

}  // namespace weir::expr
