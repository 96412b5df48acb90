// Thrown where a wait ends because the user asked for an end (SIGINT, SIGTERM), before there is anything to settle. No Error:
// nothing is said, and whoever handles failures lets it pass. tool_main() makes it the exit code of the signal.
#pragma once

#include <exception>

namespace weir::base {

class Stopped final : public std::exception {
 public:
  const char* what() const noexcept override { return "stopped by a signal"; }
};

}  // namespace weir::base
