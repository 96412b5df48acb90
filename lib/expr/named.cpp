#include "expr/named.h"

#include <vector>

#include "base/error.h"
#include "expr/lexer.h"

namespace weir::expr {
namespace {

// The name of a path's last member; empty: it is no path, or ends in none.
std::string last_member(const std::string& expression, std::string_view flag) {
  const std::vector<Token> tokens = tokenize({.text = expression, .name = std::string(flag)});
  std::string name;
  for (std::size_t i = 0; tokens[i].kind != TokenKind::end; ++i) {
    const Token& token = tokens[i];
    switch (token.kind) {
      case TokenKind::field:
      case TokenKind::string_text:
        name = token.text;
        break;
      case TokenKind::variable:
      case TokenKind::identifier:
      case TokenKind::keyword:
        if (i > 0) return {};
        name = token.text;
        break;
      case TokenKind::string_open:
      case TokenKind::string_close:
        break;
      case TokenKind::number:
        name.clear();
        break;
      default:
        if (!token.is(".") && !token.is("[") && !token.is("]") && !token.is("?")) return {};
    }
  }
  return name;
}

// NAME= and no ==.
std::size_t name_length(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && (at == 0 ? is_name_start(text[at]) : is_name_part(text[at]))) ++at;
  const bool equals = at > 0 && at + 1 < text.size() && text[at] == '=' && text[at + 1] != '=';
  return equals ? at : 0;
}

}  // namespace

Named parse_named(std::string_view text, std::string_view flag) {
  if (const std::size_t size = name_length(text); size > 0)
    return {std::string(text.substr(0, size)), std::string(text.substr(size + 1))};
  const std::string expression(text);
  std::string name = last_member(expression, flag);
  if (!name.empty()) return {std::move(name), expression};
  throw base::Error(base::Kind::usage, expression + " needs a name for its member of the rows")
      .hint(std::string(flag) + " 'NAME=" + expression + "'")
      .code("bad_word");
}

}  // namespace weir::expr
