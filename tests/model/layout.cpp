#include "model/layout.h"

#include <chrono>

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

}  // namespace

Time floor_to(Time value, Time step, Time offset) {
  const Time shifted = value - offset;
  const Time into = ((shifted % step) + step) % step;
  return value - into;
}

std::vector<Span> spans_of(const WindowSpec& spec, Time ts) {
  using Kind = WindowSpec::Kind;
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
