#include "cli/tool_main.h"
#include "tools/map/flags.h"
#include "tools/map/run.h"

int main(int argc, char** argv) {
  return weir::cli::tool_main(argc, argv, "map", "Write the results of an expression for every event.",
                              weir::map::flags, weir::map::run);
}
