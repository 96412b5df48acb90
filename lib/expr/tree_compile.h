// Tree to code for the tree engine.
// Errors: throws error_at() for a name nobody knows, and for what is left out on purpose.
#pragma once

#include <cstddef>

#include "expr/ast.h"
#include "expr/compile.h"
#include "expr/source.h"
#include "expr/tree_code.h"

namespace weir::expr {

// `from_stage`: of a tree that is a pipe, only the stages from here on.
TreeProgram compile_tree(const Node& tree, const Source& source, const Setup& setup,
                         std::size_t from_stage = 0);

// Fills in what the compiler knows only once every function is there: how many results a part may have, and where the
// input is read for the last time.
void finish_tree(TreeProgram& program);

// May running it read its input?
bool reads_input(const TreeCode& code);

}  // namespace weir::expr
