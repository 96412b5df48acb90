// The rows of `window`, from the semantics alone: whatever is written is computed anew from all records of a window.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/aggregate.h"
#include "model/record.h"

namespace weir::model {

struct WindowSpec {
  enum class Kind { tumbling, hopping, sliding, sliding_both, session, rows, day, week, month };
  enum class Emit { final, changes, ontime, early_count, early_time };
  enum class Late { drop, in_line };
  enum class Fill { none, zero, null };

  Kind kind = Kind::tumbling;
  Time size = 10;   // also the gap of a session, the reach of a sliding window
  Time every = 10;  // of hopping windows
  Time align = 0;
  std::string zone;      // of calendar windows; empty: UTC
  std::size_t rows = 3;  // also N of early=N
  Time early = 5;        // of early=DUR
  std::vector<std::string> by;
  std::vector<Aggregate> aggregates;
  Time bound = 0, grace = 0;
  Emit emit = Emit::final;
  bool only_changed = false;
  std::string having;  // "count > N": at_least holds N; empty: none
  int having_over = 0;
  Late late = Late::drop;
  Fill fill = Fill::none;
  Time wm_step = 0;  // of the watermark lines it writes; 0: none
  bool envelope = false;
};

struct Outcome {
  std::vector<std::string> lines;
  std::uint64_t late = 0, skipped = 0, dropped = 0;
};

Outcome windows(const WindowSpec& spec, const std::vector<std::vector<Record>>& inputs);

// The record as a line of input, and the flags that say what the spec says.
std::string line_of(const Record& record, bool envelope);
std::vector<std::string> flags_of(const WindowSpec& spec);

}  // namespace weir::model
