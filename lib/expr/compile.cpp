#include "expr/compile.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "expr/builtins.h"
#include "expr/complaint.h"
#include "json/number.h"
#include "json/text.h"

namespace weir::expr {
namespace {

constexpr std::array<std::pair<std::string_view, Comparison>, 6> kComparisons = {
    {{"==", Comparison::equal},
     {"!=", Comparison::unequal},
     {"<", Comparison::less},
     {"<=", Comparison::less_equal},
     {">", Comparison::greater},
     {">=", Comparison::greater_equal}}};

constexpr int kMaxSeveral = 2048;

// Where `.` stands while a part of the tree is compiled: at a path from the event, or at something computed.
using Here = std::optional<json::Path>;

std::string negated(const Value& number) {
  const std::string_view text = number.raw();
  return text.starts_with('-') ? std::string(text.substr(1)) : "-" + std::string(text);
}

class Compiler {
 public:
  Compiler(const Source& source, const Setup& setup) : source_(source), setup_(setup) {}

  Compiled run(const Node& tree) {
    out_.code = compile(tree, json::Path{});
    keep_used_paths();
    return std::move(out_);
  }

 private:
  // ---- errors

  [[noreturn]] void unsupported(const Node& node, const std::string& construct,
                                const char* hint = nullptr) const {
    base::Error error = error_at(source_, node.at, construct + " needs the tree engine");
    error.hint(hint != nullptr ? hint : "--engine auto");
    throw NotOnTheLine(std::move(error), construct);
  }

  // ---- small makers

  static Code made(Do what, bool single = true) {
    Code code;
    code.what = what;
    code.single = single;
    return code;
  }

  Code constant(std::string json) {
    out_.texts.push_back(std::move(json));
    Code code = made(Do::constant);
    code.value = value_of(out_.texts.back());
    return code;
  }

  static Code constant(const Value& value) {
    Code code = made(Do::constant);
    code.value = value;
    return code;
  }

  Code constant_string(std::string_view text) {
    std::string quoted;
    json::append_quoted(quoted, text);
    return constant(std::move(quoted));
  }

  Code slot(const json::Path& path) {
    const auto found = std::find(out_.paths.begin(), out_.paths.end(), path);
    Code code = made(Do::slot);
    code.slot = static_cast<std::uint32_t>(found - out_.paths.begin());
    if (found == out_.paths.end()) out_.paths.push_back(path);
    return code;
  }

  const json::Path& path_of(const Code& code) const { return out_.paths[code.slot]; }

  // On the way to .a.b slots were made for . and .a as well; the scanner need not look for them.
  void keep_used_paths() {
    const std::vector<json::Path> made = std::exchange(out_.paths, {});
    renumber(out_.code, made);
  }

  void renumber(Code& code, const std::vector<json::Path>& made) {
    if (code.what == Do::slot) code.slot = slot(made[code.slot]).slot;
    for (Code& arg : code.args) renumber(arg, made);
  }

  Code compile_all(Do what, const Node& node, const Here& here) {
    Code code = made(what);
    for (const NodePtr& arg : node.args) {
      code.args.push_back(compile(*arg, here));
      code.single = code.single && code.args.back().single;
    }
    return code;
  }

  // ---- nodes

  Code compile(const Node& node, const Here& here) {
    Code code = compile_node(node, here);
    // Each may stay open while all that follow run, so together they bound the engine's stack.
    if (!code.single && ++several_ > kMaxSeveral) {
      throw error_at(source_, node.at,
                     "more than " + std::to_string(kMaxSeveral) + " parts with several results");
    }
    return code;
  }

  Code compile_node(const Node& node, const Here& here) {
    switch (node.op) {
      case Op::identity:
        return here ? slot(*here) : made(Do::input);
      case Op::number:
        return constant(as_json_number(node.text));
      case Op::string:
        return constant_string(node.text);
      case Op::variable:
        return variable(node);
      case Op::index:
        return index(node, here);
      case Op::iterate:
        return iterate(node, here);
      case Op::pipe:
        return pipe(node, here);
      case Op::comma: {
        Code code = compile_all(Do::comma, node, here);
        code.single = false;
        return code;
      }
      case Op::and_:
        return compile_all(Do::and_, node, here);
      case Op::or_:
        return compile_all(Do::or_, node, here);
      case Op::binary:
        return binary(node, here);
      case Op::negate:
        return negate(node, here);
      case Op::try_:
        return attempt(node, here);
      case Op::array:
        return array(node, here);
      case Op::object:
        return object(node, here);
      case Op::call:
        return call(node, here);
      case Op::assign:
        if (node.text == "=") unsupported(node, "assignment", "compare with ==");
        unsupported(node, "assignment with '" + node.text + "'");
      case Op::recurse:
        unsupported(node, "'..'");
      case Op::format:
        unsupported(node, "'" + node.text + "'");
      case Op::interpolate:
        unsupported(node, node.text.empty() ? "a string with \\(...)" : "'" + node.text + "'");
      case Op::slice:
        unsupported(node, "a slice");
      case Op::conditional:
        unsupported(node, "'if'");
      case Op::reduce:
      case Op::foreach:
        unsupported(node, "'" + node.text + "'");
      case Op::bind:
        unsupported(node, "'as'");
      case Op::define:
        unsupported(node, "'def'");
      case Op::label:
        unsupported(node, "'label'");
      case Op::break_:
        unsupported(node, "'break'");
      case Op::pattern_variable:
      case Op::pattern_array:
      case Op::pattern_object:
        break;  // only ever below a bind, reduce or foreach
    }
    unsupported(node, "this");
  }

  Code variable(const Node& node) {
    for (const Variable& variable : setup_.variables) {
      if (variable.name == node.text) return constant(variable.json);
    }
    if (node.text == "ENV" || node.text == "__prog_args") throw excluded(source_, node, "$" + node.text);
    if (node.text == "__loc__") unsupported(node, "'$__loc__'");
    if (node.text == "ARGS") unsupported(node, "'$ARGS'");
    for (const auto& [name, member] : kMemberNames) {
      if (name != node.text || !setup_.envelope) continue;
      out_.members[static_cast<std::size_t>(member)] = true;
      Code code = made(Do::member);
      code.member = member;
      return code;
    }
    throw unknown_variable(source_, node, setup_.envelope);
  }

  Code index(const Node& node, const Here& here) {
    const Code key = compile(*node.args[1], here);
    if (key.what != Do::constant) unsupported(*node.args[1], "an index that is computed");
    const bool optional = node.text == "?";
    json::Step step;
    bool keyed = false;
    if (key.value.kind == ValueKind::string) {
      std::string buffer;
      step = json::Step::member(json::text_of(key.value, buffer));
    } else if (const auto place = integer_of(key.value)) {
      step = json::Step::element(*place);
    } else {
      keyed = true;
      if (key.value.kind == ValueKind::object) unsupported(*node.args[1], "a slice");
      if (key.value.kind == ValueKind::array) unsupported(*node.args[1], "an index that is an array");
    }
    Code term = compile(*node.args[0], here);
    if (term.what == Do::slot && !keyed && !optional) {
      json::Path path = path_of(term);
      path.push_back(std::move(step));
      return slot(path);
    }
    Code code = made(Do::index, term.single && !optional);
    code.step = std::move(step);
    code.keyed = keyed;
    code.value = key.value;
    code.optional = optional;
    if (term.what == Do::slot && !keyed) {
      // The term is looked at first: only an error of the last step is forgiven. Its slot is the way to the value.
      json::Path path = path_of(term);
      path.push_back(code.step);
      code.args.push_back(std::move(term));
      code.args.push_back(slot(path));
      return code;
    }
    code.args.push_back(std::move(term));
    return code;
  }

  // jq takes 2 and 2.0 for the third element and nothing for 2.5.
  static std::optional<std::int64_t> integer_of(const Value& key) {
    if (key.kind != ValueKind::number) return std::nullopt;
    if (key.integer) return json::to_int64(key.raw());
    const double number = json::to_double(key.raw());
    constexpr double kLimit = 1e15;
    if (number < -kLimit || number > kLimit ||
        number != static_cast<double>(static_cast<std::int64_t>(number))) {
      return std::nullopt;
    }
    return static_cast<std::int64_t>(number);
  }

  Code iterate(const Node& node, const Here& here) {
    Code code = made(Do::iterate, false);
    code.optional = node.text == "?";
    code.args.push_back(compile(*node.args[0], here));
    return code;
  }

  // While a stage is a path from the event, what follows still is: `.a | .b | length` reads the slot .a.b.
  Code pipe(const Node& node, const Here& start) {
    Code code = made(Do::pipe);
    Here here = start;
    for (const NodePtr& stage : node.args) {
      Code part = compile(*stage, here);
      if (part.what == Do::slot) {
        here = path_of(part);
      } else {
        here.reset();
      }
      code.single = code.single && part.single;
      code.args.push_back(std::move(part));
    }
    return code;
  }

  Code binary(const Node& node, const Here& here) {
    if (node.text == "//") {
      Code code = compile_all(Do::alternative, node, here);
      code.single = code.args[0].single && code.args[1].single;
      return code;
    }
    for (const auto& [text, comparison] : kComparisons) {
      if (text != node.text) continue;
      Code code = compile_all(Do::compare, node, here);
      code.comparison = comparison;
      const Value& right = code.args[1].value;
      if (code.args[1].what == Do::constant && right.kind == ValueKind::number && right.integer) {
        const auto integer = json::to_int64(right.raw());
        code.integer_right = integer.has_value();
        code.integer = integer.value_or(0);
      }
      return code;
    }
    unsupported(node, "arithmetic with '" + node.text + "'");
  }

  Code negate(const Node& node, const Here& here) {
    Code operand = compile(*node.args[0], here);
    if (operand.what == Do::constant && operand.value.kind == ValueKind::number)
      return constant(negated(operand.value));
    Code code = made(Do::negate, operand.single);
    code.args.push_back(std::move(operand));
    return code;
  }

  Code attempt(const Node& node, const Here& here) {
    if (node.args[1]) unsupported(*node.args[1], "'catch'");
    Code code = made(Do::attempt, false);
    code.args.push_back(compile(*node.args[0], here));
    return code;
  }

  Code array(const Node& node, const Here& here) {
    if (!node.args[0]) return constant(std::string("[]"));
    Code code = made(Do::array);
    code.args.push_back(compile(*node.args[0], here));
    if (const auto text = constant_elements(code.args[0])) return constant("[" + *text + "]");
    return code;
  }

  static std::optional<std::string> constant_elements(const Code& content) {
    if (content.what == Do::constant) return std::string(content.value.raw());
    if (content.what != Do::comma) return std::nullopt;
    std::string text;
    for (const Code& element : content.args) {
      const auto part = constant_elements(element);
      if (!part) return std::nullopt;
      text += (text.empty() ? "" : ",") + *part;
    }
    return text;
  }

  Code object(const Node& node, const Here& here) {
    Code code = compile_all(Do::object, node, here);
    std::string text;
    bool constants = true;
    for (std::size_t i = 0; i < code.args.size(); i += 2) {
      const Code& key = code.args[i];
      const Code& value = code.args[i + 1];
      if (key.what == Do::constant && key.value.kind != ValueKind::string) {
        throw error_at(source_, node.args[i]->at, "a member's name must be a string");
      }
      constants = constants && key.what == Do::constant && value.what == Do::constant;
      if (!constants) continue;
      text += (text.empty() ? "" : ",") + std::string(key.value.raw()) + ":" + std::string(value.value.raw());
    }
    return constants ? constant("{" + text + "}") : std::move(code);
  }

  Code call(const Node& node, const Here& here) {
    const BuiltinRow* const row = find_builtin(node.text, node.args.size());
    if (row == nullptr) throw unknown_function(source_, node);
    switch (row->builtin) {
      case Builtin::later:
        unsupported(node, "'" + node.text + "'");
      case Builtin::excluded:
        throw excluded(source_, node, node.text);
      case Builtin::true_:
        return constant(kTrue);
      case Builtin::false_:
        return constant(kFalse);
      case Builtin::null:
        return constant(kNull);
      case Builtin::not_: {
        Code code = made(Do::not_);
        code.args.push_back(here ? slot(*here) : made(Do::input));
        return code;
      }
      case Builtin::length:
        return function(Function::length, node, here);
      case Builtin::has:
        return function(Function::has, node, here);
      case Builtin::starts_with:
        return function(Function::starts_with, node, here);
      case Builtin::ends_with:
        return function(Function::ends_with, node, here);
      case Builtin::contains:
        return function(Function::contains, node, here);
      case Builtin::test:
        return test(node, here);
    }
    throw unknown_function(source_, node);
  }

  // The input comes first among the arguments.
  Code function(Function function, const Node& node, const Here& here) {
    Code code = compile_all(Do::call, node, here);
    code.function = function;
    code.args.insert(code.args.begin(), here ? slot(*here) : made(Do::input));
    return code;
  }

  Code test(const Node& node, const Here& here) {
    Code code = function(Function::test, node, here);
    const Code& pattern = code.args[1];
    if (pattern.what != Do::constant || pattern.value.kind != ValueKind::string) return code;
    std::string letters;
    if (code.args.size() > 2) {
      const Code& flags = code.args[2];
      const bool given = flags.what == Do::constant && flags.value.kind == ValueKind::string;
      if (!given && (flags.what != Do::constant || flags.value.kind != ValueKind::null)) return code;
      std::string buffer;
      if (given) letters = json::text_of(flags.value, buffer);
    }
    Regex::Flags flags;
    std::string error;
    if (!flags.parse(letters, error)) return code;  // jq's error, when an event comes
    const Node& place = *node.args[error.empty() ? 0 : 1];
    if (error.empty()) {
      std::string buffer;
      out_.regexes.push_back(Regex::compile(json::text_of(pattern.value, buffer), flags, error));
    }
    if (!error.empty()) {
      throw error_at(source_, place.at, "bad regular expression: " + error)
          .hint("the syntax is RE2's: weir-expressions(7)");
    }
    code.regex = &out_.regexes.back();
    return code;
  }

  const Source& source_;
  const Setup& setup_;
  Compiled out_;
  int several_ = 0;
};

}  // namespace

Compiled compile(const Node& tree, const Source& source, const Setup& setup) {
  return Compiler(source, setup).run(tree);
}

}  // namespace weir::expr
