// The two ways of the tree engine in one text: with plain values, and with values that know where they were found.
#pragma once

#include <utility>

#include "expr/tree_engine.h"

namespace weir::expr {

inline Datum& value_of(Datum& value) {
  return value;
}
inline Datum& value_of(Traced& traced) {
  return traced.value;
}

// Where a value was found, without the value.
inline Datum place_of(const Datum&) {
  return {};
}
inline Traced place_of(const Traced& traced) {
  return {{}, traced.path, traced.at};
}

// Something computed while at `where`: a value that need not stand there.
inline Datum computed(const Datum&, Datum value) {
  return value;
}
inline Traced computed(const Traced& where, Datum value) {
  return {std::move(value), where.path, where.at};
}

// What stands at `key` of `term`.
inline Datum found(const Datum&, const Datum&, Datum value) {
  return value;
}
inline Traced found(const Traced& term, const Datum& key, Datum value) {
  Datum path = term.path;
  path.push(key);
  return {value, std::move(path), value};
}

}  // namespace weir::expr
