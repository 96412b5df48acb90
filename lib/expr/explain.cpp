#include "expr/explain.h"

namespace weir::expr {

std::string explain(const Program& program) {
  if (program.tree() == nullptr) return "line engine";
  const Program::Reason& reason = program.reason();
  if (reason.construct.empty()) return "tree engine, as asked for";
  return "tree engine, because of " + reason.construct + " at " + reason.place;
}

}  // namespace weir::expr
