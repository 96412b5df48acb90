// Where reading starts and stops: POINT and RANGE of the command line, after parsing, before they are
// resolved against each partition.
#pragma once

#include <cstdint>
#include <functional>
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

// Of one partition, as of now.
struct Extent {
  base::Offset start, end;
};
// The first offset whose time is at least that; the end where no record is that new.
using OffsetAtTime = std::function<base::Offset(base::EventTime)>;

// Where a point lies in a partition. Not clamped to what is there: a record that has not come yet can be waited for.
base::Offset resolve(const Point& point, const Extent& ends, const OffsetAtTime& at_time);

// Where reading stops: before `until`, or at the first record that is not older than `until_time`; neither: nowhere.
struct Stop {
  std::optional<base::Offset> until;
  std::optional<base::EventTime> until_time;
};
enum class Bounded { no, as_of_now };  // as_of_now: at the end of the partition at the latest
Stop resolve_stop(const Range& range, Bounded bounded, const Extent& ends, const OffsetAtTime& at_time);

}  // namespace weir::log
