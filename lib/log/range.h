// Where reading starts and stops: POINT and RANGE of the command line, after parsing, before they are
// resolved against each partition.
#pragma once

#include <cstdint>
#include <optional>

#include "base/units.h"

namespace weir::log {

struct Point {
  enum class Kind {
    start,        // the first record that is there
    end,          // behind the last record, as of when the source is opened
    offset,       // exactly `value`; below the start of the log it is the start
    after_start,  // `value` records after the start            (+N)
    before_end,   // `value` records before the end             (-N)
    time,         // the first record whose time is `value` milliseconds or later
  };
  Kind kind = Kind::start;
  std::int64_t value = 0;
  friend bool operator==(const Point&, const Point&) = default;
};

struct Range {
  std::optional<Point> from;          // none: the start, or the group's position
  std::optional<Point> to;            // the first record that is no longer read; none: no limit
  std::optional<std::uint64_t> last;  // instead of `from`: the newest N records in all, by time
  friend bool operator==(const Range&, const Range&) = default;
};

}  // namespace weir::log
