// EXPRESSION NUL LINE, any bytes, on the engine that is chosen: a usage error that points into the source, or results that
// are JSON. Judging an event agrees with the list of its results, and a trusted line that is whole says the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "fuzz/expression_run.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir;
  const auto [source, text] = fuzz::take_apart(data, size);
  const std::optional<expr::Program> program = fuzz::compiled(source, expr::Engine::automatic);
  if (!program) return 0;
  const fuzz::PaddedLine line(text);
  const fuzz::Outcome whole = fuzz::outcome(*program, line.view());
  fuzz::judge_agrees(*program, line.view(), whole);
  if (whole.code == "bad_json") return 0;
  expr::Evaluator::Settings settings;
  settings.max_steps = fuzz::kSteps;
  expr::Evaluator checked(*program, settings);
  settings.check = json::Check::read_values;
  expr::Evaluator trusting(*program, settings);
  if (checked.judge(line.view()) != trusting.judge(line.view())) std::abort();
  return 0;
}
