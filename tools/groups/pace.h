// How fast a group reads and its topics grow, from two looks at it, and so when it will have caught up.
#pragma once

#include <chrono>
#include <optional>

#include "bus/admin.h"

namespace weir::groups {

struct Pace {
  double read_per_second = 0, written_per_second = 0;
};

// Over the partitions that both looks know positions and ends of.
Pace pace_between(const bus::GroupInfo& before, const bus::GroupInfo& after, std::chrono::nanoseconds apart);

// Records between the positions and the ends, of all partitions where both are known.
std::int64_t lag_of(const bus::GroupInfo& group);

// How long until nothing is unread; none: at this pace never.
std::optional<std::chrono::milliseconds> until_caught_up(std::int64_t lag, const Pace& pace);

}  // namespace weir::groups
