// Prints what the expression engines give for each line of stdin, in the form that the comparison with jq wants:
//   expression_results EXPR
//   {"engine":"line","uses":["member","add/0",...]}   first: what runs it, and what of the language it uses
//   {"results":["1","\"a\""],"error":"..."}           for each line: JSON texts, as strings; error only when it failed
//   {"results":[],"bad":"..."}                        the line is not JSON
// What the line engine runs is given to the tree engine as well: where that gives something else, it stands in the
// answer as "tree".
//   expression_results --builtins
//   add/0                                             each function; behind it " excluded" when it is left out on purpose
// Exit: 0, or 2 with the message on stderr when the expression does not compile.
#include <algorithm>
#include <cstdio>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "expr/ast.h"
#include "expr/builtins.h"
#include "expr/evaluator.h"
#include "expr/parser.h"
#include "expr/program.h"
#include "json/canonical.h"
#include "json/text.h"

namespace {

using namespace weir;

std::string read_stdin() {
  std::string bytes;
  char block[1 << 16];
  for (std::size_t got; (got = std::fread(block, 1, sizeof block, stdin)) > 0;) bytes.append(block, got);
  return bytes;
}

std::string name_of(const expr::Node& node) {
  using expr::Op;
  switch (node.op) {
    case Op::identity:
      return ".";
    case Op::recurse:
      return "..";
    case Op::number:
    case Op::string:
      return "literal";
    case Op::format:
      return node.text;
    case Op::interpolate:
      return node.text.empty() ? "interpolation" : node.text + " \"...\"";
    case Op::index:
      return node.text.empty() ? ".[key]" : ".[key]?";
    case Op::slice:
      return ".[a:b]";
    case Op::iterate:
      return node.text.empty() ? ".[]" : ".[]?";
    case Op::array:
      return "[...]";
    case Op::object:
      return "{...}";
    case Op::variable:
      return "$name";
    case Op::call:
      return node.text + "/" + std::to_string(node.args.size());
    case Op::negate:
      return "-x";
    case Op::try_:
      return node.args.size() > 1 && node.args[1] ? "try catch" : "try";
    case Op::pipe:
      return "|";
    case Op::comma:
      return ",";
    case Op::and_:
      return "and";
    case Op::or_:
      return "or";
    case Op::chain:
      return node.names[0];
    case Op::binary:
    case Op::assign:
      return node.text;
    case Op::conditional:
      return "if";
    case Op::reduce:
      return "reduce";
    case Op::foreach:
      return "foreach";
    case Op::bind:
      return node.args.size() > 3 ? "?//" : "as";
    case Op::define:
      return node.names.empty() ? "def" : "def with parameters";
    case Op::label:
      return "label";
    case Op::break_:
      return "break";
    case Op::pattern_variable:
      return "$name";
    case Op::pattern_array:
      return "as [...]";
    case Op::pattern_object:
      return "as {...}";
  }
  return {};
}

void collect(const expr::Node& node, std::set<std::string>& uses) {
  uses.insert(name_of(node));
  for (const expr::NodePtr& child : node.args) {
    if (child) collect(*child, uses);
  }
}

std::string header(const std::string& expression, std::string_view engine) {
  std::set<std::string> uses;
  collect(*expr::parse({expression}), uses);
  std::string out = "{\"engine\":\"" + std::string(engine) + "\",\"uses\":[";
  for (const std::string& use : uses) {
    if (out.back() != '[') out += ',';
    json::append_quoted(out, use);
  }
  return out + "]}\n";
}

std::string answer(expr::Evaluator& evaluator, std::string_view line) {
  std::string out = "{\"results\":[";
  const std::size_t empty = out.size();
  const expr::Verdict verdict = evaluator.each(line, [&](const expr::Value& value) {
    if (out.size() > empty) out += ',';
    std::string text;
    json::append_compact(text, value);
    json::append_quoted(out, text);
    return expr::Status::more;
  });
  out += ']';
  if (verdict == expr::Verdict::bad || verdict == expr::Verdict::blank) {
    const stream::Fault fault = evaluator.fault();
    constexpr std::string_view kPrefix = "expression failed: ";
    std::string_view message = fault.message;
    if (message.starts_with(kPrefix)) message.remove_prefix(kPrefix.size());
    out += fault.code == "bad_json" ? ",\"bad\":" : ",\"error\":";
    json::append_quoted(out, message);
  }
  return out + '}';
}

void print_builtins() {
  for (const expr::BuiltinRow& row : expr::all_builtins()) {
    const char* const excluded = row.builtin == expr::Builtin::excluded ? " excluded" : "";
    std::printf("%s/%u%s\n", std::string(row.name).c_str(), unsigned{row.arity}, excluded);
  }
}

const char* engine_of(const expr::Program& program) {
  if (program.tree() != nullptr) return "tree";
  return program.compiled().parts.empty() ? "line" : "line with parts on the tree";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--builtins") {
    print_builtins();
    return 0;
  }
  if (argc != 2) return 2;
  try {
    const std::string expression = argv[1];
    const expr::Program program({expression});
    expr::Evaluator evaluator(program, {});
    const bool line_engine = program.tree() == nullptr;
    std::optional<expr::Program> tree_program;
    std::optional<expr::Evaluator> tree_evaluator;
    if (line_engine) {
      expr::Setup setup;
      setup.engine = expr::Engine::tree;
      tree_program.emplace(expr::Source{expression}, setup);
      tree_evaluator.emplace(*tree_program, expr::Evaluator::Settings{});
    }
    std::string input = read_stdin();
    const std::size_t size = input.size();
    input.append(json::kPadding, '\0');
    std::string out = header(expression, engine_of(program));
    for (std::size_t at = 0; at < size;) {
      const std::size_t end = std::min(input.find('\n', at), size);
      const std::string_view line(input.data() + at, end - at);
      at = end + 1;
      std::string chosen = answer(evaluator, line);
      if (tree_evaluator) {
        const std::string other = answer(*tree_evaluator, line);
        if (other != chosen) chosen.insert(chosen.size() - 1, ",\"tree\":" + other);
      }
      out += chosen + '\n';
    }
    std::fwrite(out.data(), 1, out.size(), stdout);
  } catch (const base::Error& error) {
    std::fprintf(stderr, "%s\n  at: %s\n  %s\n  %*s^\n", error.what(), error.place().c_str(),
                 error.excerpt().c_str(), static_cast<int>(error.caret()), "");
    if (!error.hint().empty()) std::fprintf(stderr, "  hint: %s\n", error.hint().c_str());
    return 2;
  }
  return 0;
}
