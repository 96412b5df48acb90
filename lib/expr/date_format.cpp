#include <algorithm>
#include <charconv>

#include "base/civil.h"
#include "expr/date_names.h"
#include "expr/dates.h"

namespace weir::expr {
namespace {

constexpr std::size_t kMaxBytes = 4095;
constexpr std::int32_t kMaxWidth = 1000;

// The year and week of ISO 8601: weeks begin on Monday, and the first has the year's first Thursday.
struct IsoWeek {
  std::int64_t year;
  std::int32_t week;
};

bool leap(std::int64_t year) {
  return base::leap_year(static_cast<std::int32_t>(year % 400 + 400));
}

// Days from the Monday of the year's first week to `yearday`.
std::int64_t iso_days(std::int64_t yearday, std::int64_t weekday) {
  constexpr std::int64_t kBig = 3 * 7;
  return yearday - (yearday - weekday + 4 + kBig) % 7 + 4 - 1;
}

IsoWeek iso_week(const BrokenTime& time) {
  std::int64_t year = time.year;
  std::int64_t days = iso_days(time.yearday, time.weekday);
  if (days < 0) {
    --year;
    days = iso_days(time.yearday + (leap(year) ? 366 : 365), time.weekday);
  } else {
    const std::int64_t next = iso_days(time.yearday - (leap(year) ? 366 : 365), time.weekday);
    if (next >= 0) {
      ++year;
      days = next;
    }
  }
  return {year, static_cast<std::int32_t>(days / 7 + 1)};
}

class Writer {
 public:
  Writer(const BrokenTime& time, const ZoneText& zone) : time_(time), zone_(zone) {}

  // What goes between % and its letter.
  struct How {
    char pad = 0;  // '_', '-', '0', or as the directive has it
    bool upper = false, swap = false;
    std::int32_t width = -1;
    char modifier = 0;  // E or O
  };

  // False: too long.
  bool write(std::string_view format, bool upper) {
    while (!format.empty()) {
      if (out.size() > kMaxBytes) return false;
      if (format.front() != '%') {
        out += upper ? up(format.front()) : format.front();
        format.remove_prefix(1);
        continue;
      }
      const std::string_view whole = format;
      format.remove_prefix(1);
      How how = read_how(format);
      how.upper = how.upper || upper;
      if (how.width > kMaxWidth) return false;
      const char letter = format.empty() ? '\0' : format.front();
      if (!format.empty()) format.remove_prefix(1);
      if (!directive(letter, how)) {
        // Not one that we know: it stands for itself. A format that ends in it loses nothing but its last %.
        text(whole.substr(0, whole.size() - format.size()), {how.pad, false, false, how.width, 0});
      }
    }
    return out.size() <= kMaxBytes;
  }

  std::string out;

 private:
  static char up(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }
  static char down(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

  static How read_how(std::string_view& format) {
    How how;
    for (; !format.empty(); format.remove_prefix(1)) {
      const char c = format.front();
      if (c == '_' || c == '-' || c == '0') {
        how.pad = c;
      } else if (c == '^') {
        how.upper = true;
      } else if (c == '#') {
        how.swap = true;
      } else {
        break;
      }
    }
    for (; !format.empty() && format.front() >= '0' && format.front() <= '9'; format.remove_prefix(1)) {
      how.width = std::min(std::max(how.width, 0) * 10 + (format.front() - '0'), kMaxWidth + 1);
    }
    if (!format.empty() && (format.front() == 'E' || format.front() == 'O')) {
      how.modifier = format.front();
      format.remove_prefix(1);
    }
    return how;
  }

  void fill(std::size_t size, const How& how) {
    if (how.width > 0 && static_cast<std::size_t>(how.width) > size) {
      out.append(static_cast<std::size_t>(how.width) - size, how.pad == '0' ? '0' : ' ');
    }
  }

  void text(std::string_view what, const How& how) {
    fill(what.size(), how);
    for (const char c : what) out += how.upper ? up(c) : c;
  }

  bool name(std::string_view what, How how) {
    how.upper = how.upper || how.swap;
    text(what, how);
    return true;
  }

  bool number(std::int64_t value, std::int32_t digits, How how, char pad = '0') {
    if (how.modifier == 'E') return false;
    if (how.pad == 0) how.pad = pad;
    char buffer[24];
    const char* const end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    std::string_view shown(buffer, static_cast<std::size_t>(end - buffer));
    const auto want = static_cast<std::size_t>(std::max(how.pad == '-' ? 0 : digits, how.width));
    const std::size_t missing = want > shown.size() ? want - shown.size() : 0;
    if (how.pad == '_' || how.pad == '-') {
      out.append(missing, ' ').append(shown);
      return true;
    }
    if (shown.front() == '-') {
      out += '-';
      shown.remove_prefix(1);
    }
    out.append(missing, '0').append(shown);
    return true;
  }

  bool several(std::string_view format, const How& how) {
    Writer inner(time_, zone_);
    if (!inner.write(format, how.upper)) return false;
    text(inner.out, how);
    return true;
  }

  bool half_day(How how, bool small) {
    std::string what = time_.hour > 11 ? "PM" : "AM";
    if (small || how.swap) {
      std::transform(what.begin(), what.end(), what.begin(), down);
      how.upper = false;
    }
    text(what, how);
    return true;
  }

  bool zone_name(How how) {
    std::string what(zone_.name);
    if (how.swap) {
      std::transform(what.begin(), what.end(), what.begin(), down);
      how.upper = false;
    }
    text(what, how);
    return true;
  }

  bool zone_offset(const How& how) {
    const std::int32_t minutes = std::abs(zone_.offset_seconds) / 60;
    out += zone_.offset_seconds < 0 ? '-' : '+';
    return number(minutes / 60 * 100 + minutes % 60, 4, plain(how));
  }

  std::int32_t hour12() const {
    if (time_.hour > 12) return time_.hour - 12;
    return time_.hour == 0 ? 12 : time_.hour;
  }

  std::string_view day_name() const {
    return time_.weekday < 0 || time_.weekday > 6 ? "?" : kDayNames[static_cast<std::size_t>(time_.weekday)];
  }
  std::string_view month_name() const {
    return time_.month < 0 || time_.month > 11 ? "?" : kMonthNames[static_cast<std::size_t>(time_.month)];
  }

  // False: no directive of strftime's.
  bool directive(char letter, const How& how) {
    const std::int64_t year = time_.year;
    switch (letter) {
      case '%':
        text("%", how);
        return true;
      case 'n':
        text("\n", how);
        return true;
      case 't':
        text("\t", how);
        return true;
      case 'a':
        return how.modifier == 0 && name(day_name().substr(0, kShortName), how);
      case 'A':
        return how.modifier == 0 && name(day_name(), how);
      case 'b':
      case 'h':
        return how.modifier != 'E' && name(month_name().substr(0, kShortName), how);
      case 'B':
        return how.modifier != 'E' && name(month_name(), how);
      case 'c':
        return how.modifier != 'O' && several("%a %b %e %H:%M:%S %Y", how);
      case 'C':
        return number(base::floor_div(year, 100), 1, plain(how));
      case 'd':
        return number(time_.day, 2, how);
      case 'D':
        return how.modifier == 0 && several("%m/%d/%y", how);
      case 'x':
        return how.modifier != 'O' && several("%m/%d/%y", how);
      case 'e':
        return number(time_.day, 2, how, '_');
      case 'F':
        return how.modifier == 0 && several("%Y-%m-%d", how);
      case 'g':
        return number((iso_week(time_).year % 100 + 100) % 100, 2, how);
      case 'G':
        return number(iso_week(time_).year, 1, how);
      case 'H':
        return number(time_.hour, 2, how);
      case 'I':
        return number(hour12(), 2, how);
      case 'j':
        return number(time_.yearday + std::int64_t{1}, 3, how);
      case 'k':
        return number(time_.hour, 2, how, '_');
      case 'l':
        return number(hour12(), 2, how, '_');
      case 'm':
        return number(time_.month + std::int64_t{1}, 2, how);
      case 'M':
        return number(time_.minute, 2, how);
      case 'p':
        return half_day(how, false);
      case 'P':
        return half_day(how, true);
      case 'r':
        return several("%I:%M:%S %p", how);
      case 'R':
        return several("%H:%M", how);
      case 's':
        return number(join_time(time_) - zone_.offset_seconds, 1, plain(how), '_');
      case 'S':
        return number(time_.second, 2, how);
      case 'T':
        return several("%H:%M:%S", how);
      case 'X':
        return how.modifier != 'O' && several("%H:%M:%S", how);
      case 'u':
        return number((time_.weekday + std::int64_t{6}) % 7 + 1, 1, plain(how));
      case 'U':
        return number((time_.yearday - std::int64_t{time_.weekday} + 7) / 7, 2, how);
      case 'V':
        return number(iso_week(time_).week, 2, how);
      case 'w':
        return number(time_.weekday, 1, how);
      case 'W':
        return number((time_.yearday - (time_.weekday + std::int64_t{6}) % 7 + 7) / 7, 2, how);
      case 'y':
        return number((year % 100 + 100) % 100, 2, plain(how));
      case 'Y':
        return how.modifier != 'O' && number(year, 1, plain(how));
      case 'z':
        return zone_offset(how);
      case 'Z':
        return zone_name(how);
      default:
        return false;
    }
  }

  // Of a directive that takes E without its meaning anything here.
  static How plain(How how) {
    how.modifier = 0;
    return how;
  }

  const BrokenTime& time_;
  const ZoneText& zone_;
};

}  // namespace

std::optional<std::string> format_time(const BrokenTime& time, std::string_view format,
                                       const ZoneText& zone) {
  Writer writer(time, zone);
  if (!writer.write(format.substr(0, format.find('\0')), false) || writer.out.empty()) return std::nullopt;
  return std::move(writer.out);
}

}  // namespace weir::expr
