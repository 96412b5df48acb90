#pragma once

#include "expr/failure.h"

namespace weir::expr {

// Thrown where a value or an evaluation grows past what one event may take, and caught where the evaluation began: no
// `try` of an expression sees it.
struct LimitReached {
  Failure::What what;
};

}  // namespace weir::expr
