#include "cli/tool_main.h"
#include "tools/topics/flags.h"
#include "tools/topics/run.h"

int main(int argc, char** argv) {
  return weir::cli::tool_main(argc, argv, "topics",
                              "List, create, describe, change, delete, check and dump topics.",
                              weir::topics::flags, weir::topics::run);
}
