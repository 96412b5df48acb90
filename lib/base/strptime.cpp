#include "base/strptime.h"

#include <array>

#include "base/civil.h"

namespace weir::base {
namespace {

constexpr std::string_view kDirectives = "YmdHMSyeIpjbBhaAfszZFTRDnt%";
constexpr std::array<std::string_view, 12> kMonths = {"january",   "february", "march",    "april",
                                                      "may",       "june",     "july",     "august",
                                                      "september", "october",  "november", "december"};
constexpr std::array<std::string_view, 7> kDays = {"sunday",   "monday", "tuesday", "wednesday",
                                                   "thursday", "friday", "saturday"};

bool blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

// One text against one pattern. Every read takes what it understood off the front of the text.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool read(std::string_view pattern) {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      if (pattern[i] == '%' && i + 1 < pattern.size()) {
        if (!directive(pattern[++i])) return false;
      } else if (blank(pattern[i])) {
        skip_blanks();
      } else if (!literal(pattern[i])) {
        return false;
      }
    }
    return true;
  }

  std::optional<DateTime> result() const;
  bool done() const { return rest_.empty(); }

 private:
  bool directive(char letter);
  void skip_blanks() {
    while (!rest_.empty() && blank(rest_.front())) rest_.remove_prefix(1);
  }
  bool literal(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool number(std::size_t width, std::int32_t low, std::int32_t high, std::int32_t* to);
  bool fraction();
  bool epoch();
  bool half_day();
  bool zone();
  bool zone_name();
  template <std::size_t N>
  bool name_of(const std::array<std::string_view, N>& names, std::int32_t* index);

  std::string_view rest_;
  Date date_;
  std::int32_t hour_ = 0, minute_ = 0, second_ = 0, nanos_ = 0;
  std::int32_t day_of_year_ = 0;   // 0: not given
  std::optional<bool> afternoon_;  // of a clock of twelve hours
  bool twelve_ = false;
  std::optional<std::int32_t> offset_;
  std::optional<std::int64_t> epoch_;
};

bool Reader::number(std::size_t width, std::int32_t low, std::int32_t high, std::int32_t* to) {
  std::size_t digits = 0;
  std::int32_t value = 0;
  while (digits < width && digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9') {
    value = value * 10 + (rest_[digits] - '0');
    ++digits;
  }
  if (digits == 0 || value < low || value > high) return false;
  rest_.remove_prefix(digits);
  *to = value;
  return true;
}

bool Reader::fraction() {
  std::int32_t scale = 100'000'000;
  std::size_t digits = 0;
  nanos_ = 0;
  while (digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9') {
    nanos_ += (rest_[digits] - '0') * scale;
    scale /= 10;
    ++digits;
  }
  rest_.remove_prefix(digits);
  return digits > 0 && digits <= 9;
}

bool Reader::epoch() {
  const bool negative = literal('-');
  std::int64_t value = 0;
  std::size_t digits = 0;
  while (digits < rest_.size() && digits < 13 && rest_[digits] >= '0' && rest_[digits] <= '9') {
    value = value * 10 + (rest_[digits] - '0');
    ++digits;
  }
  rest_.remove_prefix(digits);
  epoch_ = negative ? -value : value;
  return digits > 0;
}

bool Reader::half_day() {
  if (rest_.size() < 2 || lower(rest_[1]) != 'm') return false;
  const char half = lower(rest_[0]);
  if (half != 'a' && half != 'p') return false;
  afternoon_ = half == 'p';
  rest_.remove_prefix(2);
  return true;
}

bool Reader::zone() {
  if (literal('Z') || literal('z')) {
    offset_ = 0;
    return true;
  }
  const bool west = !rest_.empty() && rest_.front() == '-';
  if (!literal('-') && !literal('+')) return false;
  std::int32_t hours = 0;
  std::int32_t minutes = 0;
  const std::size_t before = rest_.size();
  if (!number(2, 0, 23, &hours) || before - rest_.size() != 2) return false;
  const bool colon = literal(':');
  const bool more = !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
  if ((colon || more) && !number(2, 0, 59, &minutes)) return false;
  const std::int32_t seconds = hours * 3600 + minutes * 60;
  offset_ = west ? -seconds : seconds;
  return true;
}

bool Reader::zone_name() {
  for (const std::string_view name : {"UTC", "GMT", "Z"}) {
    if (!rest_.starts_with(name)) continue;
    rest_.remove_prefix(name.size());
    offset_ = 0;
    return true;
  }
  return false;
}

// The whole name or its first three letters.
template <std::size_t N>
bool Reader::name_of(const std::array<std::string_view, N>& names, std::int32_t* index) {
  for (std::size_t i = 0; i < N; ++i) {
    std::size_t same = 0;
    while (same < names[i].size() && same < rest_.size() && lower(rest_[same]) == names[i][same]) ++same;
    if (same < 3) continue;
    rest_.remove_prefix(same == names[i].size() ? same : 3);
    *index = static_cast<std::int32_t>(i);
    return true;
  }
  return false;
}

bool Reader::directive(char letter) {
  std::int32_t index = 0;
  switch (letter) {
    case 'Y':
      return number(4, 1, 9999, &date_.year);
    case 'y':
      if (!number(2, 0, 99, &date_.year)) return false;
      date_.year += date_.year < 69 ? 2000 : 1900;
      return true;
    case 'm':
      return number(2, 1, 12, &date_.month);
    case 'e':
      skip_blanks();
      return number(2, 1, 31, &date_.day);
    case 'd':
      return number(2, 1, 31, &date_.day);
    case 'j':
      return number(3, 1, 366, &day_of_year_);
    case 'H':
      return number(2, 0, 23, &hour_);
    case 'I':
      twelve_ = true;
      return number(2, 1, 12, &hour_);
    case 'p':
      return half_day();
    case 'M':
      return number(2, 0, 59, &minute_);
    case 'S':
      return number(2, 0, 60, &second_);
    case 'f':
      return fraction();
    case 's':
      return epoch();
    case 'b':
    case 'B':
    case 'h':
      if (!name_of(kMonths, &index)) return false;
      date_.month = index + 1;
      return true;
    case 'a':
    case 'A':
      return name_of(kDays, &index);
    case 'z':
      return zone();
    case 'Z':
      return zone_name();
    case 'F':
      return read("%Y-%m-%d");
    case 'T':
      return read("%H:%M:%S");
    case 'R':
      return read("%H:%M");
    case 'D':
      return read("%m/%d/%y");
    case 'n':
    case 't':
      skip_blanks();
      return true;
    case '%':
      return literal('%');
    default:
      return false;
  }
}

std::optional<DateTime> Reader::result() const {
  DateTime found;
  found.nanos = nanos_;
  if (epoch_) {
    found.seconds = *epoch_;
    found.offset_seconds = 0;
    return found;
  }
  if (day_of_year_ > 365 && !leap_year(date_.year)) return std::nullopt;
  if (day_of_year_ == 0 && date_.day > days_in_month(date_.year, date_.month)) return std::nullopt;
  const std::int64_t days =
      day_of_year_ > 0 ? days_from_civil({date_.year, 1, 1}) + day_of_year_ - 1 : days_from_civil(date_);
  std::int32_t hour = hour_;
  if (twelve_ && afternoon_) hour = hour_ % 12 + (*afternoon_ ? 12 : 0);
  std::int32_t second = second_;
  if (second == 60) {
    second = 59;
    found.nanos = 999'000'000;
  }
  found.seconds = days * 86400 + hour * 3600 + minute_ * 60 + second;
  found.offset_seconds = offset_;
  return found;
}

}  // namespace

std::string_view unknown_directive(std::string_view pattern) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') continue;
    if (i + 1 == pattern.size() || kDirectives.find(pattern[i + 1]) == std::string_view::npos)
      return pattern.substr(i, 2);
    ++i;
  }
  return {};
}

std::optional<DateTime> parse_by_pattern(std::string_view text, std::string_view pattern) {
  Reader in(text);
  if (!in.read(pattern) || !in.done()) return std::nullopt;
  return in.result();
}

}  // namespace weir::base
