// EXPRESSION NUL LINE, any bytes: a usage error that points into the
// source, or results. Judging an event agrees with the list of its results, and a trusted line that is whole says the same.
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "expr/evaluator.h"
#include "expr/program.h"

namespace {

using namespace weir;

// Small, so that an expression that multiplies results ends soon.
constexpr std::uint64_t kSteps = 20'000;

expr::Verdict expected(expr::Evaluator& evaluator, std::string_view line) {
  bool found = false;
  const expr::Verdict verdict = evaluator.each(line, [&](const expr::Value& value) {
    if (value.kind > expr::ValueKind::object) std::abort();
    found = expr::truthy(value);
    return found ? expr::Status::stop : expr::Status::more;
  });
  if (found) return expr::Verdict::yes;
  return verdict == expr::Verdict::bad ? expr::Verdict::bad : expr::Verdict::no;
}

void evaluate(const expr::Program& program, std::string_view line) {
  const std::string bytes = std::string(line) + std::string(json::kPadding, '\0');
  const std::string_view view(bytes.data(), line.size());
  expr::Evaluator::Settings settings;
  settings.max_steps = kSteps;
  expr::Evaluator checked(program, settings);
  const expr::Verdict verdict = checked.judge(view);
  if (verdict == expr::Verdict::blank) return;
  const stream::Fault fault = checked.fault();
  if (verdict == expr::Verdict::bad && (fault.message.empty() || fault.code.empty())) std::abort();
  expr::Evaluator again(program, settings);
  if (expected(again, view) != verdict) std::abort();
  settings.check = json::Check::read_values;
  expr::Evaluator trusting(program, settings);
  const expr::Verdict trusted = trusting.judge(view);
  if (fault.code != "bad_json" && trusted != verdict) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = input.find('\0');
  std::string source(input.substr(0, cut));
  const std::string_view line =
      cut == std::string_view::npos ? std::string_view("{}") : input.substr(cut + 1);
  std::optional<expr::Program> program;
  try {
    program.emplace(expr::Source{source});
  } catch (const base::Error& error) {
    if (error.kind() != base::Kind::usage || error.place().empty() || error.caret() > error.excerpt().size())
      std::abort();
    return 0;
  }
  evaluate(*program, line);
  return 0;
}
