// RFC 3339 date-times and the dates of ISO 8601, read and written without locale or TZ.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::base {

struct DateTime {
  std::int64_t seconds = 0;  // since the epoch as if the text were UTC; 23:59:60 counts as 23:59:59
  std::int32_t nanos = 0;    // 0 to 999,999,999; of second 60: 999,000,000 (it counts as 59.999)
  std::optional<std::int32_t> offset_seconds;  // of the zone in the text; none when it has none
};

// "2024-01-31T12:30:00.5Z", "+05:30", a space or 't' for the T, and without a zone ("2024-01-31T12:30:00",
// "2024-01-31T12:30"). None when it is anything else, or a date that does not exist, or a year outside 0001 to 9999.
// Digits of the fraction behind the ninth are cut, which is the floor.
std::optional<DateTime> parse_rfc3339(std::string_view text);

// "2024-01-31": days since the epoch; none when there is no such day.
std::optional<std::int64_t> parse_date(std::string_view text);

// Milliseconds since the epoch as "2024-01-31T12:30:00.5Z" with as many digits as needed; with an offset the local
// time and "+01:00".
std::string format_rfc3339(std::int64_t ms, std::int32_t offset_seconds = 0);

}  // namespace weir::base
