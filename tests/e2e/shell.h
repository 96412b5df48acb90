// Runs a sh script with given input and collects what it writes.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace weir::e2e {

struct Ran {
  std::string out, err;
  int exit = 0;            // 128 + N when signal N ended it
  bool timed_out = false;  // its whole process group was killed
};

// `environment` is the whole of it, NAME=VALUE. Throws std::runtime_error when sh cannot be started.
Ran run_shell(const std::string& script, const std::string& in, const std::string& directory,
              const std::vector<std::string>& environment, std::chrono::seconds limit);

}  // namespace weir::e2e
