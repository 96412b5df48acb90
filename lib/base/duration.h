// DUR := 0 | (NUMBER UNIT)+, UNIT := ns us ms s m h d w. "1h30m", "250ms", "1.5h"; m is always minutes.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace weir::base {

// Never negative. Throws Error(Kind::usage) whose text begins with `text`: no unit, unknown unit, finer than a
// nanosecond, longer than 292 years.
std::chrono::nanoseconds parse_duration(std::string_view text);

// The shortest text that parses back to the same: "90s" gives "1m30s", 0 gives "0".
std::string format_duration(std::chrono::nanoseconds duration);

}  // namespace weir::base
