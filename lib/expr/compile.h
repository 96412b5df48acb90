// Tree to code for the line engine.
// Errors: throws error_at() for a name nobody knows, and for what the line engine cannot run, by name.
#pragma once

#include <string>
#include <vector>

#include "expr/ast.h"
#include "expr/code.h"
#include "expr/source.h"

namespace weir::expr {

// --arg, --argjson: $name in the expression.
struct Variable {
  std::string name;
  std::string json;  // one valid JSON value
};

struct Setup {
  bool envelope = false;  // -J: `.` is an envelope's value, and $key $ts ... are its other members
  std::vector<Variable> variables;
};

Compiled compile(const Node& tree, const Source& source, const Setup& setup);

}  // namespace weir::expr
