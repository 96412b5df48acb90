// Runs one of our tools within this process, as its main() would: 100,000 times in the time of a few hundred processes.
#pragma once

#include <string>
#include <vector>

namespace weir::model {

struct Ran {
  int code = 0;
  std::string out, err;
};

enum class Feed {
  whole,     // the inputs are files
  trickled,  // they are pipes, into which a few bytes come at a time
};

// One input is stdin, several are operands. The caller ignores SIGPIPE.
Ran run_tool(const std::string& tool, std::vector<std::string> arguments,
             const std::vector<std::string>& inputs, Feed feed);

}  // namespace weir::model
