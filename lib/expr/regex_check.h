// Patterns that stand in the expression, or come from the command line, are judged when it is compiled, not event by
// event.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "expr/ast.h"
#include "expr/source.h"

namespace weir::expr {

// The text that $name holds for the whole run; none: it is bound in the expression, or no text.
using GivenText = std::function<std::optional<std::string>(std::string_view name)>;

// `call`: of a builtin. Throws Error(Kind::usage) at the place of a pattern, or of its flags, that cannot be had:
// look-around, back-references, the flag x, bad syntax. They are texts, a $name with `given` text, or both in an array
// of two where the function takes one. What is computed is left to the run, and so are flags that jq has no letter for.
void check_patterns(const Node& call, const Source& source, const GivenText& given);

}  // namespace weir::expr
