#include "expr/datum_value.h"

#include <algorithm>
#include <cmath>

#include "expr/datum_text.h"
#include "expr/meter.h"

namespace weir::expr {

bool to_datum(const Value& value, Datum& out) {
  switch (value.kind) {
    case ValueKind::missing:
    case ValueKind::null:
      out = Datum();
      return true;
    case ValueKind::false_:
    case ValueKind::true_:
      out = Datum::boolean(value.kind == ValueKind::true_);
      return true;
    case ValueKind::string:
      if (value.escaped) break;
      out = Datum::borrowed(value.text());
      return true;
    case ValueKind::number:
      out = is_computed(value) ? Datum::number(to_double(value)) : Datum::typed_number(value.raw());
      return true;
    default:
      break;
  }
  return parse(value.raw(), Text::stays, out);
}

namespace {
constexpr std::size_t kValuesPerStep = 8;
}

bool finite_inside(const Datum& datum) {
  // A value may hold the same one many times over, so that there is no end to looking.
  if (datum.is_container()) Meter::spend(1 + datum.size() / kValuesPerStep);
  const auto fits = [](const Datum& inner) {
    return inner.is_double() ? std::isfinite(inner.to_double()) : finite_inside(inner);
  };
  if (datum.is(Kind::array)) return std::all_of(datum.items().begin(), datum.items().end(), fits);
  if (!datum.is(Kind::object)) return true;
  return std::all_of(datum.fields().begin(), datum.fields().end(),
                     [&](const Field& field) { return fits(field.value); });
}

Value to_value(const Datum& datum, Scratch& scratch, std::string& buffer) {
  switch (datum.kind()) {
    case Kind::missing:
    case Kind::null:
      return kNull;
    case Kind::false_:
    case Kind::true_:
      return boolean(datum.kind() == Kind::true_);
    case Kind::number:
      if (datum.is_double()) return number_value(datum.to_double());
      break;
    default:
      break;
  }
  buffer.clear();
  append_compact(buffer, datum);
  Value value = made_value(scratch.keep(buffer), datum.kind());
  value.integer = datum.is(Kind::number);
  return value;
}

}  // namespace weir::expr
