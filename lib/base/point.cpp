#include "base/point.h"

#include "base/decimal.h"
#include "base/error.h"

namespace weir::base {

Point parse_point(std::string_view text) {
  if (text == "start" || text == "beginning") return {Point::Kind::start, 0, {}};
  if (text == "end") return {Point::Kind::end, 0, {}};
  if (const auto offset = parse_digits(text, INT64_MAX)) {
    return {Point::Kind::offset, static_cast<std::int64_t>(*offset), {}};
  }
  if (text.starts_with('-') && parse_digits(text.substr(1), INT64_MAX)) {
    const std::string typed(text);
    throw Error(Kind::usage, typed + " has no unit for a time, and no offset is below 0")
        .hint(typed + "m is a time; the newest " + typed.substr(1) + " records: consume --last " +
              typed.substr(1) + ", or -o " + typed)
        .code("bad_point");
  }
  try {
    return {Point::Kind::time, 0, parse_time(text)};
  } catch (const Error& error) {
    // Times have one grammar; only the hint is wider here. A broken duration keeps its own words.
    if (error.code() != "bad_time") throw;
    throw Error(Kind::usage,
                (text.empty() ? "''" : std::string(text)) + " is neither start, end, an offset nor a time")
        .hint("start, end, 4200, 2024-01-31T12:00:00Z, today, -1h or @1700000000")
        .code("bad_point");
  }
}

}  // namespace weir::base
