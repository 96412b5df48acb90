#include "expr/parser.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "expr/complaint.h"
#include "expr/lexer.h"
#include "expr/precedence.h"

namespace weir::expr {
namespace {

// Longer than what anybody types: from here on a sum is one wide node, and a path goes on as a stage of a pipe.
constexpr int kLong = 64;

bool is_chain(Op op) {
  return op == Op::pipe || op == Op::comma || op == Op::and_ || op == Op::or_;
}

// Does a step of a path find its place without looking at `.`, so that it means the same behind a pipe?
bool stands_alone(const Node& step) {
  return std::all_of(step.args.begin() + 1, step.args.end(), [](const NodePtr& key) {
    return !key || key->op == Op::string || key->op == Op::number || key->op == Op::variable ||
           (key->op == Op::negate && key->args[0]->op == Op::number);
  });
}

class Parser {
 public:
  explicit Parser(const Source& source) : source_(source), tokens_(tokenize(source)) {}

  NodePtr run() {
    if (here().kind == TokenKind::end) fail("empty; write . to say \"every event\"");
    NodePtr tree = expression(0);
    if (here().kind != TokenKind::end) unexpected("an operator or the end");
    return tree;
  }

 private:
  // ---- tokens

  const Token& here() const { return tokens_[next_]; }
  const Token& ahead(std::size_t n) const { return tokens_[std::min(next_ + n, tokens_.size() - 1)]; }
  const Token& take() { return tokens_[next_ + 1 < tokens_.size() ? next_++ : next_]; }
  bool accept(std::string_view word) { return here().is(word) && (take(), true); }

  // ?// between patterns. Anywhere else `.a?//1` says (.a?) // 1, so the lexer keeps the two apart.
  bool accept_alternative() {
    if (!here().is("?") || !ahead(1).is("//") || ahead(1).at != here().end) return false;
    return take(), take(), true;
  }

  const Token& expect(std::string_view word, std::string_view behind = {}) {
    if (!here().is(word)) {
      unexpected("'" + std::string(word) + "'" + (behind.empty() ? "" : " " + std::string(behind)));
    }
    return take();
  }

  [[noreturn]] void fail(std::string what) const { throw error_at(source_, here().at, std::move(what)); }

  [[noreturn]] void unexpected(const std::string& expected) const {
    throw unexpected_token(source_, next_ > 0 ? &tokens_[next_ - 1] : nullptr, here(), expected);
  }

  // ---- nodes

  // Guards the recursion of the parser itself; finish() guards that of everybody who walks the tree later.
  struct Level {
    explicit Level(Parser& parser) : parser_(parser) {
      if (++parser_.level_ > kMaxDepth)
        parser_.fail("nested more than " + std::to_string(kMaxDepth) + " levels deep");
    }
    ~Level() { --parser_.level_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    Parser& parser_;
  };

  template <typename... Args>
  NodePtr make(Op op, const Token& token, std::string text, Args... args) {
    auto node = std::make_unique<Node>();
    node->op = op;
    node->at = token.at;
    node->end = token.end;
    node->text = std::move(text);
    (node->args.push_back(std::move(args)), ...);
    return finish(std::move(node));
  }

  NodePtr finish(NodePtr node) {
    int deepest = 0;
    for (const NodePtr& arg : node->args) deepest = std::max(deepest, arg ? arg->depth : 0);
    node->depth = deepest + 1;
    return bounded(std::move(node));
  }

  NodePtr bounded(NodePtr node) {
    if (node->depth > kMaxDepth) {
      throw error_at(source_, node->at, "nested more than " + std::to_string(kMaxDepth) + " levels deep");
    }
    return node;
  }

  // ---- expressions

  // Everything that binds at least as tight as `level`.
  NodePtr expression(int level) {
    const Level guard(*this);
    NodePtr left = prefix();
    while (const Operator* const op = operator_of(here())) {
      if (op->level < level) break;
      const Token& token = take();
      NodePtr right = expression(op->level + 1);
      if (op->side == Side::right && here().is(op->text)) {
        left = grouped_right(*op, token, std::move(left), std::move(right));
        continue;
      }
      left = join(*op, token, std::move(left), std::move(right));
      const Operator* const following = operator_of(here());
      if (op->side == Side::none && following != nullptr && following->level == op->level) {
        throw error_at(source_, here().at, "'" + token.text + "' and '" + here().text + "' do not chain")
            .hint("join comparisons with 'and', or use parentheses");
      }
    }
    return left;
  }

  // Chains of one operator are one node (a pipe groups to the right in jq, but means the same either way), so that a
  // thousand alternatives are a wide tree and not a deep one.
  NodePtr join(const Operator& op, const Token& token, NodePtr left, NodePtr right) {
    if (is_chain(op.op)) {
      if (left->op == op.op) return widen(std::move(left), std::move(right));
    } else if (op.side == Side::left) {
      if (left->op == Op::chain && operator_of(left->names[0])->level == op.level) {
        left->names.emplace_back(op.text);
        return widen(std::move(left), std::move(right));
      }
      if (left->depth >= kLong) {
        NodePtr node = make(Op::chain, token, "", std::move(left), std::move(right));
        node->names.emplace_back(op.text);
        return node;
      }
    }
    return make(op.op, token, std::string(op.text), std::move(left), std::move(right));
  }

  // Not by finish(), which looks at every argument again.
  NodePtr widen(NodePtr node, NodePtr last) {
    node->depth = std::max(node->depth, last->depth + 1);
    node->args.push_back(std::move(last));
    return bounded(std::move(node));
  }

  // left OP right OP ...
  NodePtr grouped_right(const Operator& op, const Token& token, NodePtr left, NodePtr right) {
    NodePtr node = make(op.op, token, std::string(op.text), std::move(left), std::move(right));
    while (accept(op.text)) node = widen(std::move(node), expression(op.level + 1));
    return node;
  }

  // What may stand before an operand. def, label and `as` reach as far to the right as they can.
  NodePtr prefix() {
    if (here().is("def")) return define();
    if (here().is("-")) {
      const Token& token = take();
      // As in jq, the minus binds looser than * and /: -1 * 2 is -(1 * 2).
      return make(Op::negate, token, "-", expression(kPlusLevel + 1));
    }
    if (here().is("label")) {
      const Token& token = take();
      if (here().kind != TokenKind::variable) unexpected("$NAME behind 'label'");
      std::string name = take().text;
      expect("|", "behind a label");
      return make(Op::label, token, std::move(name), expression(kPipeLevel));
    }
    NodePtr term = postfix();
    if (!here().is("as")) return term;
    const Token& token = take();
    auto node = make(Op::bind, token, "as", std::move(term), NodePtr());
    do {
      node->args.push_back(pattern());
    } while (accept_alternative());
    expect("|", "behind a binding");
    node->args[1] = expression(kPipeLevel);
    return finish(std::move(node));
  }

  NodePtr define() {
    const Token& token = expect("def");
    if (here().kind != TokenKind::identifier && here().kind != TokenKind::keyword)
      unexpected("a name behind 'def'");
    auto node = make(Op::define, token, take().text);
    if (accept("(")) {
      do {
        if (here().kind != TokenKind::identifier && here().kind != TokenKind::variable &&
            here().kind != TokenKind::keyword) {
          unexpected("a parameter's name");
        }
        const Token& name = take();
        node->names.push_back((name.kind == TokenKind::variable ? "$" : "") + name.text);
      } while (accept(";"));
      expect(")", "behind the parameters");
    }
    expect(":", "behind the name of a function");
    node->args.push_back(expression(kPipeLevel));
    expect(";", "behind the body of a function");
    node->args.push_back(expression(kPipeLevel));
    return finish(std::move(node));
  }

  // ---- terms

  NodePtr postfix() {
    bool step = here().kind == TokenKind::field ||
                (here().is(".") && (ahead(1).kind == TokenKind::string_open || ahead(1).is("[")));
    Stages before;  // of a long path
    NodePtr term = primary();
    while (true) {
      const Token& token = here();
      if (token.kind == TokenKind::field) {
        take();
        go_on(before, term, make(Op::index, token, "", NodePtr(), make(Op::string, token, token.text)));
        step = true;
      } else if (token.is(".") && ahead(1).kind == TokenKind::string_open) {
        take();
        go_on(before, term, make(Op::index, token, "", NodePtr(), string("")));
        step = true;
      } else if (token.is("[") || (token.is(".") && ahead(1).is("["))) {
        if (token.is(".")) take();
        go_on(before, term, bracket());
        step = true;
      } else if (token.is("?")) {
        take();
        if (step) {
          term->text.assign(1, '?');
        } else {
          term = make(Op::try_, token, "?", whole(before, std::move(term)), NodePtr());
        }
        step = false;
      } else {
        return whole(before, std::move(term));
      }
    }
  }

  using Stages = std::vector<NodePtr>;

  // One step further from `term`, which `step` does not have yet.
  void go_on(Stages& before, NodePtr& term, NodePtr step) {
    if (!stands_alone(*step)) {
      term = whole(before, std::move(term));
    } else if (term->depth >= kLong) {
      before.push_back(std::move(term));
      term = std::make_unique<Node>();
      term->op = Op::identity;
      term->at = step->at;
      term->end = step->end;
    }
    step->args[0] = std::move(term);
    term = finish(std::move(step));
  }

  NodePtr whole(Stages& before, NodePtr term) {
    if (before.empty()) return term;
    auto pipe = std::make_unique<Node>();
    pipe->op = Op::pipe;
    pipe->at = before[0]->at;
    pipe->end = before[0]->end;
    pipe->args = std::exchange(before, {});
    pipe->args.push_back(std::move(term));
    return finish(std::move(pipe));
  }

  // A step without its term.
  NodePtr bracket() {
    const Token& token = expect("[");
    if (accept("]")) return make(Op::iterate, token, "", NodePtr());
    if (accept(":")) {
      NodePtr to = expression(0);
      expect("]");
      return make(Op::slice, token, "", NodePtr(), NodePtr(), std::move(to));
    }
    NodePtr key = expression(0);
    if (accept(":")) {
      NodePtr to = here().is("]") ? NodePtr() : expression(0);
      expect("]");
      return make(Op::slice, token, "", NodePtr(), std::move(key), std::move(to));
    }
    expect("]");
    return make(Op::index, token, "", NodePtr(), std::move(key));
  }

  NodePtr primary() {
    const Token& token = here();
    switch (token.kind) {
      case TokenKind::number:
        return take(), make(Op::number, token, token.text);
      case TokenKind::string_open:
        return string("");
      case TokenKind::format:
        take();
        if (here().kind == TokenKind::string_open) return string(token.text);
        return make(Op::format, token, token.text);
      case TokenKind::field:
        take();
        return make(Op::index, token, "", make(Op::identity, token, "."),
                    make(Op::string, token, token.text));
      case TokenKind::variable:
        return take(), make(Op::variable, token, token.text);
      case TokenKind::identifier:
        return call();
      case TokenKind::keyword:
        return keyword();
      case TokenKind::punctuation:
        return bracketed();
      default:
        unexpected("an expression");
    }
  }

  NodePtr call() {
    const Token& token = take();
    if (token.text == "break" && here().kind == TokenKind::variable)
      return make(Op::break_, token, take().text);
    auto node = make(Op::call, token, token.text);
    if (accept("(")) {
      do {
        node->args.push_back(expression(0));
      } while (accept(";"));
      if (here().is(",")) unexpected("')'");
      expect(")", "behind the arguments of " + token.text);
    }
    return finish(std::move(node));
  }

  NodePtr keyword() {
    const Token& token = here();
    if (token.is("if")) return take(), conditional(token);
    if (token.is("reduce") || token.is("foreach")) return take(), fold(token);
    if (token.is("try")) {
      take();
      NodePtr body = guarded();
      NodePtr handler = accept("catch") ? guarded() : NodePtr();
      return make(Op::try_, token, "try", std::move(body), std::move(handler));
    }
    if (token.is("def")) return define();
    if (token.is("import") || token.is("include") || token.is("module")) {
      throw error_at(source_, token.at, "'" + token.text + "' is left out on purpose")
          .hint("an expression cannot reach outside its event; put the definitions into --from-file");
    }
    unexpected("an expression");
  }

  // The operand of try and catch: a term, or what stands before one.
  NodePtr guarded() {
    const Level guard(*this);
    // `try .a?` is (try .a)? in jq; the two mean the same, so the ? may stay with its term.
    return here().is("-") || here().is("label") || here().is("def") ? prefix() : postfix();
  }

  NodePtr conditional(const Token& token) {
    const Level guard(*this);
    NodePtr condition = expression(0);
    expect("then", "behind the condition of 'if'");
    NodePtr then = expression(0);
    NodePtr otherwise;
    if (here().is("elif")) {
      const Token& inner = take();
      otherwise = conditional(inner);
      return make(Op::conditional, token, "if", std::move(condition), std::move(then), std::move(otherwise));
    }
    bool else_if = false;
    if (accept("else")) {
      else_if = here().is("if");
      otherwise = expression(0);
    }
    if (else_if && !here().is("end")) {
      throw error_at(source_, here().at, "expected 'end' to close 'if'").hint("'else if' is written elif");
    }
    expect("end", "to close 'if'");
    return make(Op::conditional, token, "if", std::move(condition), std::move(then), std::move(otherwise));
  }

  NodePtr fold(const Token& token) {
    const Level guard(*this);
    const bool reduce = token.text == "reduce";
    auto node = make(reduce ? Op::reduce : Op::foreach, token, token.text, postfix());
    expect("as", "behind the source of '" + token.text + "'");
    node->args.push_back(pattern());
    std::vector<NodePtr> alternatives;
    while (accept_alternative()) alternatives.push_back(pattern());
    expect("(");
    node->args.push_back(expression(0));
    expect(";");
    node->args.push_back(expression(0));
    if (!reduce) node->args.push_back(accept(";") ? expression(0) : NodePtr());
    expect(")", "to close '" + token.text + "'");
    std::move(alternatives.begin(), alternatives.end(), std::back_inserter(node->args));
    return finish(std::move(node));
  }

  NodePtr bracketed() {
    const Token& token = here();
    if (token.is(".")) {
      take();
      NodePtr here_itself = make(Op::identity, token, ".");
      if (here().kind == TokenKind::string_open)
        return make(Op::index, token, "", std::move(here_itself), string(""));
      return here_itself;
    }
    if (token.is("..")) return take(), make(Op::recurse, token, "..");
    if (token.is("(")) {
      take();
      NodePtr inner = expression(0);
      expect(")", "to close '('");
      return inner;
    }
    if (token.is("[")) {
      take();
      if (accept("]")) return make(Op::array, token, "[", NodePtr());
      NodePtr content = expression(0);
      expect("]", "to close '['");
      return make(Op::array, token, "[", std::move(content));
    }
    if (token.is("{")) return object();
    unexpected("an expression");
  }

  // ---- strings and objects

  NodePtr string(const std::string& format) {
    const Level guard(*this);
    const Token& open = take();
    NodePtr first = make(Op::string, open, take().text);
    if (here().kind == TokenKind::string_close) {
      first->end = take().end;
      if (format.empty()) return first;
      return make(Op::interpolate, open, format, std::move(first));
    }
    auto node = make(Op::interpolate, open, format, std::move(first));
    while (here().kind == TokenKind::string_interpolation) {
      take();
      node->args.push_back(expression(0));
      expect(")", "to close '\\('");
      const Token& text = take();
      node->args.push_back(make(Op::string, text, text.text));
    }
    take();
    return finish(std::move(node));
  }

  NodePtr object() {
    const Token& open = expect("{");
    auto node = make(Op::object, open, "{");
    while (!here().is("}")) {
      member(*node);
      if (!accept(",")) break;
    }
    expect("}", "to close '{'");
    return finish(std::move(node));
  }

  void member(Node& object) {
    const Token& token = here();
    NodePtr key;
    NodePtr value;  // of the short forms: {a} {$a} {"a"} {@base64} {$__loc__}
    if (token.is("(")) {
      take();
      key = expression(0);
      expect(")", "to close '('");
    } else if (token.kind == TokenKind::variable) {
      take();
      key = make(Op::string, token, token.text);
      value = make(Op::variable, token, token.text);
    } else if (token.kind == TokenKind::string_open || token.kind == TokenKind::format) {
      if (token.kind == TokenKind::format) take();
      const std::string format = token.kind == TokenKind::format ? token.text : "";
      const std::size_t again = next_;
      key = here().kind == TokenKind::string_open ? string(format) : make(Op::format, token, token.text);
      if (!here().is(":")) {
        // {"a"} is {"a": .a}: the key is read a second time, since a node has one parent.
        next_ = again;
        NodePtr name =
            here().kind == TokenKind::string_open ? string(format) : make(Op::format, token, token.text);
        value = make(Op::index, token, "", make(Op::identity, token, "."), std::move(name));
      }
    } else if (token.kind == TokenKind::number) {
      take();
      key = make(Op::number, token, token.text);
    } else if (token.kind == TokenKind::identifier || token.kind == TokenKind::keyword) {
      take();
      key = make(Op::string, token, token.text);
      value = make(Op::index, token, "", make(Op::identity, token, "."), make(Op::string, token, token.text));
    } else {
      unexpected("a member's name");
    }
    if (!value || here().is(":")) {
      expect(":", "behind a member's name");
      value = member_value();
    }
    object.args.push_back(std::move(key));
    object.args.push_back(std::move(value));
  }

  // A member's value is a pipe of terms; a comma, or any other operator, needs parentheses.
  NodePtr member_value() {
    const Level guard(*this);
    NodePtr value = member_term();
    while (here().is("|")) {
      const Token& token = take();
      value = join(*operator_of("|"), token, std::move(value), member_term());
    }
    if (operator_of(here()) != nullptr && !here().is(",")) {
      throw error_at(source_, here().at, "a member's value with an operator needs parentheses")
          .hint("{name: (.a " + here().text + " .b)}");
    }
    return value;
  }

  NodePtr member_term() {
    if (!here().is("-")) return postfix();
    const Token& token = take();
    return make(Op::negate, token, "-", postfix());
  }

  NodePtr pattern() {
    const Level guard(*this);
    const Token& token = here();
    if (token.kind == TokenKind::variable) return take(), make(Op::pattern_variable, token, token.text);
    if (accept("[")) {
      auto node = make(Op::pattern_array, token, "[");
      do {
        node->args.push_back(pattern());
      } while (accept(","));
      expect("]", "to close a pattern");
      return finish(std::move(node));
    }
    if (accept("{")) {
      auto node = make(Op::pattern_object, token, "{");
      do {
        pattern_member(*node);
      } while (accept(","));
      expect("}", "to close a pattern");
      return finish(std::move(node));
    }
    unexpected("a pattern: $NAME, [...] or {...}");
  }

  void pattern_member(Node& object) {
    const Token& token = here();
    NodePtr key;
    if (token.kind == TokenKind::variable) {
      take();
      object.args.push_back(make(Op::pattern_variable, token, token.text));
      object.args.push_back(accept(":") ? pattern() : NodePtr());
      return;
    }
    if (token.is("(")) {
      take();
      key = expression(0);
      expect(")", "to close '('");
    } else if (token.kind == TokenKind::string_open) {
      key = string("");
    } else if (token.kind == TokenKind::identifier || token.kind == TokenKind::keyword) {
      take();
      key = make(Op::string, token, token.text);
    } else {
      unexpected("a member's name");
    }
    expect(":", "behind a member's name");
    object.args.push_back(std::move(key));
    object.args.push_back(pattern());
  }

  const Source& source_;
  const std::vector<Token> tokens_;
  std::size_t next_ = 0;
  int level_ = 0;
};

}  // namespace

NodePtr parse(const Source& source) {
  return Parser(source).run();
}

}  // namespace weir::expr
