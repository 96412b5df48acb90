// Habits of other languages, and what they are in this one: SQL, Python, JavaScript, awk.
#pragma once

#include <string_view>

namespace weir::expr {

// What to write instead of a function of that name: ".name | ascii_upcase" for "upper", in any case. Empty when it is
// no habit we know.
std::string_view meant_by_function(std::string_view name);

// What to write instead of a word that stands between two operands (`.a is null`, `.a like "b%"`), in any case.
std::string_view meant_by_infix(std::string_view word);

}  // namespace weir::expr
