#include "expr/complaint.h"

#include <algorithm>

#include "expr/builtins.h"
#include "expr/lexer.h"

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
  if (const std::string name = dashed_member(source, call); !name.empty())
    return std::move(error.hint("a member with a dash in its name is .\"" + name + "\""));
  const std::string nearest = nearest_builtin(call.text);
  const std::string member = "a member of the event is ." + call.text;
  if (!nearest.empty() && call.args.empty() && find_builtin(nearest, 0) == nullptr) {
    error.hint(member + "; or did you mean '" + nearest + "(...)'?");
  } else if (!nearest.empty()) {
    error.hint("did you mean '" + nearest + "'?");
  } else if (call.args.empty()) {
    error.hint(member + ", a string is \"" + call.text + "\"");
  }
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
