// Operands of a source that begin with '^', compiled: regular expressions that stand for all topics whose names they match.
#pragma once

#include <string>
#include <vector>

#include "log/source.h"

namespace weir::cli {

// One for each such operand. Throws Error(Kind::usage), code "bad_regex".
std::vector<log::TopicPattern> topic_patterns(const std::vector<std::string>& operands);

}  // namespace weir::cli
