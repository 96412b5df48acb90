// Patterns that stand in the expression as text are judged when it is compiled, not event by event.
#pragma once

#include "expr/ast.h"
#include "expr/source.h"

namespace weir::expr {

// `call`: of a builtin. Throws Error(Kind::usage) at the place of a pattern, or of its flags, that cannot be had:
// look-around, back-references, the flag x, bad syntax. What is computed, or no string, is left to the run.
void check_patterns(const Node& call, const Source& source);

}  // namespace weir::expr
