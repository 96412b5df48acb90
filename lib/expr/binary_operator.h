// The operators with two operands that make a value of them: what each one does, for both engines.
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

namespace weir::expr {

enum class Comparison : std::uint8_t { equal, unequal, less, less_equal, greater, greater_equal };
enum class Arithmetic : std::uint8_t { add, subtract, multiply, divide, modulo };

struct BinaryOperator {
  enum class Does : std::uint8_t { arithmetic, comparison, alternative };
  std::string_view text;
  Does does;
  Arithmetic arithmetic{};
  Comparison comparison{};
};

// Requires: the text of an Op::binary.
const BinaryOperator& binary_operator(std::string_view text);

bool holds(Comparison comparison, std::strong_ordering order);

}  // namespace weir::expr
