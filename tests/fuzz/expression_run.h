// What the fuzz targets of the expression engines share: EXPRESSION NUL LINE taken apart, compiled and run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "expr/evaluator.h"
#include "expr/program.h"
#include "json/canonical.h"
#include "json/error.h"
#include "json/path_set.h"
#include "json/scanner.h"
#include "stream/errors.h"

namespace weir::fuzz {

// Small, so that an expression that multiplies results ends soon.
inline constexpr std::uint64_t kSteps = 20'000;

// A line with the bytes behind it that a scanner may read.
class PaddedLine {
 public:
  explicit PaddedLine(std::string_view line) : bytes_(line), size_(line.size()) {
    bytes_.append(json::kPadding, '\0');
  }
  std::string_view view() const { return {bytes_.data(), size_}; }

 private:
  std::string bytes_;
  std::size_t size_;
};

// Without a NUL the line is {}.
inline std::pair<std::string, std::string_view> take_apart(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = input.find('\0');
  return {std::string(input.substr(0, cut)),
          cut == std::string_view::npos ? std::string_view("{}") : input.substr(cut + 1)};
}

// Nothing when it does not compile; the error must then point into the source.
inline std::optional<expr::Program> compiled(const std::string& source, expr::Engine engine) {
  expr::Setup setup;
  setup.engine = engine;
  try {
    return std::optional<expr::Program>(std::in_place, expr::Source{source}, setup);
  } catch (const base::Error& error) {
    if (error.kind() != base::Kind::usage || error.place().empty() || error.caret() > error.excerpt().size())
      std::abort();
    return std::nullopt;
  }
}

// What one line gave.
struct Outcome {
  expr::Verdict verdict{};
  std::vector<std::string> results;  // compact texts
  std::string code, message;         // of a bad event

  bool out_of_limits() const { return code.ends_with("_limit"); }
  bool operator==(const Outcome&) const = default;
};

// Every result must be JSON, and every error must have a code and words.
inline Outcome outcome(const expr::Program& program, std::string_view line) {
  expr::Evaluator::Settings settings;
  settings.max_steps = kSteps;
  expr::Evaluator evaluator(program, settings);
  Outcome out;
  out.verdict = evaluator.each(line, [&](const expr::Value& value) {
    std::string text;
    json::append_compact(text, value);
    const PaddedLine padded(text);
    json::Error error;
    if (!json::Scanner(json::PathSet()).scan(padded.view(), error)) std::abort();
    out.results.push_back(std::move(text));
    return expr::Status::more;
  });
  if (out.verdict == expr::Verdict::bad) {
    const stream::Fault fault = evaluator.fault();
    if (fault.message.empty() || fault.code.empty()) std::abort();
    out.code = fault.code;
    out.message = fault.message;
  }
  return out;
}

// Judging stops at the first result that is true, and says otherwise the same. (nan is true, though its text is null.)
inline void judge_agrees(const expr::Program& program, std::string_view line, const Outcome& whole) {
  bool found = false;
  bool maybe = false;
  for (const std::string& text : whole.results) {
    maybe = maybe || text == "null";
    found = found || (text != "null" && text != "false");
  }
  expr::Evaluator::Settings settings;
  settings.max_steps = kSteps;
  expr::Evaluator evaluator(program, settings);
  const expr::Verdict verdict = evaluator.judge(line);
  expr::Verdict expected = whole.verdict == expr::Verdict::yes ? expr::Verdict::no : whole.verdict;
  if (found) expected = expr::Verdict::yes;
  if (verdict == expected || whole.out_of_limits() || (maybe && verdict == expr::Verdict::yes)) return;
  std::abort();
}

}  // namespace weir::fuzz
