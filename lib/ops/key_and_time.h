// What the value of an expression means as a record's key, header or time: one rule for every tool that has such a flag.
// Threads: pure.
#pragma once

#include <string>

#include "base/time_format.h"
#include "base/zone.h"
#include "expr/value.h"
#include "record/record.h"

namespace weir::ops {

// A string is its bytes, null is no key, anything else its compact canonical JSON. The bytes lie in the value's own, or
// in `buffer`, and are never null for a key that is there.
record::Bytes bytes_of(const expr::Value& value, std::string& buffer);

// A number or a string, by the format; anything else is a fault. `buffer`: room to work in.
base::TimeOrFault time_of(const expr::Value& value, const base::TimeFormat& format, const base::Zone& zone,
                          std::string& buffer);
// "time 17e99 of --ts .at:ms is out of range": the event error for that fault.
std::string bad_time(const expr::Value& value, const std::string& expression, const char* fault);

// Whoever gives a time in seconds without saying so gets one in January 1970, and no error. Does `time` look like that:
// taken from a number, without a FORMAT, and of 10 digits?
inline bool is_meant_in_seconds(base::EventTime time, const expr::Value& value,
                                const base::TimeFormat& format) {
  return time.ms >= 1'000'000'000 && time.ms < 10'000'000'000 && value.kind == json::Kind::number &&
         format.kind == base::TimeFormat::Kind::by_type;
}
// "--ts .t took 1700000000 as milliseconds: 1970-01-20T16:13:20Z; ...": what to say about it, once.
std::string seconds_notice(base::EventTime time, const std::string& expression);

}  // namespace weir::ops
