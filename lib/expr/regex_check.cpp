#include "expr/regex_check.h"

#include <array>
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
};
constexpr std::array kFunctions = {
    Row{"capture", 1, 1}, Row{"capture", 2, 1}, Row{"gsub", 2, 2}, Row{"gsub", 3, 2},  Row{"match", 1, 1},
    Row{"match", 2, 1},   Row{"scan", 1, 1},    Row{"scan", 2, 1}, Row{"split", 2, 1}, Row{"splits", 1, 1},
    Row{"splits", 2, 1},  Row{"sub", 2, 2},     Row{"sub", 3, 2},  Row{"test", 1, 1},  Row{"test", 2, 1},
};

[[noreturn]] void bad(const Source& source, const Node& at, const std::string& error) {
  throw error_at(source, at.at, "bad regular expression: " + error)
      .hint("the syntax is RE2's: weir-expressions(7)");
}

}  // namespace

void check_patterns(const Node& call, const Source& source) {
  for (const Row& row : kFunctions) {
    if (row.name != call.text || row.arity != call.args.size()) continue;
    Regex::Flags flags;
    std::string error;
    if (row.flags < row.arity && call.args[row.flags]->op == Op::string) {
      const bool known = flags.parse(call.args[row.flags]->text, error);
      if (!error.empty()) bad(source, *call.args[row.flags], error);
      if (!known) return;  // jq's error, when an event comes
    }
    if (call.args[0]->op != Op::string) return;
    Regex::compile(call.args[0]->text, flags, error);
    if (!error.empty()) bad(source, *call.args[0], error);
  }
}

}  // namespace weir::expr
