// Reads times by a pattern of %-directives, in English, without locale or TZ.
//   %Y %m %d %H %M %S   year (up to 4 digits), month, day, hour, minute, second (60 counts as 59.999)
//   %y %e %I %p %j      two-digit year (69-99: 19xx), day, hour of 12, AM or PM, day of the year
//   %b %B %h %a %A      names of months and days, short or whole, in any case; a day's name decides nothing
//   %f %s               fraction of a second (1 to 9 digits), seconds since the epoch (a sign is allowed)
//   %z %Z               +05:30, +0530, +05 or Z; UTC or GMT
//   %F %T %R %D         %Y-%m-%d, %H:%M:%S, %H:%M, %m/%d/%y
//   %n %t %%            white space, white space, a percent sign
// White space in a pattern stands for any amount of it, none included; all else stands for itself. What a pattern
// leaves out is as in 1970-01-01T00:00:00.
#pragma once

#include <optional>
#include <string_view>

#include "base/rfc3339.h"

namespace weir::base {

// The first directive that is none of the above, '%' and letter; empty when there is none.
std::string_view unknown_directive(std::string_view pattern);

// None when `text` is not as the pattern says, or names a date that does not exist. Requires a pattern without unknown
// directives.
std::optional<DateTime> parse_by_pattern(std::string_view text, std::string_view pattern);

}  // namespace weir::base
