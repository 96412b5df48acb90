#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/point.h"
#include "cli/flag.h"
#include "cli/input_flags.h"

namespace weir::groups {

enum class Verb { list, describe, reset, erase };

struct Options {
  Verb verb = Verb::list;
  std::vector<std::string> names;
  bool regex = false;
  std::vector<std::string> topics;  // empty: all in which the group has positions
  std::optional<base::Point> to;
  std::chrono::nanoseconds measure = std::chrono::seconds(1);
  bool dry_run = false;
  bool json = false;
  cli::ZoneFlag zone;
  cli::BusFlags bus;
};

cli::Flags flags(Options& options);

}  // namespace weir::groups
