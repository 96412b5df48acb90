// What the compiler makes of a tree for the tree engine: names are resolved to places in frames, calls to functions,
// constants to numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "expr/code.h"
#include "expr/native.h"

namespace weir::expr {

enum class Act : std::uint8_t {
  identity,
  constant,     // number: of TreeProgram::constants
  variable,     // place
  member,       // member: $key and its like
  index,        // args: term, key
  slice,        // args: term, from, to
  iterate,      // args: term
  recurse,      // ..
  pipe,         // args: stages
  comma,        // args
  and_,         // args
  or_,          // args
  negate,       // args: operand
  arith,        // args: left, right; arithmetic
  compare,      // args: left, right; comparison
  chain,        // args: two or more; operators
  alternative,  // args: two or more
  array,        // args: content, or none
  object,       // args: key, value in turn
  join,         // args: parts of a string; native: what makes a part text, null for its plain text
  conditional,  // args: condition, then, else or none
  try_,         // args: body, handler or none
  reduce,       // args: source, start, update; patterns
  foreach,      // args: source, start, update, extract or none; patterns
  bind,         // args: source, body; patterns
  label,        // place: of its number; args: body
  break_,       // place
  call,         // function, place.hops: to the frame it was defined in; arguments
  argument,     // place: of the closure that the caller handed over
  native,       // native; args: its arguments without the input
  // Functions that take closures, or live on paths.
  empty,
  error,       // args: the message, or none for the input
  path,        // args: what makes paths
  get_path,    // args: the path
  paths,       // of all that is inside
  select,      // args: condition
  range,       // args: from, to, by
  limit,       // args: count, body
  first,       // args: body
  last,        // args: body
  until,       // args: condition, update
  while_,      // args: condition, update
  repeat,      // args: body
  recurse_by,  // args: step, condition or none
  is_empty,    // args: body
  any,         // args: source, condition
  all,         // args: source, condition
  kind,        // kinds: . when it is of one of them
  assign,      // args: target, value           target = value
  update,      // args: target, update          target |= update
  compute,     // args: target, value            target += value; arithmetic
  alternate,   // args: target, value            target //= value
  delete_,     // args: target
};

struct Place {
  std::uint32_t hops = 0;  // frames up from the running function's
  std::uint32_t slot = 0;
};

struct Routine;
struct TreeCode;

// What a caller hands over for a parameter that is no $value: code to run in the caller's frame, or what the caller was
// handed itself.
struct Argument {
  const Routine* function = nullptr;  // null: passed on
  Place passed;
};

// One step of taking a value apart: the value in slot `from`, at `key`, goes to slot `to`.
struct Binding {
  static constexpr std::uint32_t kSource = ~std::uint32_t{0};
  std::uint32_t from = kSource;  // kSource: the value itself
  std::uint32_t to = 0;
  std::unique_ptr<TreeCode> key;  // null: the whole
};

struct Pattern {
  std::vector<Binding> bindings;
  std::vector<std::uint32_t> slots;  // of the variables of all alternatives: null until bound

  bool plain() const { return bindings.size() == 1 && !bindings[0].key; }  // $name
};

struct TreeCode {
  Act act = Act::identity;
  bool many = false;      // may have more than one result; else at most one
  bool dynamic = false;   // ... or will, when one of the closures in sight does
  bool optional = false;  // index, slice, iterate: no result instead of an error of this very step
  bool take = false;      // reads the input for the last time: may move it
  Comparison comparison{};
  Arithmetic arithmetic{};
  std::vector<Arithmetic> operators;  // chain: between its args
  Member member{};
  std::uint16_t kinds = 0;  // bits by Kind
  std::uint32_t number = 0;
  Place place;
  Native native = nullptr;
  const Routine* function = nullptr;
  std::vector<Argument> arguments;
  std::vector<Pattern> patterns;
  std::vector<TreeCode> args;
};

struct Routine {
  TreeCode body;
  bool framed = false;  // has a frame of its own; else it runs in the one it was defined in
  std::uint32_t variables = 0;
  std::uint32_t parameters = 0;
};

// Immutable once compiled; each engine makes its own values of the constants.
struct TreeProgram {
  Routine main;
  std::deque<Routine> functions;
  std::deque<std::string> constants;  // JSON texts
  bool members[kMembers] = {};        // which parts of an envelope are read
};

}  // namespace weir::expr
