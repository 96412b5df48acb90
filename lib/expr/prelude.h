// Functions of the language that are written in the language itself. Compiled when an expression uses them.
#pragma once

#include <cstddef>
#include <string_view>

namespace weir::expr {

// `def NAME(PARAMETERS): BODY;` of that function; empty when there is none.
std::string_view prelude(std::string_view name, std::size_t arity);

}  // namespace weir::expr
