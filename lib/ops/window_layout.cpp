#include "ops/window_layout.h"

#include "base/civil.h"

namespace weir::ops {
namespace {

constexpr std::int64_t kMsPerSecond = 1000, kSecondsPerDay = 86'400;
// 1970-01-01 was a Thursday.
constexpr std::int64_t kDaysFromMonday = 3;

}  // namespace

WindowLayout::WindowLayout(const WindowSettings& settings)
    : kind_(settings.kind),
      size_(settings.size_ms),
      every_(settings.kind == Kind::hopping ? settings.every_ms : settings.size_ms),
      align_(settings.align_ms),
      zone_(settings.zone) {}

WindowLayout::Numbers WindowLayout::of(std::int64_t ts) {
  if (!calendar()) {
    const std::int64_t last = base::floor_div(ts - align_, every_);
    return {base::floor_div(ts - align_ - size_, every_) + 1, last};
  }
  if (ts < last_.start || ts >= last_.end) {
    // Clocks that were put back or forward can make the local day that of another one.
    std::int64_t number = local_number(ts);
    while (boundary(number) > ts) --number;
    while (boundary(number + 1) <= ts) ++number;
    last_number_ = number;
    last_ = span(number);
  }
  return {last_number_, last_number_};
}

Span WindowLayout::span(std::int64_t number) const {
  if (calendar()) return {boundary(number), boundary(number + 1)};
  const std::int64_t start = number * every_ + align_;
  return {start, start + size_};
}

std::int64_t WindowLayout::ending_at(std::int64_t end) {
  return calendar() ? of(end - 1).first : base::floor_div(end - size_ - align_, every_);
}

std::int64_t WindowLayout::local_number(std::int64_t ts) const {
  const std::int64_t seconds = base::floor_div(ts, kMsPerSecond);
  const std::int64_t day = base::floor_div(seconds + zone_.offset_at(seconds), kSecondsPerDay);
  if (kind_ == Kind::day) return day;
  if (kind_ == Kind::week) return base::floor_div(day + kDaysFromMonday, 7);
  const base::Date date = base::civil_from_days(day);
  return std::int64_t{date.year} * 12 + date.month - 1;
}

std::int64_t WindowLayout::boundary(std::int64_t number) const {
  std::int64_t day = number;
  if (kind_ == Kind::week) day = number * 7 - kDaysFromMonday;
  if (kind_ == Kind::month) {
    const std::int64_t year = base::floor_div(number, 12);
    day = base::days_from_civil(
        {static_cast<std::int32_t>(year), static_cast<std::int32_t>(number - year * 12 + 1), 1});
  }
  return zone_.to_utc(day * kSecondsPerDay) * kMsPerSecond;
}

}  // namespace weir::ops
