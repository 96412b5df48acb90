#include "log/range.h"

#include <algorithm>

namespace weir::log {

base::Offset resolve(const Point& point, const Extent& ends, const OffsetAtTime& at_time) {
  switch (point.kind) {
    case Point::Kind::start:
      return ends.start;
    case Point::Kind::end:
      return ends.end;
    case Point::Kind::offset:
      return {point.value};
    case Point::Kind::after_start:
      return ends.start + point.value;
    case Point::Kind::before_end:
      return std::max(ends.start, ends.end + -point.value);
    case Point::Kind::time:
      return at_time({point.value});
  }
  return ends.start;
}

Stop resolve_stop(const Range& range, Bounded bounded, const Extent& ends, const OffsetAtTime& at_time) {
  Stop stop;
  if (const auto& to = range.to) {
    stop.until = resolve(*to, ends, at_time);
    // No record is that new yet: the first that is ends the reading, whatever its offset.
    if (to->kind == Point::Kind::time && *stop.until >= ends.end) {
      stop.until.reset();
      stop.until_time = base::EventTime{to->value};
    }
  }
  if (bounded == Bounded::as_of_now) stop.until = std::min(stop.until.value_or(ends.end), ends.end);
  return stop;
}

}  // namespace weir::log
