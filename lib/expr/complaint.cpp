#include "expr/complaint.h"

#include <algorithm>

#include "expr/builtins.h"
#include "expr/lexer.h"
#include "expr/meant.h"

namespace weir::expr {

namespace {

// `.first-name` is .first minus a function `name`. The whole name, when `call` stands in such a place; else empty.
std::string dashed_member(const Source& source, const Node& call) {
  const std::string_view text = source.text;
  const auto in_name = [&](std::size_t i) { return is_name_part(text[i]) || text[i] == '-'; };
  std::size_t from = call.at, to = call.at;
  while (from > 0 && in_name(from - 1)) --from;
  while (to < text.size() && in_name(to)) ++to;
  const bool dashed = from + 1 < call.at && text[call.at - 1] == '-';
  return dashed && from > 0 && text[from - 1] == '.' ? std::string(text.substr(from, to - from))
                                                     : std::string();
}

// Of which comparison it is an operand, as far as the text next to it tells.
enum class Compared { no, left, right };

Compared compared(const Source& source, const Node& call) {
  const std::string_view text = source.text;
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  std::size_t before = call.at, behind = call.at + call.text.size();
  while (before > 0 && is_space(text[before - 1])) --before;
  while (behind < text.size() && is_space(text[behind])) ++behind;
  const auto ends = [&](std::string_view op) { return text.substr(0, before).ends_with(op); };
  if (ends("==") || ends("!=") || ends("<") || ends(">") || ends("<=") || ends(">=")) return Compared::right;
  const auto begins = [&](std::string_view op) { return text.substr(behind).starts_with(op); };
  return begins("==") || begins("!=") ? Compared::left : Compared::no;
}

// Half of all shorter words are near the name of some function.
constexpr std::size_t kTellingName = 5;

std::string hint_for(const Source& source, const Node& call) {
  if (const std::string name = dashed_member(source, call); !name.empty())
    return "a member with a dash in its name is .\"" + name + "\"";
  const std::string member = "a member of the event is ." + call.text;
  const std::string string = "a string is \"" + call.text + "\"";
  const bool bare = call.args.empty();
  const Compared place = bare ? compared(source, call) : Compared::no;
  if (const std::string_view here = meant_by_function(call.text);
      !here.empty() && (place != Compared::right || !here.starts_with(".")))
    return std::string(here) + (bare && here.starts_with(".") ? "; " + member : "");
  const std::string nearest = nearest_builtin(call.text);
  if (place == Compared::right) return string + ", with EXPR in single quotes; " + member;
  if (nearest.empty() || (place == Compared::left && call.text.size() < kTellingName))
    return bare ? member + ", " + string : "";
  if (bare && find_builtin(nearest, 0) == nullptr)
    return member + "; or did you mean '" + nearest + "(...)'?";
  return "did you mean '" + nearest + "'?";
}

}  // namespace

base::Error excluded(const Source& source, const Node& node, const std::string& name) {
  return error_at(source, node.at, "'" + name + "' is left out on purpose")
      .hint("an expression cannot reach outside its event");
}

base::Error unknown_function(const Source& source, const Node& call) {
  if (const BuiltinRow* const other = find_builtin(call.text)) {
    const std::string wanted =
        other->arity == 0 ? "no argument"
                          : std::to_string(other->arity) + " argument" + (other->arity == 1 ? "" : "s");
    return error_at(source, call.at,
                    call.text + " takes " + wanted + ", not " + std::to_string(call.args.size()))
        .hint(other->arity > 1    ? "arguments are separated by ';'"
              : other->arity == 0 ? ".member | " + call.text
                                  : call.text + "(...)");
  }
  base::Error error = error_at(source, call.at, "there is no function '" + call.text + "'");
  if (std::string hint = hint_for(source, call); !hint.empty()) error.hint(std::move(hint));
  return error;
}

base::Error unknown_variable(const Source& source, const Node& variable, bool envelope) {
  for (const auto& [name, member] : kMemberNames) {
    if (name == variable.text && !envelope) {
      return error_at(source, variable.at, "$" + variable.text + " is known only for envelopes")
          .hint("read envelopes with -J");
    }
  }
  return error_at(source, variable.at, "$" + variable.text + " is not defined")
      .hint("--arg " + variable.text + " VALUE");
}

base::Error unexpected_token(const Source& source, const Token* before, const Token& token,
                             const std::string& expected) {
  const std::string found = token.kind == TokenKind::end
                                ? "the end"
                                : "'" + source.text.substr(token.at, token.end - token.at) + "'";
  base::Error error = error_at(source, token.at, "expected " + expected + ", found " + found);
  const auto follows = [&](std::string_view first, std::string_view second) {
    return before != nullptr && token.is(second) && before->is(first) && before->end == token.at;
  };
  if (token.is("=")) error.hint("compare with ==");
  if (token.kind == TokenKind::number && token.text.starts_with('.'))
    error.hint("an element is .[" + token.text.substr(1) + "]");
  if (follows("|", "|")) error.hint("did you mean 'or'?");
  if (follows("<", ">")) error.hint("differs is !=");
  if (token.kind == TokenKind::identifier || token.kind == TokenKind::keyword) {
    if (const std::string_view here = meant_by_infix(token.text); !here.empty())
      error.hint(std::string(here));
  }
  if (token.kind == TokenKind::string_open) error.hint("a member with an odd name is .\"odd name\"");
  return error;
}

std::string as_json_number(std::string_view typed) {
  std::string text(typed);
  const std::size_t zeros = std::min(text.find_first_not_of('0'), text.size());
  text.erase(0, zeros);
  if (text.empty() || text[0] < '0' || text[0] > '9') text.insert(0, 1, '0');
  const std::size_t point = text.find('.');
  if (point != std::string::npos &&
      (point + 1 == text.size() || text[point + 1] < '0' || text[point + 1] > '9')) {
    text.insert(point + 1, 1, '0');
  }
  // One that no double holds is the largest, as everywhere.
  return text;
}

}  // namespace weir::expr
