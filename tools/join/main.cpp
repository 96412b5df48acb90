#include "cli/tool_main.h"
#include "tools/join/flags.h"
#include "tools/join/run.h"

int main(int argc, char** argv) {
  return weir::cli::tool_main(argc, argv, "join", "Join two streams, a stream and a table, or two tables.",
                              weir::join::flags, weir::join::run);
}
