// How an event says its time, and the FIELD grammar of --ts:
//   FIELD := EXPR[:FORMAT]     split at the first ':' outside brackets and strings that a format's name follows
//   FORMAT := ms s us ns rfc3339 auto strptime:PATTERN
// Numbers may have a fraction and an exponent; what is finer than a millisecond is floored (-0.5 ms is -1).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/units.h"
#include "base/zone.h"

namespace weir::base {

struct TimeFormat {
  enum class Kind {
    by_type,  // none was given: ms for a number, rfc3339 for a string
    ms,
    s,
    us,
    ns,
    rfc3339,
    automatic,  // by magnitude: below 1e11 s, 1e14 ms, 1e17 us, else ns; a string that is no number: rfc3339
    strptime,   // `pattern`, see strptime.h
  };
  Kind kind = Kind::by_type;
  std::string pattern;
  friend bool operator==(const TimeFormat&, const TimeFormat&) = default;
};

struct Field {
  std::string expression;
  TimeFormat format;
};

// Throws Error(Kind::usage) for an empty expression, or a pattern with an unknown directive.
Field parse_field(std::string_view text);

// A time, or why there is none: the end of a sentence about the value ("is no RFC 3339 time"). An event error.
struct TimeOrFault {
  EventTime time = kNoTime;
  const char* fault = nullptr;  // none: `time` is valid
};

// `number`: the text of a JSON number. `text`: the contents of a JSON string; `zone` is that of a time that names
// none (UTC unless --tz says otherwise). Years outside 0001 to 9999, and the time -1 (Kafka's "no time"), are faults.
TimeOrFault time_of_number(std::string_view number, const TimeFormat& format, const Zone& zone);
TimeOrFault time_of_text(std::string_view text, const TimeFormat& format, const Zone& zone);

}  // namespace weir::base
