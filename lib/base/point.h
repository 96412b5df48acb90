// POINT := start | end | OFFSET | TIME: a place in a partition, for --from and --to.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/time_spec.h"

namespace weir::base {

struct Point {
  enum class Kind {
    start,        // the first record there is
    end,          // the end as of now
    offset,       // exactly `value`
    after_start,  // `value` records after the start; only a RANGE says so
    before_end,   // `value` records before the end; only a RANGE says so
    time,         // the first record that is not before `time`
  };
  Kind kind = Kind::start;
  std::int64_t value = 0;
  TimeSpec time;

  friend bool operator==(const Point&, const Point&) = default;
};

// Throws Error(Kind::usage) whose text begins with `text`.
Point parse_point(std::string_view text);

}  // namespace weir::base
