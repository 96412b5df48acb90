#include "cli/expression_slips.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/error.h"
#include "expr/lexer.h"

namespace weir::cli {
namespace {

using base::Error;
using base::Kind;

constexpr std::array<std::string_view, 6> kComparisons = {"==", "!=", "<", "<=", ">", ">="};
constexpr std::array<std::string_view, 13> kOthers = {"=", "|",  "//",  "+",  "*",    "/",  "%",
                                                      ",", "|=", "and", "or", "then", "not"};

template <std::size_t n>
bool among(const std::array<std::string_view, n>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_there(const std::string& input, const Io& io) {
  struct stat info {};
  return input == "-" || input.starts_with("topic:") || io.sys.stat(input, &info) == 0;
}

bool is_file(const std::string& name, const Io& io) {
  struct stat info {};
  return io.sys.stat(name, &info) == 0 && !S_ISDIR(info.st_mode);
}

// The first of `inputs` from `from` on that could be read, or their number.
std::size_t first_there(const std::vector<std::string>& inputs, const Io& io) {
  const auto found = std::find_if(inputs.begin(), inputs.end(),
                                  [&](const std::string& input) { return is_there(input, io); });
  return static_cast<std::size_t>(found - inputs.begin());
}

// No file, and not meant as one.
bool is_part(std::string_view word) {
  if (word.empty()) return false;
  return among(kComparisons, word) || among(kOthers, word) ||
         std::string_view("{[(|\"").find(word.front()) != std::string_view::npos ||
         std::string_view("}])\"").find(word.back()) != std::string_view::npos;
}

// The command line with EXPR in quotes, and the `inputs` from `files` on behind it.
std::string quoted(const std::string& expression, const std::vector<std::string>& inputs, std::size_t files,
                   const Io& io) {
  std::string line = io.tool + " '" + expression + "'";
  for (std::size_t i = files; i < inputs.size(); ++i) line += " " + inputs[i];
  return line;
}

// EXPR and the inputs up to `end`, as they were before the shell split them and took the quotes off.
std::string joined(const std::string& expression, const std::vector<std::string>& inputs, std::size_t end) {
  std::string text = expression;
  for (std::size_t i = 0; i < end; ++i) {
    const bool compared = among(kComparisons, i > 0 ? inputs[i - 1] : expression);
    const bool string = compared && expr::is_name(inputs[i]) && inputs[i] != "true" && inputs[i] != "false" &&
                        inputs[i] != "null";
    text += string ? " \"" + inputs[i] + "\"" : " " + inputs[i];
  }
  return text;
}

// Empty when EXPR and the inputs look as if they were meant as they are.
std::string quotes_hint(const std::string& expression, const std::vector<std::string>& inputs, const Io& io) {
  const std::size_t files = first_there(inputs, io);
  const bool in_parts =
      std::any_of(inputs.begin(), inputs.begin() + static_cast<std::ptrdiff_t>(files), is_part);
  if (!in_parts) return {};
  return "put EXPR in single quotes: " + quoted(joined(expression, inputs, files), inputs, files, io);
}

// `{id,customer}` without quotes is two words.
std::string braces_hint(const std::string& expression, const std::vector<std::string>& inputs, const Io& io) {
  const std::size_t files = first_there(inputs, io);
  if (!io.tool.ends_with("map") || files == 0 || !expr::is_name(expression)) return {};
  std::string object = "{" + expression;
  for (std::size_t i = 0; i < files; ++i) {
    if (!expr::is_name(inputs[i])) return {};
    object += ", " + inputs[i];
  }
  return "the shell takes braces apart; put EXPR in single quotes: " +
         quoted(object + "}", inputs, files, io);
}

std::string order_hint(const std::string& expression, const std::vector<std::string>& inputs, const Io& io) {
  if (!is_file(expression, io)) return {};
  if (inputs.empty()) return "EXPR comes first: " + io.tool + " EXPR " + expression;
  if (is_there(inputs.front(), io)) return {};
  return "EXPR comes first: " + quoted(inputs.front(), {expression}, 0, io);
}

}  // namespace

expr::Program compiled(const ExpressionFlags& flags, const expr::Setup& setup,
                       const std::vector<std::string>& inputs, const Io& io) {
  if (flags.file) return expr::Program(source_of(flags), setup);
  const std::string& expression = *flags.expression;
  const std::string order = order_hint(expression, inputs, io);
  if (const std::string quotes = quotes_hint(expression, inputs, io); order.empty() && !quotes.empty()) {
    const auto part = std::find_if(inputs.begin(), inputs.end(), is_part);
    throw Error(Kind::usage, "'" + *part + "' is no file, but looks like a part of EXPR")
        .hint(quotes)
        .code("expression");
  }
  try {
    return expr::Program(source_of(flags), setup);
  } catch (const Error& error) {
    const std::string hint = order.empty() ? braces_hint(expression, inputs, io) : order;
    if (hint.empty()) throw;
    throw Error(error).hint(hint);
  }
}

}  // namespace weir::cli
