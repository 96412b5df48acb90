#include "base/posix_zone.h"

#include "base/civil.h"

namespace weir::base {
namespace {

bool read_number(std::string_view& rest, std::int32_t* to) {
  std::size_t digits = 0;
  std::int32_t value = 0;
  while (digits < rest.size() && digits < 4 && rest[digits] >= '0' && rest[digits] <= '9') {
    value = value * 10 + (rest[digits] - '0');
    ++digits;
  }
  rest.remove_prefix(digits);
  *to = value;
  return digits > 0;
}

bool eat(std::string_view& rest, char c) {
  if (rest.empty() || rest.front() != c) return false;
  rest.remove_prefix(1);
  return true;
}

// [+-]hh[:mm[:ss]]
bool read_time(std::string_view& rest, std::int32_t* seconds) {
  const bool negative = !rest.empty() && rest.front() == '-';
  if (negative || (!rest.empty() && rest.front() == '+')) rest.remove_prefix(1);
  std::int32_t hours = 0;
  std::int32_t minutes = 0;
  std::int32_t rest_seconds = 0;
  if (!read_number(rest, &hours) || hours > 167) return false;
  if (eat(rest, ':')) {
    if (!read_number(rest, &minutes) || minutes > 59) return false;
    if (eat(rest, ':') && (!read_number(rest, &rest_seconds) || rest_seconds > 59)) return false;
  }
  const std::int32_t total = hours * 3600 + minutes * 60 + rest_seconds;
  *seconds = negative ? -total : total;
  return true;
}

bool read_name(std::string_view& rest, std::string* to) {
  if (eat(rest, '<')) {
    const std::size_t end = rest.find('>');
    if (end == std::string_view::npos) return false;
    *to = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    return end > 0;
  }
  std::size_t letters = 0;
  while (letters < rest.size() && ((rest[letters] | 0x20) >= 'a' && (rest[letters] | 0x20) <= 'z')) ++letters;
  *to = rest.substr(0, letters);
  rest.remove_prefix(letters);
  return letters >= 3;
}

}  // namespace

bool PosixZone::read_change(std::string_view& rest, Change* to) {
  if (!eat(rest, ',')) return false;
  if (eat(rest, 'M')) {
    to->kind = Change::Kind::week_of_month;
    if (!read_number(rest, &to->month) || !eat(rest, '.') || !read_number(rest, &to->week) ||
        !eat(rest, '.') || !read_number(rest, &to->day)) {
      return false;
    }
    if (to->month < 1 || to->month > 12 || to->week < 1 || to->week > 5 || to->day > 6) return false;
  } else {
    to->kind = eat(rest, 'J') ? Change::Kind::julian_no_leap : Change::Kind::day_of_year;
    if (!read_number(rest, &to->day) || to->day > 365) return false;
  }
  return !eat(rest, '/') || read_time(rest, &to->seconds);
}

std::optional<PosixZone> PosixZone::parse(std::string_view text) {
  PosixZone zone;
  std::int32_t west = 0;  // POSIX counts offsets towards the west
  if (!read_name(text, &zone.standard_name_) || !read_time(text, &west)) return std::nullopt;
  zone.standard_ = zone.daylight_ = -west;
  if (text.empty()) return zone;
  zone.daylight_ = zone.standard_ + 3600;
  if (!read_name(text, &zone.daylight_name_)) return std::nullopt;
  if (!text.empty() && text.front() != ',') {
    if (!read_time(text, &west)) return std::nullopt;
    zone.daylight_ = -west;
  }
  zone.changes_ = true;
  if (!read_change(text, &zone.start_) || !read_change(text, &zone.end_) || !text.empty())
    return std::nullopt;
  return zone;
}

std::int64_t PosixZone::local_instant(const Change& change, std::int32_t year) {
  std::int64_t days = days_from_civil({year, 1, 1});
  switch (change.kind) {
    case Change::Kind::julian_no_leap:  // 1 to 365, 29 February never counted
      days += change.day - 1 + (leap_year(year) && change.day >= 60 ? 1 : 0);
      break;
    case Change::Kind::day_of_year:
      days += change.day;
      break;
    case Change::Kind::week_of_month: {
      const std::int64_t first = days_from_civil({year, change.month, 1});
      const std::int32_t ahead = (change.day - weekday(first) + 7) % 7;
      std::int32_t day = ahead + (change.week - 1) * 7;  // days after the first of the month
      if (day >= days_in_month(year, change.month)) day -= 7;
      days = first + day;
      break;
    }
  }
  return days * 86400 + change.seconds;
}

bool PosixZone::summer_at(std::int64_t utc_seconds) const {
  if (!changes_) return false;
  const std::int32_t year = civil_from_days(floor_div(utc_seconds + standard_, 86400)).year;
  const std::int64_t start = local_instant(start_, year) - standard_;
  const std::int64_t end = local_instant(end_, year) - daylight_;
  // South of the equator summer goes round the turn of the year.
  return start < end ? utc_seconds >= start && utc_seconds < end : utc_seconds < end || utc_seconds >= start;
}

std::int32_t PosixZone::offset_at(std::int64_t utc_seconds) const {
  return summer_at(utc_seconds) ? daylight_ : standard_;
}

const std::string& PosixZone::name_at(std::int64_t utc_seconds) const {
  return summer_at(utc_seconds) ? daylight_name_ : standard_name_;
}

}  // namespace weir::base
