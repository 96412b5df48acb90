// Runs one of our tools within this process, as its main() would: 100,000 times in the time of a few hundred processes.
#pragma once

#include <string>
#include <vector>

namespace weir::model {

struct Ran {
  int code = 0;
  std::string out, err;
  bool resumed = false;  // it ended in two runs, and counts what came in the second alone
};

enum class Feed {
  whole,     // the inputs are files
  trickled,  // they are pipes, into which a few bytes come at a time
  spilled,   // they are files, and there is next to no memory for state
  resumed,   // they are pipes whose lines have offsets; stopped half way, and run again with the same --state
};

// One input is stdin, several are operands. The caller ignores SIGPIPE.
Ran run_tool(const std::string& tool, std::vector<std::string> arguments,
             const std::vector<std::string>& inputs, Feed feed);

}  // namespace weir::model
