// EXPRESSION NUL LINE, any bytes, all of it on the tree engine: a usage error that points into the source, or results that
// are JSON. A second run of the same program says the same, so that nothing is left over from the first; and whoever
// reads `.` behind the expression finds it as it was, so that no part takes away what another still needs.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "fuzz/expression_run.h"

namespace {

using namespace weir;

// What `[E], .` gives, from what E and `.` give alone.
bool input_is_left(const std::string& source, std::string_view line, const fuzz::Outcome& alone) {
  if (alone.verdict == expr::Verdict::bad || alone.verdict == expr::Verdict::blank) return true;
  const std::optional<expr::Program> both = fuzz::compiled("[(" + source + "\n)], .", expr::Engine::tree);
  const std::optional<expr::Program> identity = fuzz::compiled(".", expr::Engine::tree);
  if (!both) return true;  // nested too deep, or too long
  const fuzz::Outcome got = fuzz::outcome(*both, line);
  if (got.out_of_limits()) return true;
  std::string list = "[";
  for (const std::string& result : alone.results) {
    if (list.size() > 1) list += ',';
    list += result;
  }
  const fuzz::Outcome whole = fuzz::outcome(*identity, line);
  return got.results == std::vector<std::string>{list + "]", whole.results.at(0)};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto [source, text] = fuzz::take_apart(data, size);
  const std::optional<expr::Program> program = fuzz::compiled(source, expr::Engine::tree);
  if (!program) return 0;
  const fuzz::PaddedLine line(text);
  const fuzz::Outcome first = fuzz::outcome(*program, line.view());
  fuzz::judge_agrees(*program, line.view(), first);
  if (fuzz::outcome(*program, line.view()) != first) std::abort();
  if (!input_is_left(source, line.view(), first)) std::abort();
  return 0;
}
