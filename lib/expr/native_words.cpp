#include "expr/native_words.h"

#include "expr/wording.h"

namespace weir::expr {

bool type_error(Natives& natives, const Datum& value, std::string_view what) {
  if (natives.quiet) return natives.fail_with({});
  return natives.fail(shown(value).append(" ").append(what));
}

bool type_error(Natives& natives, const Datum& a, const Datum& b, std::string_view what) {
  if (natives.quiet) return natives.fail_with({});
  return natives.fail(shown(a).append(" and ").append(shown(b)).append(" ").append(what));
}

bool cannot_iterate(Natives& natives, const Datum& value) {
  if (natives.quiet) return natives.fail_with({});
  return natives.fail("Cannot iterate over " + shown(value));
}

}  // namespace weir::expr
