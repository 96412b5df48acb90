// The processes of the kill test: appenders that come back and send again, readers that follow.
#pragma once

#include <map>
#include <string>

#include "kill_board.h"

namespace weir::crash {

// Appends under producer id `1000 + number` until told to stop or killed. Begins after the last record that the
// log holds of it, as a producer does that comes back.
void run_appender(const std::string& folder, int number, AppenderState& state, const std::atomic<bool>& stop);

// Follows the log until told to stop and at its end; counts what is torn, doubled, missing or out of order.
void run_tail(const std::string& folder, TailState& state, const std::atomic<bool>& stop);

// Checks records in log order: each producer's sequence numbers are 0, 1, 2, ..., each value whole.
class OrderCheck {
 public:
  // Whether `value` is the next one of its producer.
  bool take(std::string_view value);
  std::int64_t records_of(int appender) const;

 private:
  std::map<std::int64_t, std::int32_t> next_;
};

}  // namespace weir::crash
