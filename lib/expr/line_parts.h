// What the files of the line engine share.
#pragma once

#include <cstddef>

#include "expr/emit.h"
#include "expr/value.h"

namespace weir::expr {

// The most arguments a function has, its input among them.
inline constexpr std::size_t kMaxArguments = 4;

inline Value present(const Value& found) {
  return found.kind == ValueKind::missing ? kNull : found;
}

inline Status continued(bool ok) {
  return ok ? Status::more : Status::failed;
}

}  // namespace weir::expr
