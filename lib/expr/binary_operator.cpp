#include "expr/binary_operator.h"

#include <algorithm>
#include <array>

#include "base/assert.h"

namespace weir::expr {
namespace {

using Does = BinaryOperator::Does;

constexpr std::array kOperators = {
    BinaryOperator{"+", Does::arithmetic, Arithmetic::add},
    BinaryOperator{"-", Does::arithmetic, Arithmetic::subtract},
    BinaryOperator{"*", Does::arithmetic, Arithmetic::multiply},
    BinaryOperator{"/", Does::arithmetic, Arithmetic::divide},
    BinaryOperator{"%", Does::arithmetic, Arithmetic::modulo},
    BinaryOperator{"//", Does::alternative},
    BinaryOperator{"==", Does::comparison, {}, Comparison::equal},
    BinaryOperator{"!=", Does::comparison, {}, Comparison::unequal},
    BinaryOperator{"<", Does::comparison, {}, Comparison::less},
    BinaryOperator{"<=", Does::comparison, {}, Comparison::less_equal},
    BinaryOperator{">", Does::comparison, {}, Comparison::greater},
    BinaryOperator{">=", Does::comparison, {}, Comparison::greater_equal},
};

}  // namespace

const BinaryOperator& binary_operator(std::string_view text) {
  const auto* const found = std::find_if(kOperators.begin(), kOperators.end(),
                                         [&](const BinaryOperator& row) { return row.text == text; });
  WEIR_ASSERT(found != kOperators.end());
  return *found;
}

bool holds(Comparison comparison, std::strong_ordering order) {
  switch (comparison) {
    case Comparison::equal:
      return order == 0;
    case Comparison::unequal:
      return order != 0;
    case Comparison::less:
      return order < 0;
    case Comparison::less_equal:
      return order <= 0;
    case Comparison::greater:
      return order > 0;
    case Comparison::greater_equal:
      return order >= 0;
  }
  return false;
}

}  // namespace weir::expr
