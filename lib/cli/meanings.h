// The values of shared flags as a saved state remembers them (state::Meaning): equal for what has the same effect, empty for
// what was not given. Threads: pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/time_format.h"
#include "cli/expression_flags.h"
#include "cli/time_flags.h"
#include "state/header.h"

namespace weir::cli {

std::string meaning(bool given);
std::string meaning(std::chrono::nanoseconds duration);
std::string meaning(const std::optional<std::chrono::nanoseconds>& duration);
std::string meaning(const std::optional<base::Field>& field);
std::string meaning_of_ts(const TimeFlags& time);
// --arg and --argjson.
std::vector<state::Meaning> meanings(const ExpressionFlags& flags);

}  // namespace weir::cli
