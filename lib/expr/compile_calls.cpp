#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "expr/complaint.h"
#include "expr/kinds.h"
#include "expr/line_compiler.h"
#include "expr/regex_check.h"
#include "json/cursor.h"
#include "json/text.h"

namespace weir::expr {
namespace {

// NAME(f) is the native function _NAME applied to [.[] | [f]].
constexpr std::array<std::string_view, 5> kKeyed = {"sort_by", "group_by", "unique_by", "min_by", "max_by"};

}  // namespace

Code LineCompiler::call(const Node& node, const Here& here) {
  const BuiltinRow* const row = find_builtin(node.text, node.args.size());
  if (row == nullptr) throw unknown_function(source_, node);
  switch (row->builtin) {
    case Builtin::excluded:
      throw excluded(source_, node, node.text);
    case Builtin::true_:
      return constant(kTrue);
    case Builtin::false_:
      return constant(kFalse);
    case Builtin::null:
      return constant(kNull);
    case Builtin::not_:
      return made_of(Do::not_, true, input(here));
    case Builtin::length:
      return function(Function::length, node, here);
    case Builtin::has:
      return has(node, here);
    case Builtin::starts_with:
      return function(Function::starts_with, node, here);
    case Builtin::ends_with:
      return function(Function::ends_with, node, here);
    case Builtin::contains:
      return function(Function::contains, node, here);
    case Builtin::test:
      check(node);
      return test(node, here);
    case Builtin::later:
      break;
  }
  check(node);
  if (auto code = special(node, here)) return std::move(*code);
  if (auto code = desugared(node, here)) return std::move(*code);
  if (find_native(node.text, node.args.size()) != nullptr) return native(node, here);
  unsupported(node, "'" + node.text + "'");
}

// What is more than a value of values.
std::optional<Code> LineCompiler::special(const Node& node, const Here& here) {
  const std::string_view name = node.text;
  const auto& args = node.args;
  if (args.empty()) {
    if (name == "empty") return made(Do::comma, false);
    if (name == "first" || name == "last") {
      Code code = made(Do::index);
      code.step = json::Step::element(name == "first" ? 0 : -1);
      if (here) {
        json::Path path = *here;
        path.push_back(code.step);
        return slot(path);
      }
      code.args.push_back(made(Do::input));
      return code;
    }
    if (const std::uint16_t kinds = kinds_of(name); kinds != 0) {
      Code code = made_of(Do::kind, false, input(here));
      code.kinds = kinds;
      return code;
    }
    return std::nullopt;
  }
  if (name == "select") {
    return made_of(Do::if_, false, compile(*args[0], here), input(here), made(Do::comma, false));
  }
  if (name == "range" && args.size() < 3) {
    Code from = args.size() == 1 ? constant(std::string("0")) : compile(*args[0], here);
    Code to = compile(*args.back(), here);
    if (!from.single || !to.single) unsupported(node, "'range' over several results");
    return made_of(Do::range, false, std::move(from), std::move(to));
  }
  if (name == "limit") {
    Code count = compile(*args[0], here);
    if (!count.single) unsupported(node, "'limit' with several counts");
    return made_of(Do::limit, false, std::move(count), compile(*args[1], here));
  }
  if (name == "first" && args.size() == 1) return made_of(Do::first, false, compile(*args[0], here));
  if (name == "any" || name == "all") {
    Code source = args.size() == 1 ? iterated(here) : compile(*args[0], here);
    return made_of(name == "any" ? Do::any : Do::every, true, std::move(source),
                   compile(*args.back(), Here()));
  }
  return std::nullopt;
}

// What is short for something else.
std::optional<Code> LineCompiler::desugared(const Node& node, const Here& here) {
  if (node.args.size() != 1) return std::nullopt;
  const std::string_view name = node.text;
  if (name == "map")
    return collected(made_of(Do::pipe, false, iterated(here), compile(*node.args[0], Here())));
  if (name == "with_entries") {
    Code entries = made_of(Do::native, true, input(here));
    set_native(entries, "to_entries", 0);
    Code each = made_of(Do::iterate, false, made(Do::input));
    Code changed = collected(made_of(Do::pipe, false, std::move(each), compile(*node.args[0], Here())));
    Code back = made_of(Do::native, true, made(Do::input));
    set_native(back, "from_entries", 0);
    return made_of(Do::pipe, true, std::move(entries), std::move(changed), std::move(back));
  }
  if (std::find(kKeyed.begin(), kKeyed.end(), name) == kKeyed.end()) return std::nullopt;
  Code key = collected(compile(*node.args[0], Here()));
  Code keys = collected(made_of(Do::pipe, false, iterated(here), std::move(key)));
  Code code = made_of(Do::native, true, input(here), std::move(keys));
  set_native(code, "_" + node.text, 1);
  return code;
}

// .[]
Code LineCompiler::iterated(const Here& here) {
  return made_of(Do::iterate, false, input(here));
}

// The input comes first among the arguments.
Code LineCompiler::function(Function function, const Node& node, const Here& here) {
  Code code = compile_all(Do::call, node, here);
  code.function = function;
  code.args.insert(code.args.begin(), input(here));
  return code;
}

// Whether an object at a path from the event has a member of that name: the scanner looks for it, as for a value.
Code LineCompiler::has(const Node& node, const Here& here) {
  Code code = function(Function::has, node, here);
  const Code& name = code.args[1];
  if (!here || name.what != Do::constant || name.value.kind != ValueKind::string) return code;
  std::string buffer;
  json::Path path = *here;
  path.push_back(json::Step::member(json::text_of(name.value, buffer)));
  code.what = Do::has_slot;
  code.args.push_back(slot(path));
  return code;
}

Code LineCompiler::native(const Node& node, const Here& here) {
  Code code = compile_all(Do::native, node, here);
  set_native(code, node.text, node.args.size());
  code.args.insert(code.args.begin(), input(here));
  return code;
}

void LineCompiler::check(const Node& call) const {
  check_patterns(call, source_, [&](std::string_view name) {
    const bool bound =
        std::any_of(locals_.begin(), locals_.end(), [&](const Local& local) { return local.name == name; });
    return bound ? std::nullopt : given_text(setup_, name);
  });
}

Code LineCompiler::test(const Node& node, const Here& here) {
  Code code = function(Function::test, node, here);
  if (!std::all_of(code.args.begin() + 1, code.args.end(),
                   [](const Code& arg) { return arg.what == Do::constant; })) {
    return code;
  }
  Value pattern = code.args[1].value;
  Value letters = code.args.size() > 2 ? code.args[2].value : kNull;
  if (code.args.size() == 2 && pattern.kind == ValueKind::array) {
    json::Elements pair(pattern);
    pair.next(pattern);
    if (!pair.next(letters)) letters = kNull;
  }
  const bool given = letters.kind == ValueKind::string;
  if (pattern.kind != ValueKind::string || (!given && letters.kind != ValueKind::null)) return code;
  Regex::Flags flags;
  std::string error, buffer;
  // What is wrong here is jq's error, when an event comes; what we cannot have was refused before.
  if (given && !flags.parse(json::text_of(letters, buffer), error)) return code;
  Regex regex = Regex::compile(json::text_of(pattern, buffer), flags, error);
  if (!error.empty()) return code;
  // Looking for a match that is not empty may try every place; the native function counts them as steps.
  if (flags.not_empty) return native(node, here);
  out_.regexes.push_back(std::move(regex));
  code.regex = &out_.regexes.back();
  return code;
}

}  // namespace weir::expr
