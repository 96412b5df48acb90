#include "base/range.h"

#include "base/decimal.h"
#include "base/duration.h"
#include "base/error.h"

namespace weir::base {
namespace {

[[noreturn]] void refuse(std::string_view text, std::string_view why) {
  const std::string shown = text.empty() ? "''" : std::string(text);
  throw Error(Kind::usage, shown + " " + std::string(why))
      .hint("start, end, 100, 100:200, +10, -10, :end, @-1h, @2024-01-31:1h")
      .code("bad_range");
}

std::optional<std::int64_t> offset(std::string_view text) {
  const auto value = parse_digits(text, INT64_MAX);
  if (!value) return std::nullopt;
  return static_cast<std::int64_t>(*value);
}

Point exactly(std::int64_t offset) {
  return {Point::Kind::offset, offset, {}};
}

std::optional<TimeSpec> time(std::string_view text) {
  try {
    return parse_time(text);
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::optional<std::chrono::nanoseconds> duration(std::string_view text) {
  try {
    return parse_duration(text);
  } catch (const Error&) {
    return std::nullopt;
  }
}

// A time after the '@'. rpk writes an epoch without a second '@'.
std::optional<Point> time_point(std::string_view text) {
  auto found = time(text);
  if (!found && offset(text)) found = time(std::string("@").append(text));
  if (!found) return std::nullopt;
  return Point{Point::Kind::time, 0, *found};
}

// What may stand behind the ':' of @T1:T2.
bool read_end(std::string_view text, bool after_start, Range* range) {
  if (text == "end") {
    range->to = Point{Point::Kind::end, 0, {}};
    return true;
  }
  if (const auto length = duration(text); length && after_start) {
    range->length = *length;
    range->to = Point{Point::Kind::time, 0, {}};
    return true;
  }
  range->to = time_point(text);
  return range->to.has_value();
}

Range time_range(std::string_view text, std::string_view times) {
  Range range;
  if (times.starts_with(':')) {
    if (read_end(times.substr(1), false, &range)) return range;
    refuse(text, "has no time after '@:'");
  }
  if (times.ends_with(':')) times.remove_suffix(1);
  if ((range.from = time_point(times))) return range;
  // RFC 3339 has colons of its own: the split is the first one with a time on both sides.
  for (std::size_t colon = times.find(':'); colon != std::string_view::npos;
       colon = times.find(':', colon + 1)) {
    range.from = time_point(times.substr(0, colon));
    if (range.from && read_end(times.substr(colon + 1), true, &range)) return range;
  }
  refuse(text, "has no times that can be read after '@'");
}

}  // namespace

Range parse_range(std::string_view text) {
  // kcat's words for a time to start and one to end at.
  if (text.size() > 2 && (text.starts_with("s@") || text.starts_with("e@"))) {
    const bool start = text.front() == 's';
    throw Error(Kind::usage, std::string(text) + " is no range")
        .hint(std::string(start ? "-o @" : "-o @:") + std::string(text.substr(2)))
        .code("bad_range");
  }
  if (text.starts_with('@')) return time_range(text, text.substr(1));
  Range range;
  if (text == "start" || text == "beginning") {
    range.from = Point{Point::Kind::start, 0, {}};
    return range;
  }
  if (text == "end") {
    range.from = Point{Point::Kind::end, 0, {}};
    return range;
  }
  if (text.starts_with('+') || text.starts_with('-')) {
    const auto count = offset(text.substr(1));
    if (!count) refuse(text, "has no count of records after its sign");
    range.from = text[0] == '+' ? Point{Point::Kind::after_start, *count, {}}
                                : Point{Point::Kind::before_end, *count, {}};
    return range;
  }
  const std::size_t colon = text.find(':');
  const std::string_view first = text.substr(0, colon);
  if (!first.empty()) {
    const auto from = offset(first);
    if (!from) refuse(text, "is no range");
    range.from = exactly(*from);
  } else if (colon == std::string_view::npos) {
    refuse(text, "is no range");
  }
  if (colon == std::string_view::npos) return range;
  const std::string_view second = text.substr(colon + 1);
  if (second.empty()) {
    if (first.empty()) refuse(text, "is no range");
    return range;
  }
  if (second == "end") {
    range.to = Point{Point::Kind::end, 0, {}};
    return range;
  }
  const auto to = offset(second);
  if (!to) refuse(text, "is no range");
  if (range.from && *to < range.from->value) refuse(text, "ends before it starts");
  range.to = exactly(*to);
  return range;
}

}  // namespace weir::base
