// The flags of filter.
#pragma once

#include <cstdint>
#include <optional>

#include "cli/expression_flags.h"
#include "cli/flag.h"
#include "cli/input_flags.h"

namespace weir::filter {

struct Options {                    // what was typed, already checked: run() may trust every field
  cli::ExpressionFlags expression;  // EXPR, --arg, --from-file, --trust
  bool invert = false;
  bool count_only = false;
  std::optional<std::uint64_t> limit;  // -n
  bool exit_status = false;
  bool tombstones = false;
  cli::InputFlags input;    // INPUT..., -J, --on-error, --dead-letter
  cli::OutputFlags output;  // --latency
};

cli::Flags flags(Options& options);

}  // namespace weir::filter
