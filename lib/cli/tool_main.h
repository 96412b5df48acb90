// main() of every tool, in one call:
//   int main(int argc, char** argv) {
//     return weir::cli::tool_main(argc, argv, "filter", "Pass on the events for which an expression is true.",
//                                 weir::filter::flags, weir::filter::run);
//   }
// The only place that turns an exception into a message and a number. Before the flags are read: descriptors 0 to 2
// that are closed are taken by a /dev/null that refuses their use (signals.h), SIGPIPE is ignored. SIGINT and SIGTERM are caught from then on: the first
// is handed to the loop as a wish to settle, the second ends the process at once with 130 or 143.
#pragma once

#include <functional>
#include <new>
#include <string>

#include "base/exit_code.h"
#include "cli/flag.h"
#include "cli/io.h"
#include "cli/message.h"

namespace weir::cli {

struct Tool {
  std::string name;     // "filter"
  std::string summary;  // one sentence, with its full stop
  std::function<Flags()> flags;
  std::function<base::ExitCode(Io&)> run;
};

int run_tool(int argc, char** argv, const Tool& tool);

template <typename Options>
int tool_main(int argc, char** argv, const char* name, const char* summary, Flags (*flags)(Options&),
              base::ExitCode (*run)(const Options&, Io&)) {
  try {
    Options options;
    return run_tool(
        argc, argv,
        {name, summary, [&] { return flags(options); }, [&](Io& io) { return run(options, io); }});
  } catch (const std::bad_alloc&) {  // before there was anything to report it with
    return static_cast<int>(report_out_of_memory());
  }
}

}  // namespace weir::cli
