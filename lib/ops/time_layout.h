// Go's layouts for times ("2006-01-02T15:04:05.000Z07:00"), as rpk's %d{go[...]} takes them, made into strftime's
// patterns. Threads: pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/zone.h"

namespace weir::ops {

// A pattern for format_time(). Beyond strftime's own: %1 to %9 are so many digits of the second's fraction, %Q is the
// zone as Z or +01:00, %q the same without Z. What Go would not understand is literal.
std::string pattern_of_go_layout(std::string_view layout);

// The time in the zone, by strftime's pattern and the additions above. English names, whatever the locale.
std::string format_time(const std::string& pattern, std::int64_t ms, const base::Zone& zone);

}  // namespace weir::ops
