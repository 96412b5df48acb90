// The text of an expression and where it came from, so that every complaint can point at its place.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"

namespace weir::expr {

// Limits that keep a hostile expression from costing more than its event.
inline constexpr std::size_t kMaxSourceBytes = 64u << 10;
inline constexpr int kMaxDepth = 256;  // of nesting, in the text and in the tree made from it

struct Source {
  std::string text;
  std::string name = "expression";  // the file's name with --from-file
};

// A usage error that points at byte `position` of the source: `at` is NAME:LINE:COLUMN (both from 1, the
// column in code points), the excerpt is the source line with the caret under that place.
base::Error error_at(const Source& source, std::size_t position, std::string what);

}  // namespace weir::expr
