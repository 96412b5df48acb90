#include "expr/dates.h"

#include "base/civil.h"

namespace weir::expr {

std::optional<BrokenTime> break_time(std::int64_t seconds) {
  constexpr std::int64_t kLimit = 67'767'976'233'532'799;  // the last second of the year 2147483647
  if (seconds > kLimit || seconds < -kLimit) return std::nullopt;
  const std::int64_t days = base::floor_div(seconds, 86400);
  const auto of_day = static_cast<std::int32_t>(seconds - days * 86400);
  const base::Date date = base::civil_from_days(days);
  BrokenTime time;
  time.year = date.year;
  time.month = date.month - 1;
  time.day = date.day;
  time.hour = of_day / 3600;
  time.minute = of_day / 60 % 60;
  time.second = of_day % 60;
  time.weekday = base::weekday(days);
  time.yearday = static_cast<std::int32_t>(days - base::days_from_civil({date.year, 1, 1}));
  return time;
}

std::int64_t join_time(const BrokenTime& time) {
  const std::int64_t years = base::floor_div(time.month, 12);
  const auto month = static_cast<std::int32_t>(time.month - years * 12);
  // The year is counted in 400s, so that none of 32 bits can overflow on the way.
  const std::int64_t year = time.year + years;
  const std::int64_t eras = base::floor_div(year, 400);
  const auto year_of_era = static_cast<std::int32_t>(year - eras * 400);
  const std::int64_t days =
      eras * 146097 + base::days_from_civil({year_of_era, month + 1, 1}) + time.day - std::int64_t{1};
  return days * 86400 + std::int64_t{time.hour} * 3600 + std::int64_t{time.minute} * 60 + time.second;
}

}  // namespace weir::expr
