// RANGE := the grammar of rpk's -o:
//   start end       from there on              +N     from N after the start
//   :end            up to the end as of now    -N     from N before the end
//   N  N:           from offset N on           :N     up to offset N, which is left out
//   A:B             from A up to B, left out
//   @T  @T:         from time T on             @:T    up to time T
//   @T1:T2          between the two; T2 may be a DUR (that long after T1), or end
#pragma once

#include <optional>
#include <string_view>

#include "base/point.h"

namespace weir::base {

struct Range {
  std::optional<Point> from;  // none: where the tool starts anyway
  std::optional<Point> to;    // none: no end; the point itself is left out
  // Set when T2 was a duration: `to` is that long after the resolved `from`, and to->time is meaningless.
  std::optional<std::chrono::nanoseconds> length;

  friend bool operator==(const Range&, const Range&) = default;
};

// Throws Error(Kind::usage) whose text begins with `text`.
Range parse_range(std::string_view text);

}  // namespace weir::base
