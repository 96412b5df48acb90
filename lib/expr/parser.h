// Source text to tree, by the grammar of jq 1.6 with what 1.7 added to it (`if` without `else`, `.a.[0]`,
// `$__loc__` as a key, ...). Errors: throws error_at() with what was expected, and a hint where the mistake
// is a known one.
#pragma once

#include "expr/ast.h"
#include "expr/source.h"

namespace weir::expr {

// Never null. The tree is at most kMaxDepth levels deep, so that walking it by recursion is safe.
NodePtr parse(const Source& source);

}  // namespace weir::expr
