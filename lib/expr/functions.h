// The builtins of the line engine that are more than a line: jq's meaning, on values that stand in the event's text.
// A false return is an error; `failure` then says which. Nothing recurses deeper than the values are nested.
#pragma once

#include "expr/failure.h"
#include "expr/value.h"

namespace weir::expr {

// null 0, number its absolute value, string its code points, array and object their size (duplicates once).
bool length(const Value& of, Scratch& scratch, Value& out, Failure& failure);
bool has(const Value& in, const Value& key, Scratch& scratch, Value& out, Failure& failure);
// Is `prefix` at the start (or the end) of `text`?
bool starts_with(const Value& text, const Value& prefix, Scratch& scratch, Value& out, Failure& failure);
bool ends_with(const Value& text, const Value& suffix, Scratch& scratch, Value& out, Failure& failure);
bool contains(const Value& whole, const Value& part, Value& out, Failure& failure);
bool negate(const Value& number, Scratch& scratch, Value& out, Failure& failure);

}  // namespace weir::expr
