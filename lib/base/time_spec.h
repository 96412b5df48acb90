// TIME := now | now-DUR | now+DUR | -DUR | today | yesterday | @EPOCH (10, 13, 16 or 19 digits) | RFC 3339 | YYYY-MM-DD
//
// Parsing checks the grammar; what it means is settled later, when the zone and the present are known. A point finer
// than a millisecond is floored.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "base/units.h"
#include "base/zone.h"

namespace weir::base {

struct TimeSpec {
  enum class Kind {
    relative,  // to the present, by `ms`
    instant,   // `ms` since the epoch
    local,     // a date or date-time without a zone: `ms` as if it were UTC
    day,       // midnight of the day in the zone, `ms` whole days from the present one: 0 today, -1 yesterday
  };
  Kind kind = Kind::relative;
  std::int64_t ms = 0;

  EventTime resolve(EventTime now, const Zone& zone) const;
  friend bool operator==(const TimeSpec&, const TimeSpec&) = default;
};

// Throws Error(Kind::usage) whose text begins with `text`.
TimeSpec parse_time(std::string_view text);

}  // namespace weir::base
