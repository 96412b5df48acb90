// The tree that the parser makes: the whole grammar of the language, before anything is decided about how to
// run it. Ownership: a node owns its children. Every node knows the place in the source it came from.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace weir::expr {

// What a node's `text` and `args` hold. "?" marks an argument that may be null.
enum class Op : unsigned char {
  identity,     // .
  recurse,      // ..
  number,       // text: the literal as typed
  string,       // text: decoded
  format,       // text: @name
  interpolate,  // text: "" or @name; args: string and expression in turn, beginning and ending with a string
  // `.a?` and its like ("optional") hold "?" in text: unlike a try_, they forgive only their own step.
  index,     // args: term, key
  slice,     // args: term, from?, to?
  iterate,   // args: term
  array,     // args: content?
  object,    // args: key, value in turn
  variable,  // text: the name without $
  call,      // text: the name; args: the arguments
  negate,    // args: operand
  try_,      // args: body, handler?
  pipe,      // args: two or more stages
  comma,     // args: two or more
  and_,      // args: two or more
  or_,       // args: two or more
  binary,    // text: + - * / % == != < <= > >= //; args: left, right; of // also more, grouped to the right
  chain,     // names: + - or * / %; args: one more than those between them, grouped to the left
  assign,    // text: = |= += -= *= /= %= //=; args: target, value
  conditional,       // args: condition, then, else?  (elif is a conditional in else)
  reduce,            // args: source, pattern, start, update, further patterns behind ?//
  foreach,           // args: source, pattern, start, update, extract or null, further patterns
  bind,              // args: source, body, patterns...
  define,            // text: the name; names: the parameters ($x as typed); args: body, what it is visible in
  label,             // text: the name; args: body
  break_,            // text: the name
  pattern_variable,  // text: the name
  pattern_array,     // args: patterns
  pattern_object,    // args: key, pattern? in turn; a key that is a pattern_variable is bound as well
};

struct Node;
using NodePtr = std::unique_ptr<Node>;

struct Node {
  Op op;
  std::size_t at = 0;   // byte position in the source of what names this node: an operator, a function's name
  std::size_t end = 0;  // behind that name
  std::string text;
  std::vector<NodePtr> args;
  std::vector<std::string> names;  // of parameters, or operators
  int depth = 1;                   // levels of nodes from here down
};

// Does a `?` or try in it hand on results one by one? As in jq 1.6 it then catches what fails behind them too.
inline bool catches_behind(const Node& node) {
  if (node.op == Op::try_) return true;
  if (node.op == Op::array) return false;
  return std::any_of(node.args.begin(), node.args.end(),
                     [](const NodePtr& inner) { return inner && catches_behind(*inner); });
}

}  // namespace weir::expr
