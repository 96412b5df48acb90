// Flags about event time that window, join and table share, and where their late events go.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/time_format.h"
#include "cli/flag.h"
#include "cli/input_flags.h"
#include "cli/io.h"
#include "stream/stage.h"

namespace weir::cli {

struct TimeFlags {
  enum class Late {
    drop,
    in_line,  // among the results
    file,
    topic,
  };
  std::optional<base::Field> ts;  // --ts; none: the record's or the envelope's own
  bool arrival = false;           // --ts arrival
  std::chrono::nanoseconds bound{0}, grace{0};
  std::optional<std::chrono::nanoseconds> idle, max_ahead;
  Late late = Late::drop;
  std::string late_to;      // FILE, or NAME of topic:NAME
  bool watermarks = false;  // --watermarks
  std::chrono::nanoseconds wm_step{std::chrono::seconds(1)};
};

// --ts is a flag of its own, since a join has one for each side as well.
Flag ts_flag(std::string_view name, TimeFlags& to);
// The others. A bound or grace that is no whole number of milliseconds is rounded up.
Flags flags(TimeFlags& to);
// Those of them that are about how far event time is; a table is never final, so nothing is late for it.
Flags clock_flags(TimeFlags& to);

// Whole milliseconds, rounded up.
std::int64_t milliseconds(std::chrono::nanoseconds duration);
std::optional<std::int64_t> milliseconds(const std::optional<std::chrono::nanoseconds>& duration);
// How often whoever finds out which partitions are silent (--idle) has to know how late it is; none: nobody does.
std::optional<std::chrono::nanoseconds> idle_tick(const TimeFlags& flags);
// Of the size of a window or the like, which cannot be rounded: throws Error(Kind::usage) that names the flag unless it is
// a whole number of milliseconds above 0.
std::int64_t whole_milliseconds(std::string_view flag, std::chrono::nanoseconds duration);

// The side of the loop that late events go to; null: none is needed. A FILE is appended to. Throws Error(Kind::usage) when
// it is one of the inputs.
std::unique_ptr<stream::Sink> open_late(const TimeFlags& flags, const InputFlags& input, Io& io);

}  // namespace weir::cli
