#include "model/layout.h"

#include <chrono>
#include <cstdlib>
#include <ctime>

namespace weir::model {
namespace {

constexpr Time kDay = 86'400'000;

Span month_of(Time ts) {
  using namespace std::chrono;
  const year_month_day date{sys_days{days{floor_to(ts, kDay) / kDay}}};
  const sys_days first{date.year() / date.month() / 1};
  const sys_days next{(date.year() / date.month() + months{1}) / 1};
  return {first.time_since_epoch().count() * kDay, next.time_since_epoch().count() * kDay};
}

// The number of the day, week or month that people there have at that second, as the C library knows it.
std::int64_t local_period(WindowSpec::Kind kind, const std::string& zone, Time second) {
  static std::string set;
  if (set != zone) {
    ::setenv("TZ", zone.c_str(), 1);
    ::tzset();
    set = zone;
  }
  const std::time_t time = second;
  std::tm local{};
  ::localtime_r(&time, &local);
  if (kind == WindowSpec::Kind::month) return std::int64_t{local.tm_year} * 12 + local.tm_mon;
  using namespace std::chrono;
  const sys_days date{year{local.tm_year + 1900} / (local.tm_mon + 1) / local.tm_mday};
  const Time day = date.time_since_epoch().count();
  return kind == WindowSpec::Kind::day ? day : floor_to(day + 3, 7) / 7;  // 1970-01-01 was a Thursday
}

// The seconds of one period follow each other, so its ends are found by halving.
Span local_span(const WindowSpec& spec, Time ts) {
  constexpr Time kLongest = 32 * kDay / 1000;
  const Time second = floor_to(ts, 1000) / 1000;
  const std::int64_t period = local_period(spec.kind, spec.zone, second);
  const auto first_of = [&](std::int64_t wanted, Time from, Time to) {  // of those it is at or behind
    while (from < to) {
      const Time middle = floor_to(from + to, 2) / 2;
      if (local_period(spec.kind, spec.zone, middle) >= wanted)
        to = middle;
      else
        from = middle + 1;
    }
    return from * 1000;
  };
  return {first_of(period, second - kLongest, second), first_of(period + 1, second, second + kLongest)};
}

}  // namespace

Time floor_to(Time value, Time step, Time offset) {
  const Time shifted = value - offset;
  const Time into = ((shifted % step) + step) % step;
  return value - into;
}

std::vector<Span> spans_of(const WindowSpec& spec, Time ts) {
  using Kind = WindowSpec::Kind;
  if (!spec.zone.empty()) return {local_span(spec, ts)};
  switch (spec.kind) {
    case Kind::tumbling: {
      const Time start = floor_to(ts, spec.size, spec.align);
      return {{start, start + spec.size}};
    }
    case Kind::hopping: {
      std::vector<Span> spans;
      // Every multiple from far enough back, and of those the ones that hold ts.
      for (Time start = floor_to(ts - spec.size, spec.every, spec.align); start <= ts; start += spec.every) {
        if (start <= ts && ts < start + spec.size) spans.push_back({start, start + spec.size});
      }
      return spans;
    }
    case Kind::day:
      return {{floor_to(ts, kDay), floor_to(ts, kDay) + kDay}};
    case Kind::week: {
      const Time monday = floor_to(ts, 7 * kDay, 4 * kDay);  // 1970-01-05
      return {{monday, monday + 7 * kDay}};
    }
    case Kind::month:
      return {month_of(ts)};
    default:
      return {};
  }
}

Span span_after(const WindowSpec& spec, const Span& span) {
  if (spec.kind == WindowSpec::Kind::hopping) return {span.start + spec.every, span.end + spec.every};
  return spans_of(spec, span.end).front();
}

}  // namespace weir::model
