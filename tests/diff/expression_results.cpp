// Prints what the expression engine gives for each line of stdin, in the form that the comparison with jq wants:
//   expression_results EXPR
//   [RESULT,...]      what jq prints for  try [EXPR] catch {"error":.}
//   {"error":"..."}
//   {"bad":"..."}     the line is not JSON
// Exit: 0, or 2 with the message on stderr when the expression does not compile.
#include <cstdio>
#include <iterator>
#include <string>
#include <vector>

#include "base/error.h"
#include "expr/evaluator.h"
#include "expr/program.h"
#include "json/text.h"

namespace {

std::string read_stdin() {
  std::string bytes;
  char block[1 << 16];
  for (std::size_t got; (got = std::fread(block, 1, sizeof block, stdin)) > 0;) bytes.append(block, got);
  return bytes;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace weir;
  if (argc != 2) return 2;
  try {
    const expr::Program program({argv[1]});
    expr::Evaluator evaluator(program, {});
    std::string input = read_stdin();
    const std::size_t size = input.size();
    input.append(json::kPadding, '\0');
    std::string out;
    for (std::size_t at = 0; at < size;) {
      const std::size_t end = std::min(input.find('\n', at), size);
      const std::string_view line(input.data() + at, end - at);
      at = end + 1;
      const std::size_t before = out.size();
      out += '[';
      const expr::Verdict verdict = evaluator.each(line, [&](const expr::Value& value) {
        if (out.size() > before + 1) out += ',';
        out += value.raw();
        return expr::Status::more;
      });
      if (verdict == expr::Verdict::bad || verdict == expr::Verdict::blank) {
        out.resize(before);
        const stream::Fault fault = evaluator.fault();
        constexpr std::string_view kPrefix = "expression failed: ";
        std::string_view message = fault.message;
        out += fault.code == "bad_json" ? "{\"bad\":" : "{\"error\":";
        if (message.starts_with(kPrefix)) message.remove_prefix(kPrefix.size());
        json::append_quoted(out, message);
        out += "}\n";
      } else {
        out += "]\n";
      }
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
