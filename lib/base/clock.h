// The clock seam: whatever needs the time is handed a Clock, so that tests decide what time it is.
#pragma once

#include <chrono>

#include "base/units.h"

namespace weir::base {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual EventTime wall() = 0;                   // CLOCK_REALTIME; may jump
  virtual std::chrono::nanoseconds steady() = 0;  // CLOCK_MONOTONIC; for waits and rates
};

Clock& system_clock();  // lives as long as the process; safe from any thread

}  // namespace weir::base
