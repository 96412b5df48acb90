#include "cli/state_flags.h"

#include <string_view>
#include <utility>

#include "base/error.h"

namespace weir::cli {

using base::Error;
using base::Kind;

Flags flags(StateFlags& to) {
  Flag directory = flag("--state", "DIR", "Keep the state there, and go on from it after a crash or a signal",
                        to.directory)
                       .completing(Completes::file)
                       .more(
                           "State, position in the input, and the length of stdout where that is a file, are "
                           "saved in one step. "
                           "The next run with the same flags goes on from there: append its output (>>), and "
                           "it is cut back to "
                           "what was saved, so that nothing is missing or doubled. Into a pipe, rows since "
                           "the last save come "
                           "again. Input has to be a FILE, topic:NAME, or -J lines that have offsets.");
  directory.set = [&to](std::string_view value) {
    if (value.empty()) throw Error(Kind::usage, "'' is no directory").code("bad_word");
    to.directory = value;
  };
  Flag interval = flag("--state-interval", "DUR", "Save at most so often", to.interval)
                      .initially("1s")
                      .more("0: after every block of input that was read.");
  Flag memory =
      flag("--max-state", "SIZE", "Memory for state; what is beyond goes to disk", to.memory_max)
          .initially("1GiB")
          .more(
              "To the directory of --state, else to a folder in $TMPDIR that goes with the run. The "
              "results are the same.");
  memory.set = [&to](std::string_view value) {
    to.memory_max = base::parse_size(value);
    if (to.memory_max.bytes == 0) {
      throw Error(Kind::usage, std::string(value) + " leaves no memory")
          .hint("--max-state 64MiB")
          .code("bad_number");
    }
  };
  return minor(group("State", {std::move(directory), std::move(interval), std::move(memory), check([&to] {
                                 if (!to.interval || !to.directory.empty()) return;
                                 throw Error(Kind::usage, "--state-interval says how often --state saves")
                                     .hint("--state DIR --state-interval ...")
                                     .code("missing_flag");
                               })}));
}

}  // namespace weir::cli
