// Whether output is what a case expects. "[..]" matches any bytes within a line, a line "[...]" any number of
// lines.
#pragma once

#include <string>

namespace weir::e2e {

bool matches(const std::string& expected, const std::string& actual);

// Both texts, line by line, "-" for what was expected and "+" for what came; unequal parts only.
std::string difference(const std::string& expected, const std::string& actual);

}  // namespace weir::e2e
