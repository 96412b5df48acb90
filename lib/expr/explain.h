// Which engine runs an expression, and why: what --explain says.
#pragma once

#include <string>

#include "expr/program.h"

namespace weir::expr {

// "line engine"; "tree engine, because of 'reduce' at expression:1:9"; "tree engine, as asked for".
std::string explain(const Program& program);

}  // namespace weir::expr
