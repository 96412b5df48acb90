#include "expr/explain.h"

namespace weir::expr {

std::string explain(const Program& program) {
  if (program.tree() == nullptr) {
    std::string text = "line engine";
    const char* joint = "; tree engine for ";
    for (const TreePart& part : program.compiled().parts) {
      text += joint + part.construct + " at " + part.place;
      joint = ", ";
    }
    return text;
  }
  const Program::Reason& reason = program.reason();
  if (reason.construct.empty()) return "tree engine, as asked for";
  return "tree engine, because of " + reason.construct + " at " + reason.place;
}

}  // namespace weir::expr
