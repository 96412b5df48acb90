#include "expr/tree_compile.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "expr/builtins.h"
#include "expr/complaint.h"
#include "expr/kinds.h"
#include "expr/parser.h"
#include "expr/prelude.h"
#include "expr/regex_check.h"
#include "expr/tree_forms.h"
#include "json/text.h"

namespace weir::expr {
namespace {

std::string quoted(std::string_view text) {
  std::string json;
  json::append_quoted(json, text);
  return json;
}

// Does this part need places in a frame? Then it must have a frame of its own where it may run twice at a time.
bool needs_places(const Node& node) {
  switch (node.op) {
    case Op::bind:
    case Op::reduce:
    case Op::foreach:
    case Op::label:
      return true;
    case Op::define:
      return needs_places(*node.args[1]);
    default:
      return std::any_of(node.args.begin(), node.args.end(),
                         [](const NodePtr& arg) { return arg && needs_places(*arg); });
  }
}

// A name in sight.
struct Name {
  enum class What : std::uint8_t { variable, label, function, closure } what;
  std::string name;
  std::size_t arity = 0;
  std::uint32_t level = 0;  // of the frame that holds it, or where it was defined
  std::uint32_t slot = 0;
  const Routine* function = nullptr;
};

class TreeCompiler {
 public:
  TreeCompiler(const Source& source, const Setup& setup) : source_(&source), setup_(setup) {}

  TreeProgram run(const Node& tree, std::size_t from_stage) {
    out_.main.framed = true;
    framed_ = &out_.main;
    TreeCode body = from_stage == 0 ? compile(tree) : stages(tree, from_stage);
    out_.main.body = std::move(body);
    finish_tree(out_);
    return std::move(out_);
  }

 private:
  // ---- small makers

  static TreeCode made(Act act) {
    TreeCode code;
    code.act = act;
    return code;
  }

  template <typename... Args>
  static TreeCode made(Act act, Args... args) {
    TreeCode code = made(act);
    (code.args.push_back(std::move(args)), ...);
    return code;
  }

  TreeCode constant(std::string json) {
    TreeCode code = made(Act::constant);
    const auto found = std::find(out_.constants.begin(), out_.constants.end(), json);
    code.number = static_cast<std::uint32_t>(found - out_.constants.begin());
    if (found == out_.constants.end()) out_.constants.push_back(std::move(json));
    return code;
  }

  TreeCode compile_all(Act act, const Node& node) {
    TreeCode code = made(act);
    for (const NodePtr& arg : node.args) {
      if (arg) code.args.push_back(compile(*arg));
    }
    return code;
  }

  TreeCode stages(const Node& pipe, std::size_t from) {
    if (from + 1 == pipe.args.size()) return compile(*pipe.args[from]);
    TreeCode code = made(Act::pipe);
    for (; from < pipe.args.size(); ++from) code.args.push_back(compile(*pipe.args[from]));
    return code;
  }

  std::uint32_t new_slot() { return framed_->variables++; }

  Place place_of(const Name& name) const { return {level_ - name.level, name.slot}; }

  const Name* find(Name::What what, std::string_view name, std::size_t arity = 0) const {
    const auto found = std::find_if(names_.rbegin(), names_.rend(), [&](const Name& known) {
      return known.what == what && known.name == name && known.arity == arity;
    });
    return found == names_.rend() ? nullptr : &*found;
  }

  // A function and a closure of the same name hide each other.
  const Name* find_callable(std::string_view name, std::size_t arity) const {
    const auto found = std::find_if(names_.rbegin(), names_.rend(), [&](const Name& known) {
      return (known.what == Name::What::function || known.what == Name::What::closure) &&
             known.name == name && known.arity == arity;
    });
    return found == names_.rend() ? nullptr : &*found;
  }

  // ---- nodes

  TreeCode compile(const Node& node) {
    switch (node.op) {
      case Op::identity:
        return made(Act::identity);
      case Op::recurse:
        return made(Act::recurse);
      case Op::number:
        return constant(as_json_number(node.text));
      case Op::string:
        return constant(quoted(node.text));
      case Op::format:
        return native_call(node, "format", constant(quoted(node.text.substr(1))));
      case Op::interpolate:
        return interpolate(node);
      case Op::index:
        return stepped(compile_all(Act::index, node), node);
      case Op::iterate:
        return stepped(compile_all(Act::iterate, node), node);
      case Op::slice:
        return stepped(made(Act::slice, compile(*node.args[0]), bound(node.args[1]), bound(node.args[2])),
                       node);
      case Op::array:
        return compile_all(Act::array, node);
      case Op::object:
        return object(node);
      case Op::variable:
        return variable(node);
      case Op::call:
        return call(node);
      case Op::negate:
        return negate(node);
      case Op::try_:
        return compile_all(Act::try_, node);
      case Op::pipe:
        return compile_all(Act::pipe, node);
      case Op::comma:
        return compile_all(Act::comma, node);
      case Op::and_:
        return compile_all(Act::and_, node);
      case Op::or_:
        return compile_all(Act::or_, node);
      case Op::binary:
        return binary(node);
      case Op::chain:
        return chain(node);
      case Op::assign:
        return assign(node);
      case Op::conditional:
        return compile_all(Act::conditional, node);
      case Op::reduce:
        return fold(Act::reduce, node);
      case Op::foreach:
        return fold(Act::foreach, node);
      case Op::bind:
        return bind(node);
      case Op::define:
        return define(node);
      case Op::label:
        return label(node);
      case Op::break_:
        return break_out(node);
      case Op::pattern_variable:
      case Op::pattern_array:
      case Op::pattern_object:
        break;  // only ever below a bind, reduce or foreach
    }
    throw error_at(*source_, node.at, "a pattern stands only behind 'as'");
  }

  static TreeCode stepped(TreeCode code, const Node& node) {
    code.optional = node.text == "?";
    return code;
  }

  TreeCode bound(const NodePtr& node) { return node ? compile(*node) : constant("null"); }

  TreeCode negate(const Node& node) {
    if (node.args[0]->op == Op::number) return constant("-" + as_json_number(node.args[0]->text));
    return compile_all(Act::negate, node);
  }

  TreeCode binary(const Node& node) {
    const BinaryOperator& op = binary_operator(node.text);
    TreeCode code = compile_all(op.does == BinaryOperator::Does::arithmetic   ? Act::arith
                                : op.does == BinaryOperator::Does::comparison ? Act::compare
                                                                              : Act::alternative,
                                node);
    code.arithmetic = op.arithmetic;
    code.comparison = op.comparison;
    return code;
  }

  TreeCode chain(const Node& node) {
    TreeCode code = compile_all(Act::chain, node);
    for (const std::string& name : node.names) code.operators.push_back(binary_operator(name).arithmetic);
    return code;
  }

  TreeCode object(const Node& node) {
    for (std::size_t i = 0; i < node.args.size(); i += 2) {
      if (node.args[i]->op != Op::number) continue;
      throw error_at(*source_, node.args[i]->at, "a member's name must be a string");
    }
    return compile_all(Act::object, node);
  }

  TreeCode interpolate(const Node& node) {
    TreeCode code = compile_all(Act::join, node);
    if (node.text.empty() || node.text == "@text") return code;
    code.native = find_native("format", 1);
    if (code.native == nullptr) missing(node, node.text);
    code.number = constant(quoted(node.text.substr(1))).number;
    return code;
  }

  TreeCode assign(const Node& node) {
    if (node.text == "=") return compile_all(Act::assign, node);
    if (node.text == "|=") return compile_all(Act::update, node);
    const BinaryOperator& op = binary_operator(node.text.substr(0, node.text.size() - 1));
    const bool computes = op.does == BinaryOperator::Does::arithmetic;
    TreeCode code = compile_all(computes ? Act::compute : Act::alternate, node);
    code.arithmetic = op.arithmetic;
    return code;
  }

  TreeCode variable(const Node& node) {
    if (const Name* const name = find(Name::What::variable, node.text)) {
      TreeCode code = made(Act::variable);
      code.place = place_of(*name);
      return code;
    }
    if (node.text == "__loc__") {
      const auto line = 1 + std::count(source_->text.begin(),
                                       source_->text.begin() + static_cast<std::ptrdiff_t>(node.at), '\n');
      return constant("{\"file\":\"<top-level>\",\"line\":" + std::to_string(line) + "}");
    }
    for (const Variable& variable : setup_.variables) {
      if (variable.name == node.text) return constant(variable.json);
    }
    if (node.text == "ENV" || node.text == "__prog_args") throw excluded(*source_, node, "$" + node.text);
    if (node.text == "ARGS") return constant(arguments_object());
    for (const auto& [name, member] : kMemberNames) {
      if (name != node.text || !setup_.envelope) continue;
      out_.members[static_cast<std::size_t>(member)] = true;
      TreeCode code = made(Act::member);
      code.member = member;
      return code;
    }
    throw unknown_variable(*source_, node, setup_.envelope);
  }

  std::string arguments_object() const {
    std::string json = "{\"positional\":[],\"named\":{";
    for (const Variable& variable : setup_.variables) {
      if (json.back() != '{') json += ',';
      json += quoted(variable.name) + ":" + variable.json;
    }
    return json + "}}";
  }

  // ---- patterns

  TreeCode fold(Act act, const Node& node) {
    TreeCode code = made(act);
    code.args.push_back(compile(*node.args[0]));
    code.args.push_back(compile(*node.args[2]));
    const std::size_t outer = names_.size();
    const std::size_t parts = act == Act::reduce ? 4 : 5;
    std::vector<const Node*> patterns = {node.args[1].get()};
    for (std::size_t i = parts; i < node.args.size(); ++i) patterns.push_back(node.args[i].get());
    take_apart(patterns, code);
    for (std::size_t i = 3; i < parts; ++i) {
      if (node.args[i]) code.args.push_back(compile(*node.args[i]));
    }
    names_.resize(outer);
    return code;
  }

  TreeCode bind(const Node& node) {
    TreeCode code = made(Act::bind);
    code.args.push_back(compile(*node.args[0]));
    const std::size_t outer = names_.size();
    std::vector<const Node*> patterns;
    for (std::size_t i = 2; i < node.args.size(); ++i) patterns.push_back(node.args[i].get());
    take_apart(patterns, code);
    code.args.push_back(compile(*node.args[1]));
    names_.resize(outer);
    return code;
  }

  // All of them bind all their variables: those of the others to null.
  void take_apart(const std::vector<const Node*>& alternatives, TreeCode& code) {
    std::vector<std::uint32_t> slots;
    const std::vector<std::uint32_t> outer_shared = std::exchange(shared_slots_, {});
    for (const Node* const node : alternatives) {
      Pattern& pattern = code.patterns.emplace_back();
      take_apart(*node, pattern);
      slots.insert(slots.end(), pattern.slots.begin(), pattern.slots.end());
      shared_slots_ = slots;
    }
    shared_slots_ = outer_shared;
    for (Pattern& pattern : code.patterns) pattern.slots = slots;
  }

  void take_apart(const Node& node, Pattern& pattern) {
    if (node.op == Op::pattern_variable) return bind_name(node.text, Binding::kSource, nullptr, pattern);
    inner_patterns(node, Binding::kSource, pattern);
  }

  void bind_name(const std::string& name, std::uint32_t from, std::unique_ptr<TreeCode> key,
                 Pattern& pattern) {
    // Alternatives (?//) share a variable of one name.
    std::uint32_t slot = 0;
    const Name* const known = find(Name::What::variable, name);
    const bool shared =
        known != nullptr && known->level == level_ &&
        std::find(shared_slots_.begin(), shared_slots_.end(), known->slot) != shared_slots_.end();
    slot = shared ? known->slot : new_slot();
    if (!shared) names_.push_back({Name::What::variable, name, 0, level_, slot});
    pattern.slots.push_back(slot);
    pattern.bindings.push_back({from, slot, std::move(key)});
  }

  void inner_patterns(const Node& node, std::uint32_t from, Pattern& pattern) {
    if (node.op == Op::pattern_array) {
      for (std::size_t i = 0; i < node.args.size(); ++i) {
        inner_pattern(*node.args[i], from, constant(std::to_string(i)), pattern);
      }
      return;
    }
    for (std::size_t i = 0; i < node.args.size(); i += 2) {
      const Node& key = *node.args[i];
      const NodePtr& inner = node.args[i + 1];
      if (key.op != Op::pattern_variable) {
        inner_pattern(*inner, from, compile(key), pattern);
        continue;
      }
      bind_name(key.text, from, std::make_unique<TreeCode>(constant(quoted(key.text))), pattern);
      if (inner) inner_pattern(*inner, from, constant(quoted(key.text)), pattern);
    }
  }

  void inner_pattern(const Node& node, std::uint32_t from, TreeCode key, Pattern& pattern) {
    auto kept = std::make_unique<TreeCode>(std::move(key));
    if (node.op == Op::pattern_variable) return bind_name(node.text, from, std::move(kept), pattern);
    const std::uint32_t slot = new_slot();
    pattern.bindings.push_back({from, slot, std::move(kept)});
    inner_patterns(node, slot, pattern);
  }

  // ---- labels and functions

  TreeCode label(const Node& node) {
    TreeCode code = made(Act::label);
    const std::uint32_t slot = new_slot();
    code.place = {0, slot};
    names_.push_back({Name::What::label, node.text, 0, level_, slot});
    code.args.push_back(compile(*node.args[0]));
    names_.pop_back();
    return code;
  }

  TreeCode break_out(const Node& node) {
    const Name* const name = find(Name::What::label, node.text);
    if (name == nullptr) {
      throw error_at(*source_, node.at, "there is no label $" + node.text + " around this break");
    }
    TreeCode code = made(Act::break_);
    code.place = place_of(*name);
    return code;
  }

  TreeCode define(const Node& node) {
    const std::size_t outer = names_.size();
    define_function(node);
    TreeCode rest = compile(*node.args[1]);
    names_.resize(outer);
    return rest;
  }

  // Compiles `body` as a function that runs in a frame of its own or, when it needs none, in the present one.
  template <typename Compile>
  void compile_function(Routine& function, bool framed, const Compile& compile_body) {
    function.framed = framed;
    Routine* const outer = framed_;
    if (framed) {
      framed_ = &function;
      ++level_;
    }
    const std::size_t names = names_.size();
    TreeCode body = compile_body();
    function.body = std::move(body);
    names_.resize(names);
    if (framed) --level_;
    framed_ = outer;
  }

  const Routine* define_function(const Node& node) {
    Routine& function = out_.functions.emplace_back();
    names_.push_back({Name::What::function, node.text, node.names.size(), level_, 0, &function});
    compile_function(function, !node.names.empty() || needs_places(*node.args[0]), [&] {
      function.parameters = static_cast<std::uint32_t>(node.names.size());
      for (std::uint32_t i = 0; i < node.names.size(); ++i) {
        const std::string& name = node.names[i];
        names_.push_back({Name::What::closure, name.starts_with('$') ? name.substr(1) : name, 0, level_, i});
      }
      return with_values(node, 0);
    });
    return &function;
  }

  // def f($a; $b): BODY is def f(a; b): a as $a | b as $b | BODY.
  TreeCode with_values(const Node& node, std::uint32_t from) {
    while (from < node.names.size() && !node.names[from].starts_with('$')) ++from;
    if (from == node.names.size()) return compile(*node.args[0]);
    TreeCode code = made(Act::bind);
    code.args.push_back(made(Act::argument));
    code.args[0].place = {0, from};
    const std::uint32_t slot = new_slot();
    names_.push_back({Name::What::variable, node.names[from].substr(1), 0, level_, slot});
    Pattern& pattern = code.patterns.emplace_back();
    pattern.slots.push_back(slot);
    pattern.bindings.push_back({Binding::kSource, slot, nullptr});
    code.args.push_back(with_values(node, from + 1));
    return code;
  }

  TreeCode call(const Node& node) {
    if (const Name* const name = find_callable(node.text, node.args.size())) {
      if (name->what == Name::What::closure) {
        TreeCode code = made(Act::argument);
        code.place = place_of(*name);
        return code;
      }
      return call_function(*name->function, level_ - name->level, node);
    }
    const BuiltinRow* const row = find_builtin(node.text, node.args.size());
    const bool inner = in_prelude_ && node.text.starts_with('_');
    if (row == nullptr && !inner) throw unknown_function(*source_, node);
    if (row != nullptr && row->builtin == Builtin::excluded) throw excluded(*source_, node, node.text);
    if (!inner) {
      check_patterns(node, *source_, [&](std::string_view name) {
        return find(Name::What::variable, name) != nullptr ? std::nullopt : given_text(setup_, name);
      });
    }
    if (auto code = simple(node)) return std::move(*code);
    if (auto code = form(node)) return std::move(*code);
    if (const Native native = find_native(node.text, node.args.size())) {
      TreeCode code = compile_all(Act::native, node);
      code.native = native;
      return code;
    }
    if (const Routine* const function = prelude_function(node.text, node.args.size())) {
      return call_function(*function, level_, node);
    }
    missing(node, node.text);
  }

  [[noreturn]] void missing(const Node& node, const std::string& name) const {
    throw error_at(*source_, node.at, "'" + name + "' is not supported yet");
  }

  TreeCode native_call(const Node& node, std::string_view name, TreeCode arg) {
    TreeCode code = made(Act::native, std::move(arg));
    code.native = find_native(name, 1);
    if (code.native == nullptr) missing(node, node.text);
    return code;
  }

  std::optional<TreeCode> simple(const Node& node) {
    if (!node.args.empty()) return std::nullopt;
    if (node.text == "null" || node.text == "true" || node.text == "false") return constant(node.text);
    if (node.text == "not") {
      return made(Act::conditional, made(Act::identity), constant("false"), constant("true"));
    }
    if (const std::uint16_t kinds = kinds_of(node.text); kinds != 0) {
      TreeCode code = made(Act::kind);
      code.kinds = kinds;
      return code;
    }
    return std::nullopt;
  }

  std::optional<TreeCode> form(const Node& node) {
    const Form* const form = find_form(node.text, node.args.size());
    if (form == nullptr) return std::nullopt;
    TreeCode code = compile_all(form->act, node);
    if (form->of_elements) {
      code.args.insert(code.args.begin(), made(Act::iterate, made(Act::identity)));
    }
    // Its result goes on from inside a `?`, which then catches what fails behind it.
    if (form->act == Act::first && catches_behind(node)) {
      code.act = Act::limit;
      code.args.insert(code.args.begin(), constant("1"));
    }
    if (form->act == Act::range) {
      if (code.args.size() == 1) code.args.insert(code.args.begin(), constant("0"));
      if (code.args.size() == 2) code.args.push_back(constant("1"));
    }
    return code;
  }

  // ---- calls

  TreeCode call_function(const Routine& function, std::uint32_t hops, const Node& node) {
    TreeCode code = made(Act::call);
    code.function = &function;
    code.place.hops = hops;
    for (const NodePtr& arg : node.args) code.arguments.push_back(argument(*arg));
    return code;
  }

  Argument argument(const Node& node) {
    if (node.op == Op::call && node.args.empty()) {
      const Name* const name = find_callable(node.text, 0);
      if (name != nullptr && name->what == Name::What::closure) return {nullptr, place_of(*name)};
    }
    Routine& closure = out_.functions.emplace_back();
    compile_function(closure, needs_places(node), [&] { return compile(node); });
    return {&closure, {}};
  }

  // Functions of the prelude see nothing of the expression, and the expression's frames nothing of them: they are
  // defined, as it were, in the outermost frame, before everything else.
  const Routine* prelude_function(const std::string& name, std::size_t arity) {
    const auto [known, added] = prelude_.try_emplace({name, arity}, nullptr);
    if (!added) return known->second;
    const std::string_view text = prelude(name, arity);
    if (text.empty()) return nullptr;
    const Source source{std::string(text) + " .", name};
    const NodePtr tree = parse(source);
    std::vector<Name> names;
    std::swap(names, names_);
    const Source* const outer_source = std::exchange(source_, &source);
    const bool outer_prelude = std::exchange(in_prelude_, true);
    const std::uint32_t level = std::exchange(level_, 0);
    Routine* const framed = std::exchange(framed_, &out_.main);
    const Routine* const function = define_function(*tree);
    framed_ = framed;
    level_ = level;
    in_prelude_ = outer_prelude;
    source_ = outer_source;
    std::swap(names, names_);
    return prelude_[{name, arity}] = function;
  }

  const Source* source_;
  const Setup& setup_;
  TreeProgram out_;
  std::vector<Name> names_;
  std::vector<std::uint32_t> shared_slots_;  // of the alternatives before the present one (?//)
  Routine* framed_ = nullptr;                // the function whose frame is the present one
  std::uint32_t level_ = 0;                  // of that frame, the outermost being 0
  bool in_prelude_ = false;
  std::map<std::pair<std::string, std::size_t>, const Routine*> prelude_;
};

}  // namespace

TreeProgram compile_tree(const Node& tree, const Source& source, const Setup& setup, std::size_t from_stage) {
  return TreeCompiler(source, setup).run(tree, from_stage);
}

}  // namespace weir::expr
