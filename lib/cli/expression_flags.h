// EXPR and how it is evaluated: what filter, map and every tool with an expression of the user's share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/flag.h"
#include "cli/input_flags.h"
#include "cli/io.h"
#include "expr/compile.h"
#include "expr/evaluator.h"
#include "expr/program.h"
#include "expr/source.h"

namespace weir::cli {

struct ExpressionFlags {
  std::optional<std::string> expression;  // the text of EXPR; none with --from-file
  std::optional<std::string> file;        // --from-file
  Pairs strings, values;                  // --arg, --argjson
  bool trust = false;
  std::uint64_t max_steps = expr::kDefaultMaxSteps;
  expr::Engine engine = expr::Engine::automatic;
  bool explain = false;
};

// The group "Expression". The operand EXPR is the tool's own to declare, since it says what EXPR is for.
Flags flags(ExpressionFlags& to);
// The same of a tool without that operand, whose flags have expressions.
Flags field_flags(ExpressionFlags& to);

// -n N: stop after so many results.
Flag limit_flag(std::string_view help, std::optional<std::uint64_t>& to);

// With --from-file there is no EXPR: what stands in its place is the first of `inputs`, as in jq. Throws
// Error(Kind::usage) when there is neither; `example` is then the hint.
void settle_operands(ExpressionFlags& flags, std::vector<std::string>& inputs, const std::string& example);

// Throws Error when the file cannot be read.
expr::Source source_of(const ExpressionFlags& flags);
// Throws Error(Kind::usage) when a value of --argjson is not JSON.
expr::Setup setup_of(const ExpressionFlags& flags, bool envelope);
expr::Evaluator::Settings evaluator_settings(const ExpressionFlags& flags, const ZoneFlag& zone);
// What --explain prints of one expression: "EXPR: line engine".
void explain(std::string_view name, const expr::Program& program, const Io& io);

}  // namespace weir::cli
