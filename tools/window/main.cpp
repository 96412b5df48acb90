#include "cli/tool_main.h"
#include "tools/window/flags.h"
#include "tools/window/run.h"

int main(int argc, char** argv) {
  return weir::cli::tool_main(argc, argv, "window", "Group events by time and key, and aggregate them.",
                              weir::window::flags, weir::window::run);
}
