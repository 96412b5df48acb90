#include <algorithm>
#include <optional>

#include "base/civil.h"
#include "expr/date_names.h"
#include "expr/dates.h"

namespace weir::expr {
namespace {

constexpr std::int32_t kYeardayUnknown = 367;
constexpr std::int32_t kWeekdayUnknown = 8;

bool blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool digit(char c) {
  return c >= '0' && c <= '9';
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::int64_t day_number(const BrokenTime& time) {
  return base::days_from_civil({time.year, time.month + 1, 1}) + time.day - 1;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : rest(text) {
    time_.weekday = kWeekdayUnknown;
    time_.yearday = kYeardayUnknown;
  }

  bool read(std::string_view format) {
    while (!format.empty()) {
      const char c = format.front();
      format.remove_prefix(1);
      if (blank(c)) {
        skip_blanks();
        continue;
      }
      if (c != '%') {
        if (!literal(c)) return false;
        continue;
      }
      // Flags and a width are strftime's; here they say nothing.
      while (!format.empty() && (std::string_view("_-0^#").find(format.front()) != std::string_view::npos ||
                                 digit(format.front()))) {
        format.remove_prefix(1);
      }
      if (format.empty()) return false;
      std::string_view allowed;
      if (format.front() == 'E' || format.front() == 'O') {
        allowed = format.front() == 'E' ? "cCyYxX" : "bBdeHImMqSUVWwy";
        format.remove_prefix(1);
        if (format.empty() || allowed.find(format.front()) == std::string_view::npos) return false;
      }
      if (!directive(format.front())) return false;
      format.remove_prefix(1);
    }
    return true;
  }

  // False: the text names a day that its year has not.
  bool result(BrokenTime& out) {
    if (afternoon_ && twelve_) time_.hour += 12;
    if (century_) time_.year = *century_ * 100 + (short_year_ ? (time_.year % 100 + 100) % 100 : 0);
    if (has_yearday_ && time_.yearday > 365 - (leap() ? 0 : 1) && !(has_month_ && has_day_)) return false;
    if (wants_days_ && !has_weekday_) {
      if (!(has_month_ && has_day_) && has_yearday_) take_from_yearday();
      time_.weekday = base::weekday(day_number(time_));
    }
    if (wants_days_ && !has_yearday_) time_.yearday = yearday();
    if ((sunday_weeks_ || monday_weeks_) && has_weekday_) take_from_week();
    out = time_;
    return true;
  }

  std::string_view rest;

 private:
  void skip_blanks() {
    while (!rest.empty() && blank(rest.front())) rest.remove_prefix(1);
  }

  bool literal(char c) {
    if (rest.empty() || rest.front() != c) return false;
    rest.remove_prefix(1);
    return true;
  }

  // Blanks, then up to `digits` digits, of which no more are taken than fit into `to`.
  bool number(std::int32_t digits, std::int32_t from, std::int32_t to, std::int32_t& out) {
    while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
    if (rest.empty() || !digit(rest.front())) return false;
    out = 0;
    do {
      out = out * 10 + (rest.front() - '0');
      rest.remove_prefix(1);
    } while (--digits > 0 && out * 10 <= to && !rest.empty() && digit(rest.front()));
    return out >= from && out <= to;
  }

  // A whole name or its first three letters, in any case.
  template <typename Names>
  bool name(const Names& names, std::int32_t& out) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      for (const std::string_view form : {names[i], names[i].substr(0, kShortName)}) {
        if (rest.size() < form.size() || !std::equal(form.begin(), form.end(), rest.begin(),
                                                     [](char a, char b) { return lower(a) == lower(b); })) {
          continue;
        }
        rest.remove_prefix(form.size());
        out = static_cast<std::int32_t>(i);
        return true;
      }
    }
    return false;
  }

  bool half_day() {
    if (rest.size() < 2 || lower(rest[1]) != 'm' || (lower(rest[0]) != 'a' && lower(rest[0]) != 'p'))
      return false;
    afternoon_ = lower(rest[0]) == 'p';
    rest.remove_prefix(2);
    return true;
  }

  // Z, +hh, +hhmm or +hh:mm. It is read and, as in jq, changes nothing.
  bool offset() {
    skip_blanks();
    if (literal('Z')) return true;
    if (!literal('+') && !literal('-')) return false;
    std::int32_t digits = 0;
    std::int32_t value = 0;
    while (digits < 4 && !rest.empty() && digit(rest.front())) {
      value = value * 10 + (rest.front() - '0');
      rest.remove_prefix(1);
      if (++digits == 2 && !rest.empty() && rest.front() == ':') rest.remove_prefix(1);
    }
    if (digits == 2) value *= 100;
    return (digits == 2 || digits == 4) && value % 100 < 60;
  }

  bool epoch() {
    constexpr std::int64_t kLimit = INT64_MAX / 10 - 10;
    if (rest.empty() || !digit(rest.front())) return false;
    std::int64_t seconds = 0;
    for (; !rest.empty() && digit(rest.front()); rest.remove_prefix(1)) {
      if (seconds > kLimit) return false;
      seconds = seconds * 10 + (rest.front() - '0');
    }
    const auto time = break_time(seconds);
    if (time) time_ = *time;
    return time.has_value();
  }

  bool year(std::int32_t value) {
    time_.year = value;
    wants_days_ = true;
    return true;
  }

  bool directive(char letter) {
    std::int32_t value = 0;
    switch (letter) {
      case '%':
        return literal('%');
      case 'n':
      case 't':
        skip_blanks();
        return true;
      case 'a':
      case 'A':
        has_weekday_ = true;
        return name(kDayNames, time_.weekday);
      case 'b':
      case 'B':
      case 'h':
        has_month_ = wants_days_ = true;
        return name(kMonthNames, time_.month);
      case 'c':
        return read("%a %b %e %H:%M:%S %Y");
      case 'C':
        if (!number(2, 0, 99, value)) return false;
        century_ = value;
        wants_days_ = true;
        return true;
      case 'd':
      case 'e':
        has_day_ = wants_days_ = true;
        return number(2, 1, 31, time_.day);
      case 'D':
      case 'x':
        return read("%m/%d/%y");
      case 'F':
        return read("%Y-%m-%d");
      case 'H':
      case 'k':
        twelve_ = false;
        return number(2, 0, 23, time_.hour);
      case 'I':
      case 'l':
        if (!number(2, 1, 12, value)) return false;
        time_.hour = value % 12;
        twelve_ = true;
        return true;
      case 'j':
        if (!number(3, 1, 366, value)) return false;
        time_.yearday = value - 1;
        has_yearday_ = true;
        return true;
      case 'm':
        if (!number(2, 1, 12, value)) return false;
        time_.month = value - 1;
        has_month_ = wants_days_ = true;
        return true;
      case 'M':
        return number(2, 0, 59, time_.minute);
      case 'p':
        return half_day();
      case 'r':
        return read("%I:%M:%S %p");
      case 'R':
        return read("%H:%M");
      case 's':
        return epoch();
      case 'S':
        return number(2, 0, 61, time_.second);
      case 'T':
      case 'X':
        return read("%H:%M:%S");
      case 'u':
        if (!number(1, 1, 7, value)) return false;
        time_.weekday = value % 7;
        has_weekday_ = true;
        return true;
      case 'w':
        has_weekday_ = true;
        return number(1, 0, 6, time_.weekday);
      case 'g':
        return number(2, 0, 99, value);
      case 'G':
        if (rest.empty() || !digit(rest.front())) return false;
        while (!rest.empty() && digit(rest.front())) rest.remove_prefix(1);
        return true;
      case 'U':
        sunday_weeks_ = true;
        return number(2, 0, 53, week_);
      case 'W':
        monday_weeks_ = true;
        return number(2, 0, 53, week_);
      case 'V':
        return number(2, 0, 53, value);
      case 'y':
        short_year_ = true;
        return number(2, 0, 99, value) && year(value + (value >= 69 ? 1900 : 2000));
      case 'Y':
        short_year_ = false;
        return number(4, 0, 9999, value) && year(value);
      case 'Z':
        skip_blanks();
        while (!rest.empty() && !blank(rest.front())) rest.remove_prefix(1);
        return true;
      case 'z':
        return offset();
      default:
        return false;
    }
  }

  bool leap() const { return base::leap_year(time_.year); }

  std::int32_t yearday() const {
    return static_cast<std::int32_t>(day_number(time_) - base::days_from_civil({time_.year, 1, 1}));
  }

  // Month and day, as far as the text did not give them, from the day of the year.
  void take_from_yearday() {
    const base::Date date = base::civil_from_days(base::days_from_civil({time_.year, 1, 1}) + time_.yearday);
    if (!has_month_) time_.month = date.month - 1;
    if (!has_day_) time_.day = date.day;
    has_month_ = has_day_ = true;
  }

  // The day from the number of the week and the day of the week.
  void take_from_week() {
    const std::int32_t first_day = sunday_weeks_ ? 0 : 1;
    const std::int32_t january = base::weekday(base::days_from_civil({time_.year, 1, 1}));
    if (!has_yearday_) {
      time_.yearday = (7 - (january - first_day)) % 7 + (week_ - 1) * 7 + (time_.weekday - first_day + 7) % 7;
    }
    if (has_month_ && has_day_) return;
    take_from_yearday();
  }

  BrokenTime time_;
  std::optional<std::int32_t> century_;
  std::int32_t week_ = 0;
  bool twelve_ = false, afternoon_ = false, short_year_ = false;
  bool has_weekday_ = false, has_yearday_ = false, has_month_ = false, has_day_ = false;
  bool wants_days_ = false;  // something was read that decides weekday and day of the year
  bool sunday_weeks_ = false, monday_weeks_ = false;
};

}  // namespace

std::optional<BrokenTime> parse_time(std::string_view text, std::string_view format, std::string_view& rest) {
  Reader reader(text.substr(0, text.find('\0')));
  if (!reader.read(format.substr(0, format.find('\0')))) return std::nullopt;
  if (!reader.rest.empty() && !blank(reader.rest.front())) return std::nullopt;
  rest = reader.rest;
  BrokenTime time;
  if (!reader.result(time)) return std::nullopt;
  return time;
}

}  // namespace weir::expr
