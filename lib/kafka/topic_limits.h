// What a topic takes, and what of a record librdkafka can carry. Judged before a record is sent, since a broker refuses a
// whole request for one record of it.
//
// Units    sizes count bytes, times and distances milliseconds.
// Errors   none: what cannot be read is no limit, and what is wrong with a record is a value.
// Threads  any: values, and functions of their arguments.
// Source   the topic's settings in Kafka's documentation: max.message.bytes, cleanup.policy, message.timestamp.type,
//          message.timestamp.before.max.ms, message.timestamp.after.max.ms, retention.ms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bus/admin.h"
#include "record/record.h"
#include "stream/errors.h"

namespace weir::kafka {

struct TopicLimits {
  std::optional<std::size_t> request_bytes;       // of a record batch; none: not known
  std::optional<std::int64_t> past_ms, ahead_ms;  // how far a time may be from the broker's clock
  std::optional<std::int64_t> kept_ms;            // records are deleted when their time is so long ago
  bool needs_key = false;
  // Nothing about a record's time, key or headers can be wrong.
  bool takes_lines(bool with_key) const { return !needs_key || with_key; }
  // So old that the cluster deletes it as soon as it looks.
  bool outlived(base::EventTime ts, base::EventTime now) const {
    return kept_ms && ts.ms > 0 && now.ms - ts.ms > *kept_ms;
  }

  static TopicLimits of(const std::vector<bus::ConfigEntry>& configs);
};

// Why it cannot be written as it is, if so.
std::optional<stream::Fault> fault_of(const record::Record& record, const TopicLimits& limits,
                                      const std::string& topic, base::EventTime now);

}  // namespace weir::kafka
