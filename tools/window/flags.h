// The flags of window.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/expression_flags.h"
#include "cli/flag.h"
#include "cli/input_flags.h"
#include "cli/state_flags.h"
#include "cli/time_flags.h"
#include "ops/window.h"

namespace weir::window {

struct Options {  // what was typed, already checked: run() may trust every field
  using Kind = ops::WindowSettings::Kind;
  using Emit = ops::WindowSettings::Emit;

  Kind kind = Kind::tumbling;
  int kinds = 0;  // how many of them were given
  std::int64_t size_ms = 0, every_ms = 0;
  std::uint64_t rows = 0;
  std::chrono::nanoseconds align{0};
  std::vector<ops::WindowSettings::Group> by;
  std::vector<ops::AggregateSpec> aggregates;
  std::vector<std::string> aggregate_texts;  // as they were typed
  std::string having;
  std::optional<std::string> fill;

  Emit emit = Emit::final_rows;
  std::uint64_t early_count = 0;
  std::int64_t early_ms = 0;
  bool only_changed = false;
  bool key_by_window = false;
  ops::WindowSettings::Times time_format = ops::WindowSettings::Times::rfc3339;

  cli::ExpressionFlags expression;  // --arg, --trust, --explain
  cli::TimeFlags time;              // --ts, --bound, --grace, --late, ...
  cli::InputFlags input;            // INPUT..., -J, --tz, --on-error
  cli::MergeFlags merge;            // --merge-wait, --order
  cli::StateFlags state;            // --state, --max-state
  cli::OutputFlags output;          // --latency
};

cli::Flags flags(Options& options);

}  // namespace weir::window
