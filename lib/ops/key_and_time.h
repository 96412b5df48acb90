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

}  // namespace weir::ops
