// Prints what the expression engines give for each line of stdin, in the form that the comparison with jq wants:
//   expression_results [--engine auto|fast|tree] EXPR
//   {"engine":"line","uses":["member","add/0",...]}   first: what runs it, and what of the language it uses
//   {"results":["1","\"a\""],"error":"..."}           for each line: JSON texts, as strings; error only when it failed
//   {"results":[],"bad":"..."}                        the line is not JSON
// Without --engine the tree engine runs, too, and the line engine alone where it can: where they give something else,
// that stands in the answer as "tree" and "fast".
// Exit: 0, or 2 with the message on stderr when the expression does not compile.
#include <algorithm>
#include <cstdio>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "expr/ast.h"
#include "expr/evaluator.h"
#include "expr/parser.h"
#include "expr/program.h"
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
    json::append_quoted(out, value.raw());
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

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  try {
    const expr::Program program({argv[1]});
    expr::Evaluator evaluator(program, {});
    std::string input = read_stdin();
    const std::size_t size = input.size();
    input.append(json::kPadding, '\0');
    std::string out = header(argv[1], "line");
    for (std::size_t at = 0; at < size;) {
      const std::size_t end = std::min(input.find('\n', at), size);
      out += answer(evaluator, {input.data() + at, end - at}) + '\n';
      at = end + 1;
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
