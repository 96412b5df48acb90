// What the compiler makes of a tree for the line engine: the same shape, but with every path from the event turned into
// the number of a slot that the scanner fills, and every constant ready to use.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "expr/regex.h"
#include "expr/value.h"
#include "json/path_set.h"

namespace weir::expr {

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
  alternative,  // args: left, right
  not_,
  negate,   // args: operand
  compare,  // args: left, right
  call,     // args: arguments
  attempt,  // args: body
  array,    // args: content, or none
  object,   // args: key, value in turn
};

enum class Comparison : std::uint8_t { equal, unequal, less, less_equal, greater, greater_equal };

enum class Member : std::uint8_t { key, ts, topic, partition, offset, headers, envelope };
inline constexpr std::size_t kMembers = 7;

enum class Function : std::uint8_t { length, has, starts_with, ends_with, contains, test };

struct Code {
  Do what = Do::input;
  // Exactly one result, or an error: evaluated without callbacks.
  bool single = true;
  bool optional = false;  // index, iterate: no result instead of an error of this very step
  Comparison comparison{};
  Member member{};
  Function function{};
  std::uint32_t slot = 0;    // slot
  std::int64_t integer = 0;  // compare: the right side, when integer_right
  bool integer_right = false;
  json::Step step;               // index: a member's name or an element's number
  Value value{};                 // constant; index by anything else: the key
  bool keyed = false;            // index: by `value`, which is no string and no integer
  const Regex* regex = nullptr;  // test with a constant pattern
  std::vector<Code> args;
};

// A compiled expression's parts; views and pointers inside stay valid when it is moved.
struct Compiled {
  Code code;
  std::vector<json::Path> paths;  // from `.`; the slot is the place
  bool members[kMembers] = {};    // which parts of an envelope are read
  std::deque<std::string> texts;  // what constants point into
  std::deque<Regex> regexes;

  bool reads_members() const {
    for (const bool read : members) {
      if (read) return true;
    }
    return false;
  }
};

}  // namespace weir::expr
