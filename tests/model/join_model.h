// The rows of `join`, from the semantics alone.
#pragma once

#include <string>
#include <vector>

#include "model/record.h"
#include "model/window_model.h"

namespace weir::model {

struct JoinSpec {
  enum class Kind { stream, table, as_of, tables, foreign };
  enum class Type { inner, left, right, outer };

  Kind kind = Kind::stream;
  Type type = Type::inner;
  Time before = 0, after = 0;  // of stream joins; either may be negative
  Time bound = 0, grace = 0;
  bool timed_table = false;  // --table with --right-ts: the table's records come in their time
  WindowSpec::Late late = WindowSpec::Late::drop;
  Time wm_step = 0;  // of the watermark lines it writes; 0: none
  bool envelope = false;
  bool tagged = false;  // one input with the topics l and r

  bool keeps_left() const { return type == Type::left || type == Type::outer; }
  bool keeps_right() const { return type == Type::right || type == Type::outer; }
};

// The join key is `k` of a bare value, or the envelope's key; a foreign key is `f` of the left value.
Outcome joined(const JoinSpec& spec, const std::vector<std::vector<Record>>& inputs);
std::vector<std::string> flags_of(const JoinSpec& spec);

// Of the pieces below, by kind. Inputs: left, right.
Outcome stream_joined(const JoinSpec& spec, const std::vector<std::vector<Record>>& inputs);
Outcome table_joined(const JoinSpec& spec, const std::vector<std::vector<Record>>& inputs);
Outcome as_of_joined(const JoinSpec& spec, const std::vector<std::vector<Record>>& inputs);
Outcome tables_joined(const JoinSpec& spec, const std::vector<std::vector<Record>>& inputs);
Outcome foreign_joined(const JoinSpec& spec, const std::vector<std::vector<Record>>& inputs);

}  // namespace weir::model
