#include "cli/tool_main.h"
#include "tools/groups/flags.h"
#include "tools/groups/run.h"

int main(int argc, char** argv) {
  return weir::cli::tool_main(argc, argv, "groups", "List, describe, reset and delete consumer groups.",
                              weir::groups::flags, weir::groups::run);
}
