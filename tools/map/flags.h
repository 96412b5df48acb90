// The flags of map.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time_format.h"
#include "cli/expression_flags.h"
#include "cli/flag.h"
#include "cli/input_flags.h"

namespace weir::map {

struct Options {                    // what was typed, already checked: run() may trust every field
  cli::ExpressionFlags expression;  // EXPR, --arg, --from-file, --trust
  bool raw = false;
  std::optional<std::uint64_t> limit;  // -n
  bool tombstones = false;
  std::string key;  // EXPR; empty: none
  std::optional<base::Field> ts;
  std::vector<std::pair<std::string, std::string>> headers;  // name, EXPR
  cli::InputFlags input;                                     // INPUT..., -J, --on-error, --dead-letter
  cli::OutputFlags output;                                   // --latency
};

cli::Flags flags(Options& options);

}  // namespace weir::map
