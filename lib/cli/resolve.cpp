#include <chrono>

#include "cli/open.h"

namespace weir::cli {

log::Point resolve(const base::Point& point, base::EventTime now, const base::Zone& zone) {
  using From = base::Point::Kind;
  using To = log::Point::Kind;
  switch (point.kind) {
    case From::start:
      return {To::start, 0};
    case From::end:
      return {To::end, 0};
    case From::offset:
      return {To::offset, point.value};
    case From::after_start:
      return {To::after_start, point.value};
    case From::before_end:
      return {To::before_end, point.value};
    case From::time:
      return {To::time, point.time.resolve(now, zone).ms};
  }
  return {};
}

log::Range resolve(const base::Range& range, base::EventTime now, const base::Zone& zone) {
  log::Range resolved;
  if (range.from) resolved.from = resolve(*range.from, now, zone);
  if (range.to) resolved.to = resolve(*range.to, now, zone);
  if (range.length && resolved.from && resolved.to) {
    resolved.to->value =
        resolved.from->value + std::chrono::duration_cast<std::chrono::milliseconds>(*range.length).count();
  }
  return resolved;
}

}  // namespace weir::cli
