// EXPRESSION NUL LINE, any bytes: the engine that is chosen and the tree engine take the same expressions and give the
// same results and the same error. Only where a limit is reached may they differ: they count different steps. And a
// constant pattern that is no pattern is found by the former before anything runs.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "fuzz/expression_run.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir;
  const auto [source, text] = fuzz::take_apart(data, size);
  const std::optional<expr::Program> chosen = fuzz::compiled(source, expr::Engine::automatic);
  const std::optional<expr::Program> tree = fuzz::compiled(source, expr::Engine::tree);
  if (chosen && !tree) std::abort();
  if (!chosen) return 0;
  if (chosen->tree() != nullptr) return 0;
  const fuzz::PaddedLine line(text);
  const fuzz::Outcome one = fuzz::outcome(*chosen, line.view());
  const fuzz::Outcome other = fuzz::outcome(*tree, line.view());
  if (one.out_of_limits() || other.out_of_limits()) return 0;
  if (one != other) std::abort();
  return 0;
}
