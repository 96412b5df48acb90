#include "cli/tool_main.h"
#include "tools/produce/flags.h"
#include "tools/produce/run.h"

int main(int argc, char** argv) {
  return weir::cli::tool_main(argc, argv, "produce", "Append events to a topic, one record per line.",
                              weir::produce::flags, weir::produce::run);
}
