// For tests: an expression on a line, in one call.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "expr/evaluator.h"
#include "expr/program.h"

namespace weir::expr::testing {

// Bytes that a scanner may read past the line.
inline std::string padded(std::string_view line) {
  return std::string(line) + std::string(json::kPadding, '\0');
}

// Every result as it stands in its text, blanks between: `1 "a" null`; behind them the error that ended it, if any:
// `1 !Cannot index number with string "a"`.
inline std::string results(std::string_view expression, std::string_view line, const Setup& setup = {}) {
  const Program program({std::string(expression)}, setup);
  Evaluator evaluator(program, {});
  const std::string bytes = padded(line);
  std::string out;
  const Verdict verdict = evaluator.each({bytes.data(), line.size()}, [&](const Value& value) {
    out += (out.empty() ? "" : " ") + std::string(value.raw());
    return Status::more;
  });
  if (verdict == Verdict::bad || verdict == Verdict::blank) {
    constexpr std::string_view kPrefix = "expression failed: ";
    std::string message = evaluator.fault().message;
    if (message.starts_with(kPrefix)) message.erase(0, kPrefix.size());
    out += (out.empty() ? "!" : " !") + message;
  }
  return out;
}

inline Verdict judge(std::string_view expression, std::string_view line, const Setup& setup = {}) {
  const Program program({std::string(expression)}, setup);
  Evaluator evaluator(program, {});
  const std::string bytes = padded(line);
  const std::string_view view(bytes.data(), line.size());
  return setup.envelope ? evaluator.judge_envelope(view) : evaluator.judge(view);
}

// What the compiler says about it: WHAT @ LINE:COLUMN [HINT]; empty when it compiles.
inline std::string complaint(std::string_view expression, const Setup& setup = {}) {
  try {
    const Program program({std::string(expression)}, setup);
    return {};
  } catch (const base::Error& error) {
    std::string text = error.what();
    constexpr std::string_view kName = "expression: ";
    if (text.starts_with(kName)) text.erase(0, kName.size());
    text += " @ " + error.place().substr(error.place().find(':') + 1);
    if (!error.hint().empty()) text += " [" + error.hint() + "]";
    return text;
  }
}

}  // namespace weir::expr::testing
