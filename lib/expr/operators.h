// + - * / % on values of the tree engine. False: failed, natives says why. Operands may be moved from.
#pragma once

#include "expr/binary_operator.h"
#include "expr/native.h"

namespace weir::expr {

bool add(Datum& left, Datum& right, Natives& natives, Datum& out);
bool subtract(Datum& left, Datum& right, Natives& natives, Datum& out);
bool multiply(Datum& left, Datum& right, Natives& natives, Datum& out);
bool divide(Datum& left, Datum& right, Natives& natives, Datum& out);
bool modulo(Datum& left, Datum& right, Natives& natives, Datum& out);
bool negate(Datum& number, Natives& natives, Datum& out);

// Whichever of them it is.
inline bool compute(Arithmetic arithmetic, Datum& left, Datum& right, Natives& natives, Datum& out) {
  switch (arithmetic) {
    case Arithmetic::add:
      return add(left, right, natives, out);
    case Arithmetic::subtract:
      return subtract(left, right, natives, out);
    case Arithmetic::multiply:
      return multiply(left, right, natives, out);
    case Arithmetic::divide:
      return divide(left, right, natives, out);
    case Arithmetic::modulo:
      break;
  }
  return modulo(left, right, natives, out);
}

}  // namespace weir::expr
