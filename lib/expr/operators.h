// + - * / % on values of the tree engine. False: failed, natives says why. Operands may be moved from.
#pragma once

#include "expr/native.h"

namespace weir::expr {

bool add(Datum& left, Datum& right, Natives& natives, Datum& out);
bool subtract(Datum& left, Datum& right, Natives& natives, Datum& out);
bool multiply(Datum& left, Datum& right, Natives& natives, Datum& out);
bool divide(Datum& left, Datum& right, Natives& natives, Datum& out);
bool modulo(Datum& left, Datum& right, Natives& natives, Datum& out);
bool negate(Datum& number, Natives& natives, Datum& out);

}  // namespace weir::expr
