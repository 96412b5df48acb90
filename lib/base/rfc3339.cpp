#include "base/rfc3339.h"

#include "base/civil.h"

namespace weir::base {
namespace {

// Reads fixed-width pieces off the front; any miss makes the whole text unreadable.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool number(int width, std::int32_t low, std::int32_t high, std::int32_t* to) {
    if (rest_.size() < static_cast<std::size_t>(width)) return false;
    std::int32_t value = 0;
    for (int i = 0; i < width; ++i) {
      const char c = rest_[static_cast<std::size_t>(i)];
      if (c < '0' || c > '9') return false;
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(static_cast<std::size_t>(width));
    *to = value;
    return value >= low && value <= high;
  }
  bool one_of(std::string_view characters) {
    if (rest_.empty() || characters.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool next_is(char c) const { return !rest_.empty() && rest_.front() == c; }
  bool done() const { return rest_.empty(); }
  std::string_view& rest() { return rest_; }

 private:
  std::string_view rest_;
};

bool read_date(Reader& in, std::int64_t* days) {
  Date date;
  if (!in.number(4, 1, 9999, &date.year) || !in.one_of("-") || !in.number(2, 1, 12, &date.month) ||
      !in.one_of("-") || !in.number(2, 1, days_in_month(date.year, date.month), &date.day)) {
    return false;
  }
  *days = days_from_civil(date);
  return true;
}

bool read_fraction(Reader& in, std::int32_t* nanos) {
  std::int32_t scale = 100'000'000;
  std::size_t digits = 0;
  std::string_view& rest = in.rest();
  while (digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9') {
    *nanos += (rest[digits] - '0') * scale;
    scale /= 10;
    ++digits;
  }
  rest.remove_prefix(digits);
  return digits > 0;
}

bool read_zone(Reader& in, std::optional<std::int32_t>* offset) {
  if (in.one_of("Zz")) {
    *offset = 0;
    return true;
  }
  const bool west = in.next_is('-');
  std::int32_t hours = 0;
  std::int32_t minutes = 0;
  if (!in.one_of("+-") || !in.number(2, 0, 23, &hours)) return false;
  in.one_of(":");  // "+0530" is ISO 8601's basic form and what strftime's %z writes
  if (!in.number(2, 0, 59, &minutes)) return false;
  const std::int32_t seconds = hours * 3600 + minutes * 60;
  *offset = west ? -seconds : seconds;
  return true;
}

void append_padded(std::string& to, std::int64_t value, std::size_t width) {
  const std::string digits = std::to_string(value);
  to.append(width > digits.size() ? width - digits.size() : 0, '0').append(digits);
}

}  // namespace

std::optional<DateTime> parse_rfc3339(std::string_view text) {
  Reader in(text);
  DateTime found;
  std::int64_t days = 0;
  std::int32_t hour = 0;
  std::int32_t minute = 0;
  std::int32_t second = 0;
  if (!read_date(in, &days) || !in.one_of("Tt ") || !in.number(2, 0, 23, &hour) || !in.one_of(":") ||
      !in.number(2, 0, 59, &minute)) {
    return std::nullopt;
  }
  if (in.one_of(":")) {
    if (!in.number(2, 0, 60, &second)) return std::nullopt;
    if (in.one_of(".,") && !read_fraction(in, &found.nanos)) return std::nullopt;
  }
  if (second == 60) {
    second = 59;
    found.nanos = 999'000'000;
  }
  if (!in.done() && !read_zone(in, &found.offset_seconds)) return std::nullopt;
  if (!in.done()) return std::nullopt;
  found.seconds = days * 86400 + hour * 3600 + minute * 60 + second;
  return found;
}

std::optional<std::int64_t> parse_date(std::string_view text) {
  Reader in(text);
  std::int64_t days = 0;
  if (!read_date(in, &days) || !in.done()) return std::nullopt;
  return days;
}

std::string format_rfc3339(std::int64_t ms, std::int32_t offset_seconds) {
  const std::int64_t local_ms = ms + std::int64_t{offset_seconds} * 1000;
  const std::int64_t seconds = floor_div(local_ms, 1000);
  const std::int64_t days = floor_div(seconds, 86400);
  const std::int64_t of_day = seconds - days * 86400;
  const Date date = civil_from_days(days);
  std::string text;
  if (date.year < 0) text += '-';
  append_padded(text, date.year < 0 ? -std::int64_t{date.year} : date.year, 4);
  text += '-';
  append_padded(text, date.month, 2);
  text += '-';
  append_padded(text, date.day, 2);
  text += 'T';
  append_padded(text, of_day / 3600, 2);
  text += ':';
  append_padded(text, of_day / 60 % 60, 2);
  text += ':';
  append_padded(text, of_day % 60, 2);
  if (const std::int64_t millis = local_ms - seconds * 1000; millis != 0) {
    text += '.';
    append_padded(text, millis, 3);
    while (text.ends_with('0')) text.pop_back();
  }
  if (offset_seconds == 0) return text += 'Z';
  text += offset_seconds < 0 ? '-' : '+';
  const std::int32_t minutes = (offset_seconds < 0 ? -offset_seconds : offset_seconds) / 60;
  append_padded(text, minutes / 60, 2);
  text += ':';
  append_padded(text, minutes % 60, 2);
  return text;
}

}  // namespace weir::base
