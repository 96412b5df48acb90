// What was typed after `consume`.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/point.h"
#include "base/range.h"
#include "base/units.h"
#include "cli/flag.h"
#include "cli/input_flags.h"

namespace weir::consume {

enum class Order { time, arrival };
enum class Isolation { committed, uncommitted };

struct Options {
  std::vector<std::string> topics;  // or paths of partitions and segments

  bool until_end = false;
  std::optional<base::Point> from, to;
  std::optional<base::Range> range;   // -o, instead of from and to
  std::optional<std::uint64_t> last;  // instead of a start
  std::optional<std::uint64_t> count;
  std::vector<base::Partition> partitions;  // empty: all
  std::optional<std::chrono::nanoseconds> timeout;

  std::string group;  // empty: none
  // How often its position is stored, once lines are written; zero: each time. None: never.
  std::optional<std::chrono::nanoseconds> commit_every{std::chrono::nanoseconds{0}};

  bool envelope = false;
  std::string format;  // empty: lines
  bool raw = false;
  bool lag = false;
  bool watermarks = false;
  std::chrono::nanoseconds watermark_step = std::chrono::seconds(1);

  bool read_committed = false, read_uncommitted = false;  // neither: committed
  bool skip_corrupt = false;
  Order order = Order::time;
  std::chrono::nanoseconds merge_wait{0};

  cli::ZoneFlag zone;
  cli::BusFlags bus;
  cli::ErrorFlags errors;
  cli::OutputFlags output;
};

cli::Flags flags(Options& options);

}  // namespace weir::consume
