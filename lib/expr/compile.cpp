#include "expr/compile.h"

#include <algorithm>
#include <utility>

#include "expr/complaint.h"
#include "expr/line_compiler.h"
#include "expr/tree_compile.h"
#include "json/number.h"
#include "json/text.h"

namespace weir::expr {
namespace {

constexpr int kMaxSeveral = 2048;

std::string negated(const Value& number) {
  const std::string_view text = number.raw();
  return text.starts_with('-') ? std::string(text.substr(1)) : "-" + std::string(text);
}

bool all_single(const Code& code) {
  return std::all_of(code.args.begin(), code.args.end(), [](const Code& arg) { return arg.single; });
}

// jq takes 2 and 2.0 for the third element and nothing for 2.5.
std::optional<std::int64_t> integer_of(const Value& key) {
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

std::optional<std::string> constant_elements(const Code& content) {
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

// Longer than what anybody types.
constexpr std::size_t kPathSteps = 64;

bool mentions(const Node& node, Op op, std::string_view name) {
  return (node.op == op && node.text == name) ||
         std::any_of(node.args.begin(), node.args.end(),
                     [&](const NodePtr& arg) { return arg && mentions(*arg, op, name); });
}

}  // namespace

std::optional<std::string> given_text(const Setup& setup, std::string_view name) {
  const auto found = std::find_if(setup.variables.begin(), setup.variables.end(),
                                  [&](const Variable& variable) { return variable.name == name; });
  if (found == setup.variables.end()) return std::nullopt;
  const Value value = value_of(found->json);
  if (value.kind != ValueKind::string) return std::nullopt;
  std::string buffer;
  return std::string(json::text_of(value, buffer));
}

Compiled compile(const Node& tree, const Source& source, const Setup& setup) {
  return LineCompiler(source, setup).run(tree);
}

Compiled LineCompiler::run(const Node& tree) {
  root_ = &tree;
  out_.code = compile(tree, json::Path{});
  keep_used_paths();
  return std::move(out_);
}

void LineCompiler::unsupported(const Node& node, const std::string& construct, const char* hint) const {
  base::Error error = error_at(source_, node.at, construct + " needs the tree engine");
  error.hint(hint != nullptr ? hint : "--engine auto");
  throw NotOnTheLine(std::move(error), construct);
}

// ---- small makers

Code LineCompiler::made(Do what, bool single) {
  Code code;
  code.what = what;
  code.single = single;
  return code;
}

void LineCompiler::set_native(Code& code, std::string_view name, std::size_t arity) {
  code.native = find_native(name, arity);
  code.line_native = find_line_native(name, arity);
}

Code LineCompiler::constant(std::string json) {
  out_.texts.push_back(std::move(json));
  Code code = made(Do::constant);
  code.value = value_of(out_.texts.back());
  return code;
}

Code LineCompiler::constant(const Value& value) {
  Code code = made(Do::constant);
  code.value = value;
  return code;
}

Code LineCompiler::constant_string(std::string_view text) {
  std::string quoted;
  json::append_quoted(quoted, text);
  Code code = constant(std::move(quoted));
  code.value.compact = true;
  return code;
}

Code LineCompiler::slot(const json::Path& path) {
  // From the back, where paths that begin alike differ.
  const auto found = std::find_if(out_.paths.begin(), out_.paths.end(), [&](const json::Path& other) {
    return std::equal(other.rbegin(), other.rend(), path.rbegin(), path.rend());
  });
  Code code = made(Do::slot);
  code.slot = static_cast<std::uint32_t>(found - out_.paths.begin());
  if (found == out_.paths.end()) out_.paths.push_back(path);
  return code;
}

LineCompiler::Here LineCompiler::place_of(const Code& code) const {
  switch (code.what) {
    case Do::slot:
      return path_of(code);
    case Do::kind:
      return place_of(code.args[0]);
    case Do::pipe:
      return place_of(code.args.back());
    case Do::if_: {
      // What select is: all that it lets through is its input.
      const bool no_else = code.args[2].what == Do::comma && code.args[2].args.empty();
      const Here then = place_of(code.args[1]);
      return no_else || then == place_of(code.args[2]) ? then : Here();
    }
    default:
      return {};
  }
}

// On the way to .a.b slots were made for . and .a as well; the scanner need not look for them.
void LineCompiler::keep_used_paths() {
  const std::vector<json::Path> made = std::exchange(out_.paths, {});
  renumber(out_.code, made);
}

void LineCompiler::renumber(Code& code, const std::vector<json::Path>& made) {
  if (code.what == Do::slot) code.slot = slot(made[code.slot]).slot;
  for (Code& arg : code.args) renumber(arg, made);
}

Code LineCompiler::compile_all(Do what, const Node& node, const Here& here) {
  Code code = made(what);
  for (const NodePtr& arg : node.args) code.args.push_back(compile(*arg, here));
  code.single = all_single(code);
  return code;
}

// ---- parts for the tree engine

// A part hands its results back to the line, where what fails is not the part's any more.
bool LineCompiler::stands_alone(const Node& node) const {
  if (&node != root_ && catches_behind(node)) return false;
  return std::none_of(locals_.begin(), locals_.end(),
                      [&](const Local& local) { return mentions(node, Op::variable, local.name); });
}

// `from_stage`: of a pipe, the stages from here on.
Code LineCompiler::tree_part(const Node& node, std::size_t from_stage, const Here& here,
                             const NotOnTheLine& off) {
  Code code = made_of(Do::tree, false, input(here));
  code.slot = static_cast<std::uint32_t>(out_.parts.size());
  auto program = std::make_shared<TreeProgram>(compile_tree(node, source_, setup_, from_stage));
  for (std::size_t i = 0; i < kMembers; ++i) out_.members[i] = out_.members[i] || program->members[i];
  out_.parts.push_back({std::move(program), off.construct(), off.place()});
  return code;
}

// ---- nodes

Code LineCompiler::compile(const Node& node, const Here& here) {
  Code code;
  try {
    code = compile_node(node, here);
  } catch (const NotOnTheLine& off) {
    if (setup_.engine == Engine::fast || &node == root_ || !stands_alone(node)) throw;
    code = tree_part(node, 0, here, off);
  }
  // Each may stay open while all that follow run, so together they bound the engine's stack.
  if (!code.single && ++several_ > kMaxSeveral) {
    throw error_at(source_, node.at,
                   "more than " + std::to_string(kMaxSeveral) + " parts with several results");
  }
  return code;
}

Code LineCompiler::compile_node(const Node& node, const Here& here) {
  switch (node.op) {
    case Op::identity:
      return input(here);
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
    case Op::comma:
      return in_turn(Do::comma, node, here);
    case Op::and_:
      return compile_all(Do::and_, node, here);
    case Op::or_:
      return compile_all(Do::or_, node, here);
    case Op::binary:
      return binary(node, here);
    case Op::chain:
      return chain(node, here);
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
    case Op::format:
    case Op::interpolate:
      return interpolate(node, here);
    case Op::slice:
      return slice(node, here);
    case Op::conditional:
      return conditional(node, here);
    case Op::bind:
      return bind(node, here);
    case Op::assign:
      if (node.text == "=") unsupported(node, "assignment", "compare with ==");
      unsupported(node, "assignment with '" + node.text + "'");
    case Op::recurse:
      unsupported(node, "'..'");
    case Op::reduce:
      unsupported(node, "'reduce'");
    case Op::foreach:
      unsupported(node, "'foreach'");
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

Code LineCompiler::variable(const Node& node) {
  for (std::size_t i = locals_.size(); i-- > 0;) {
    if (locals_[i].name != node.text) continue;
    Code code = made(Do::local);
    code.slot = locals_[i].place;
    return code;
  }
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

Code LineCompiler::index(const Node& node, const Here& here) {
  Code key = compile(*node.args[1], here);
  if (key.what != Do::constant) return index_by(node, std::move(key), here);
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
    if (key.value.kind >= ValueKind::array) return index_by(node, std::move(key), here);
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

Code LineCompiler::index_by(const Node& node, Code key, const Here& here) {
  Code code = made_of(Do::index_by, true, compile(*node.args[0], here), std::move(key));
  if (!all_single(code)) unsupported(*node.args[1], "an index with several results");
  code.optional = node.text == "?";
  code.single = !code.optional;
  return code;
}

Code LineCompiler::slice(const Node& node, const Here& here) {
  const auto bound = [&](const NodePtr& arg) { return arg ? compile(*arg, here) : constant(kNull); };
  Code code =
      made_of(Do::slice, true, compile(*node.args[0], here), bound(node.args[1]), bound(node.args[2]));
  if (!all_single(code)) unsupported(node, "a slice with several results");
  code.optional = node.text == "?";
  code.single = !code.optional;
  return code;
}

Code LineCompiler::iterate(const Node& node, const Here& here) {
  Code code = made_of(Do::iterate, false, compile(*node.args[0], here));
  code.optional = node.text == "?";
  return code;
}

// While a stage gives a path from the event, what follows still does: `.a | select(.b > 1) | {c}` reads the slot .a.c.
// But for a long one: each of `.a|.a|.a|...` would be longer than the one before, the square of the text together.
Code LineCompiler::pipe(const Node& node, const Here& start) {
  Code code = made(Do::pipe);
  Here here = start;
  for (std::size_t i = 0; i < node.args.size(); ++i) {
    Code part;
    try {
      part = compile_node(*node.args[i], here);
      if (!part.single) ++several_;
    } catch (const NotOnTheLine& off) {
      // Once on the tree, what follows stays there.
      if (i == 0 || setup_.engine == Engine::fast || !stands_alone(node)) throw;
      code.single = false;
      code.args.push_back(tree_part(node, i, here, off));
      return code;
    }
    here = place_of(part);
    if (here && here->size() > kPathSteps) here.reset();
    code.single = code.single && part.single;
    code.args.push_back(std::move(part));
  }
  return code;
}

Code LineCompiler::binary(const Node& node, const Here& here) {
  const BinaryOperator& op = binary_operator(node.text);
  if (op.does == BinaryOperator::Does::alternative) return in_turn(Do::alternative, node, here);
  if (op.does == BinaryOperator::Does::arithmetic) {
    Code code = compile_all(Do::arith, node, here);
    code.arithmetic = op.arithmetic;
    return code;
  }
  Code code = compile_all(Do::compare, node, here);
  code.comparison = op.comparison;
  const Value& right = code.args[1].value;
  if (code.args[1].what == Do::constant && right.kind == ValueKind::number && right.integer) {
    const auto integer = json::to_int64(right.raw());
    code.integer_right = integer.has_value();
    code.integer = integer.value_or(0);
  }
  return code;
}

Code LineCompiler::chain(const Node& node, const Here& here) {
  Code code = compile_all(Do::chain, node, here);
  for (const std::string& name : node.names) code.operators.push_back(binary_operator(name).arithmetic);
  return code;
}

// What is done one after the other: only one part of it is open at a time.
Code LineCompiler::in_turn(Do what, const Node& node, const Here& here) {
  Code code = made(what);
  const int before = several_;
  int most = before;
  for (const NodePtr& arg : node.args) {
    several_ = before;
    code.args.push_back(compile(*arg, here));
    most = std::max(most, several_);
  }
  several_ = most;
  code.single = what != Do::comma && all_single(code);
  return code;
}

Code LineCompiler::negate(const Node& node, const Here& here) {
  Code operand = compile(*node.args[0], here);
  if (operand.what == Do::constant && operand.value.kind == ValueKind::number)
    return constant(negated(operand.value));
  const bool single = operand.single;
  return made_of(Do::negate, single, std::move(operand));
}

Code LineCompiler::attempt(const Node& node, const Here& here) {
  Code code = made_of(Do::attempt, false, compile(*node.args[0], here));
  if (node.args[1]) code.args.push_back(compile(*node.args[1], Here()));
  return code;
}

Code LineCompiler::conditional(const Node& node, const Here& here) {
  Code code = made_of(Do::if_, true, compile(*node.args[0], here), compile(*node.args[1], here),
                      node.args[2] ? compile(*node.args[2], here) : input(here));
  code.single = all_single(code);
  return code;
}

Code LineCompiler::bind(const Node& node, const Here& here) {
  if (node.args.size() != 3 || node.args[2]->op != Op::pattern_variable)
    unsupported(node, "taking a value apart with 'as'");
  Code source = compile(*node.args[0], here);
  const std::uint32_t place = out_.locals++;
  locals_.push_back({node.args[2]->text, place});
  Code body;
  try {
    body = compile(*node.args[1], here);
  } catch (...) {
    locals_.pop_back();
    throw;
  }
  locals_.pop_back();
  Code code = made_of(Do::bind, source.single && body.single, std::move(source), std::move(body));
  code.slot = place;
  return code;
}

Code LineCompiler::array(const Node& node, const Here& here) {
  if (!node.args[0]) return constant(std::string("[]"));
  return collected(compile(*node.args[0], here));
}

// [content]
Code LineCompiler::collected(Code content) {
  if (const auto text = constant_elements(content)) return constant("[" + *text + "]");
  return made_of(Do::array, true, std::move(content));
}

Code LineCompiler::object(const Node& node, const Here& here) {
  Code code = compile_all(Do::object, node, here);
  std::string text;
  bool constants = true;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < code.args.size(); i += 2) {
    const Code& key = code.args[i];
    const Code& value = code.args[i + 1];
    if (key.what == Do::constant && key.value.kind != ValueKind::string) {
      throw error_at(source_, node.args[i]->at, "a member's name must be a string");
    }
    if (key.what == Do::constant) names.emplace_back(key.value.raw());
    constants = constants && key.what == Do::constant && value.what == Do::constant;
    if (!constants) continue;
    text += (text.empty() ? "" : ",") + std::string(key.value.raw()) + ":" + std::string(value.value.raw());
  }
  if (constants) return constant("{" + text + "}");
  std::sort(names.begin(), names.end());
  code.distinct =
      names.size() * 2 == code.args.size() && std::adjacent_find(names.begin(), names.end()) == names.end();
  return code;
}

Code LineCompiler::interpolate(const Node& node, const Here& here) {
  if (!node.text.empty() && find_native(node.text, 0) == nullptr) unsupported(node, "'" + node.text + "'");
  if (node.op == Op::format) {
    Code code = made_of(Do::native, true, input(here));
    set_native(code, node.text, 0);
    return code;
  }
  Code code = compile_all(Do::join, node, here);
  if (!code.single) unsupported(node, "a string with a part of several results");
  if (!node.text.empty() && node.text != "@text") set_native(code, node.text, 0);
  return code;
}

}  // namespace weir::expr
