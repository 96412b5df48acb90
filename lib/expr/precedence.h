// How tight the operators of the language bind, and how they group.
#pragma once

#include <string_view>

#include "expr/ast.h"
#include "expr/token.h"

namespace weir::expr {

enum class Side : unsigned char { left, right, none };

struct Operator {
  std::string_view text;
  int level;  // binds the tighter the higher
  Side side;
  Op op;
};

inline constexpr int kPipeLevel = 1;
inline constexpr int kPlusLevel = 8;

// Null: the token is no operator.
const Operator* operator_of(const Token& token);
const Operator* operator_of(std::string_view text);

}  // namespace weir::expr
