#include "expr/regex_check.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "expr/regex.h"

namespace weir::expr {
namespace {

// Which argument is the pattern is the same for all: the first.
struct Row {
  std::string_view name;
  std::size_t arity;
  std::size_t flags;  // their place; the arity when there are none
  bool pair = false;  // takes [pattern, flags] as well
};
constexpr std::array kFunctions = {
    Row{"capture", 1, 1, true}, Row{"capture", 2, 1},    Row{"gsub", 2, 2, true}, Row{"gsub", 3, 2},
    Row{"match", 1, 1, true},   Row{"match", 2, 1},      Row{"scan", 1, 1},       Row{"scan", 2, 1},
    Row{"split", 2, 1},         Row{"splits", 1, 1},     Row{"splits", 2, 1},     Row{"sub", 2, 2, true},
    Row{"sub", 3, 2},           Row{"test", 1, 1, true}, Row{"test", 2, 1},
};

[[noreturn]] void bad(const Source& source, const Node& at, const std::string& error) {
  throw error_at(source, at.at, "bad regular expression: " + error)
      .hint("the syntax is RE2's: weir-expressions(7)");
}

// The elements of an array literal, as far as they count here; none for anything else.
std::array<const Node*, 2> pair_of(const Node& array) {
  if (array.op != Op::array || array.args[0] == nullptr) return {};
  const Node& content = *array.args[0];
  if (content.op != Op::comma) return {&content, nullptr};
  return {content.args[0].get(), content.args[1].get()};
}

std::optional<std::string> text_of(const Node* node, const GivenText& given) {
  if (node == nullptr) return std::nullopt;
  if (node->op == Op::string) return node->text;
  return node->op == Op::variable ? given(node->text) : std::nullopt;
}

}  // namespace

void check_patterns(const Node& call, const Source& source, const GivenText& given) {
  for (const Row& row : kFunctions) {
    if (row.name != call.text || row.arity != call.args.size()) continue;
    const Node* pattern = call.args[0].get();
    const Node* letters = row.flags < row.arity ? call.args[row.flags].get() : nullptr;
    if (row.pair && pattern->op == Op::array) {
      const auto pair = pair_of(*pattern);
      pattern = pair[0];
      letters = pair[1];
    }
    Regex::Flags flags;
    std::string error;
    if (const auto text = text_of(letters, given)) {
      const bool known = flags.parse(*text, error);
      if (!error.empty()) bad(source, *letters, error);
      if (!known) return;  // jq's error, when an event comes
    }
    const auto text = text_of(pattern, given);
    if (!text) return;
    Regex::compile(*text, flags, error);
    if (!error.empty()) bad(source, *pattern, error);
  }
}

}  // namespace weir::expr
