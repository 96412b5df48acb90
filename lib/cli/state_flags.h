// --state, --state-interval, --max-state: where window, join and table keep what they have to remember.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/size.h"
#include "cli/flag.h"

namespace weir::cli {

struct StateFlags {
  std::string directory;  // empty: nothing outlives the run
  std::optional<std::chrono::nanoseconds> interval;
  base::Size memory_max{std::size_t{1} << 30};

  std::chrono::nanoseconds every() const { return interval.value_or(std::chrono::seconds(1)); }
};
Flags flags(StateFlags& to);

}  // namespace weir::cli
