// Times as jq takes them apart, and their texts: strptime's and strftime's directives as the C library has them in the
// C locale. Neither locale nor TZ is ever read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::expr {

// What C calls a struct tm. Members may lie outside their ranges, as those of an array that a user made.
struct BrokenTime {
  std::int32_t year = 1900;  // 2015 is 2015
  std::int32_t month = 0;    // 0 to 11
  std::int32_t day = 0;      // 1 to 31; 0: a text named none
  std::int32_t hour = 0, minute = 0, second = 0;
  std::int32_t weekday = 0;  // 0 is Sunday
  std::int32_t yearday = 0;  // 0 is 1 January
};

// None: a year that fits no 32 bits.
std::optional<BrokenTime> break_time(std::int64_t seconds);
// Seconds since the epoch, of `time` in UTC. Members out of range count on: second 60 is the next minute.
std::int64_t join_time(const BrokenTime& time);

// What a %Z and a %z say.
struct ZoneText {
  std::int32_t offset_seconds = 0;
  std::string_view name = "UTC";
};

// None: `format` is not followed. `rest` is what the format left over, which is empty or begins with white space.
// %s is taken apart as UTC, so that mktime puts it together again.
std::optional<BrokenTime> parse_time(std::string_view text, std::string_view format, std::string_view& rest);

// None: the result is empty or longer than 4095 bytes, as with jq.
std::optional<std::string> format_time(const BrokenTime& time, std::string_view format, const ZoneText& zone);

}  // namespace weir::expr
