// Between the line engine's values, which are text, and the tree engine's.
#pragma once

#include <string>

#include "expr/datum.h"
#include "expr/value.h"

namespace weir::expr {

// The value's text stays as long as the result does. False: it is no JSON (with --trust only).
bool to_datum(const Value& value, Datum& out);

// Are all numbers in it, when it is an array or object, such that text can hold them?
bool finite_inside(const Datum& datum);

// Its compact text, kept in `scratch`; `buffer` is room to work in.
Value to_value(const Datum& datum, Scratch& scratch, std::string& buffer);

}  // namespace weir::expr
