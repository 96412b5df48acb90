// What the compiler makes of a tree for the line engine: the same shape, but with every path from the event turned into
// the number of a slot that the scanner fills, and every constant ready to use.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "expr/binary_operator.h"
#include "expr/line_natives.h"
#include "expr/native.h"
#include "expr/regex.h"
#include "expr/value.h"
#include "json/path_set.h"

namespace weir::expr {

struct TreeProgram;

enum class Do : std::uint8_t {
  input,     // . where it is not the event, or a known part of it
  slot,      // a path from the event
  member,    // an envelope's member (-J): $ts and its like
  constant,  //
  index,     // args: term; step or key_kind say by what
  iterate,   // args: term
  pipe,      // args: stages
  comma,
  and_,
  or_,
  alternative,  // args: two or more
  not_,
  negate,    // args: operand
  compare,   // args: left, right
  call,      // args: arguments
  has_slot,  // args: slot, a constant name, the slot of the member of that name
  attempt,   // args: body, and what to do with the message of its error, if anything
  array,     // args: content, or none
  object,    // args: key, value in turn
  arith,     // args: left, right; arithmetic
  chain,     // args: two or more; operators
  if_,       // args: condition, then, else
  bind,      // args: source, body; local
  local,     // a variable's value: local
  index_by,  // args: term, key
  slice,     // args: term, from, to
  join,      // args: parts of a string, every second of them a constant; native: what makes a part text
  native,    // args: input, arguments; native
  kind,      // args: input; kinds: the input, when it is of one of them
  range,     // args: from, to
  limit,     // args: count, body
  first,     // args: body
  any,       // args: source, condition
  every,     // args: source, condition
  tree,      // args: input; part: what the tree engine makes of it
};

enum class Member : std::uint8_t { key, ts, topic, partition, offset, headers, envelope };
inline constexpr std::size_t kMembers = 7;

enum class Function : std::uint8_t { length, has, starts_with, ends_with, contains, test };

struct Code {
  Do what = Do::input;
  // Exactly one result, or an error: evaluated without callbacks.
  bool single = true;
  bool optional = false;  // index, iterate: no result instead of an error of this very step
  Comparison comparison{};
  Arithmetic arithmetic{};
  std::vector<Arithmetic> operators;  // chain: between its args
  Member member{};
  Function function{};
  bool distinct = false;     // object: its names are constants, all different
  std::uint16_t kinds = 0;   // bits by Kind
  std::uint32_t slot = 0;    // slot; local: its place; tree: the part's
  std::int64_t integer = 0;  // compare: the right side, when integer_right
  bool integer_right = false;
  json::Step step;               // index: a member's name or an element's number
  Value value{};                 // constant; index by anything else: the key
  bool keyed = false;            // index: by `value`, which is no string and no integer
  const Regex* regex = nullptr;  // test with a constant pattern
  Native native = nullptr;
  LineNative line_native = nullptr;  // tried before `native`; null: there is none
  std::vector<Code> args;
};

// A part that the line engine leaves to the tree engine.
struct TreePart {
  std::shared_ptr<const TreeProgram> program;
  std::string construct;  // what keeps it off the line: "'reduce'", "assignment"
  std::string place;      // NAME:LINE:COLUMN
};

// A compiled expression's parts; views and pointers inside stay valid when it is moved.
struct Compiled {
  Code code;
  std::vector<json::Path> paths;  // from `.`; the slot is the place
  bool members[kMembers] = {};    // which parts of an envelope are read
  std::deque<std::string> texts;  // what constants point into
  std::deque<Regex> regexes;
  std::uint32_t locals = 0;    // how many variables have a place
  std::deque<TreePart> parts;  // what the tree engine runs

  bool reads_members() const {
    for (const bool read : members) {
      if (read) return true;
    }
    return false;
  }
};

}  // namespace weir::expr
