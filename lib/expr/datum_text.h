// Between JSON text and the tree engine's values.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "expr/datum.h"

namespace weir::expr {

enum class Text : unsigned char {
  stays,  // it outlives the values: strings without escapes are borrowed from it
  goes,   // strings are copied
};

// One JSON value, white space around it allowed. The text should have been judged valid; of text that is not, false
// (then `out` is unspecified) or some value, without reading outside of it.
bool parse(std::string_view json, Text text, Datum& out);

// Compact text as json::append_compact writes it: members in their order, integers as typed, other numbers as their
// double. A value that holds others many times over may be small and its text without end: more than kMaxTextBytes
// throw LimitReached.
inline constexpr std::size_t kMaxTextBytes = 256u << 20;
void append_compact(std::string& out, const Datum& value);
// The same, but no more of it than passes `most` bytes. False: there would have been more.
bool append_compact(std::string& out, const Datum& value, std::size_t most);

}  // namespace weir::expr
