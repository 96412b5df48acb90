// Equality, order and canonical text of JSON values, working on valid text.
#pragma once

#include <compare>
#include <string>

#include "json/value.h"

namespace weir::json {

// Appends the canonical form: compact, members sorted by code point with the last of duplicates kept, strings
// with jq's escapes, numbers so that equal ones are written alike. Two values are equal exactly when these
// bytes are.
void append_canonical(std::string& out, const Value& value);

// Appends what `map` writes for a value that is only passed on: compact, members in their order (the first
// place of a duplicate, its last value), jq's escapes, integers as typed, other numbers as their double.
void append_compact(std::string& out, const Value& value);

// Order of rows by key: null < false < true < numbers by value < strings by bytes < arrays element by element
// < objects as the list of their sorted (name, value) members. `missing` counts as null.
std::strong_ordering compare_keys(const Value& a, const Value& b);

// jq's order, which differs for objects: first their sorted names as arrays, then the values name by name.
std::strong_ordering compare_jq(const Value& a, const Value& b);

}  // namespace weir::json
