// EXPR as the shell left it: what was typed without quotes, or behind the files, and what to type instead.
#pragma once

#include <string>
#include <vector>

#include "cli/expression_flags.h"
#include "cli/io.h"
#include "expr/program.h"

namespace weir::cli {

// Compiles EXPR. Throws Error(Kind::usage) when it is wrong, and when one of `inputs` is no file but an operator, so that
// EXPR can only be a part of what was meant.
expr::Program compiled(const ExpressionFlags& flags, const expr::Setup& setup,
                       const std::vector<std::string>& inputs, const Io& io);

}  // namespace weir::cli
