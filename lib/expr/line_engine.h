// Runs code on one event at a time, on the values that a scanner took out of its line. Builds no tree; what an
// expression makes goes into a Scratch that is used again for the next event.
// Threads: one engine per thread; the code is only read.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "expr/code.h"
#include "expr/emit.h"
#include "expr/failure.h"
#include "expr/meter.h"
#include "expr/native.h"
#include "expr/regex.h"
#include "expr/value.h"

namespace weir::expr {

class TreeEngine;

// What an expression sees of one event.
struct Event {
  std::span<const Value> slots;  // one per Compiled::paths
  Value members[kMembers] = {};  // -J: $key and its like; missing ones are null
  bool binary_value = false;     // `.` is a value_base64: reading it is an error
  bool binary_key = false;
  std::string_view value;  // the text `.` stands for
};

// Thrown when a number that no text can hold (not-a-number, infinity) is about to become part of an array or object,
// whose elements live as text here: the event is for the tree engine.
struct NotFinite {};

// Errors: throws NotFinite.
class LineEngine {
 public:
  // Borrows `program`. More steps than `max_steps` on one event are an error.
  LineEngine(const Compiled& program, std::uint64_t max_steps, base::Zone zone = {});
  ~LineEngine();

  // Results in jq's order, until `emit` says stop. Values are good until the next run.
  Status run(const Event& event, const Emit& emit);
  // The only result of an expression that has exactly one. False: failed.
  bool run_single(const Event& event, Value& out);
  // After a failed run.
  const Failure& failure() const { return failure_; }

 private:
  void start(const Event& event);
  bool one(const Code& code, const Value& input, Value& out);
  Status all(const Code& code, const Value& input, const Emit& emit);

  bool read_slot(const Code& code, Value& out);
  bool read_member(const Code& code, Value& out);
  bool has_slot(const Code& code, Value& out);
  bool index(const Code& code, const Value& term, Value& out);
  bool compare(const Code& code, const Value& left, const Value& right);
  bool call(const Code& code, std::span<Value> args, Value& out);
  bool test(const Code& code, std::span<const Value> args, Value& out);

  Status all_index(const Code& code, const Value& input, const Emit& emit);
  Status all_iterate(const Code& code, const Value& input, const Emit& emit);
  Status each_member(const Value& object, const Emit& emit);
  Status all_pipe(const Code& code, std::size_t stage, const Value& input, const Emit& emit);
  Status all_junction(const Code& code, std::size_t from, const Value& input, const Emit& emit);
  Status all_alternative(const Code& code, const Value& input, const Emit& emit);
  // Every combination of the arguments' results, handed to `done` in `values`: the last argument turns slowest,
  // or with `first_slowest` the first.
  template <typename Done>
  Status all_arguments(const Code& code, bool first_slowest, std::size_t settled, std::span<Value> values,
                       const Value& input, const Done& done);
  Status all_chain(const Code& code, const Value& input, const Emit& emit);
  Status all_call(const Code& code, const Value& input, const Emit& emit);
  Status all_object(const Code& code, const Value& input, const Emit& emit);
  Status all_if(const Code& code, const Value& input, const Emit& emit);
  Status all_attempt(const Code& code, const Value& input, const Emit& emit);
  Status all_bind(const Code& code, const Value& input, const Emit& emit);
  Status all_range(const Code& code, const Value& input, const Emit& emit);
  Status all_limit(const Code& code, const Value& input, const Emit& emit);
  Status all_first(const Code& code, const Value& input, const Emit& emit);
  Status all_tree(const Code& code, const Value& input, const Emit& emit);

  // ---- what makes values (line_values.cpp)
  bool array(const Code& code, const Value& input, Value& out);
  bool single_object(const Code& code, const Value& input, Value& out);
  bool object(const Code& code, std::span<const Value> parts, Value& out);
  bool arith(Arithmetic arithmetic, const Value& left, const Value& right, Value& out);
  bool chain(const Code& code, std::span<const Value> values, Value& out);
  // left + right where their texts say it; false: they are no such values.
  bool add_text(const Value& left, const Value& right, Value& out);
  bool index_by(const Value& term, const Value& key, Value& out);
  bool slice(std::span<const Value> args, Value& out);
  bool join(const Code& code, const Value& input, Value& out);
  bool join_part(const Code& code, std::size_t place, const Value& input, Value& out);
  // Of a code's functions, the one on text if it can, else the one on values.
  bool apply(const Code& code, std::span<const Value> args, Value& out);
  bool native(Native function, std::span<const Value> args, Value& out);
  bool some(const Code& code, const Value& input, Value& out);  // any, every
  bool to_datum(const Value& value, Datum& out);
  bool settle(bool ok, Datum& result, Value& out);

  bool fail(Failure::What what, const Value& a = {}, const Value& b = {}, std::string_view name = {});
  void explain_misfit(const json::Path& path);
  bool step() {
    if (natives_.steps_left == 0) return fail(Failure::What::steps);
    --natives_.steps_left;
    return true;
  }
  // Reading or writing so much text in one step. Throws LimitReached.
  void charge(std::size_t bytes) {
    if (bytes >= kBytesPerStep) natives_.step(bytes / kBytesPerStep);
  }
  bool forgivable() const { return failure_.what != Failure::What::steps; }

  const Compiled& program_;
  const std::uint64_t max_steps_;
  const Event* event_ = nullptr;
  Scratch scratch_;
  Natives natives_;
  std::vector<Value> locals_;
  std::vector<std::unique_ptr<TreeEngine>> trees_;  // one for each of the program's parts
  std::string text_;                                // room for one value's text
  struct Room;
  std::string& room();
  std::deque<std::string> rooms_;
  std::size_t rooms_used_ = 0;
  Failure failure_;
  // The last pattern of a test() whose pattern comes from the event.
  std::string pattern_, pattern_flags_, pattern_error_;
  Regex regex_;
};

}  // namespace weir::expr
