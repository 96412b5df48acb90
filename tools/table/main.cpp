#include "cli/tool_main.h"
#include "tools/table/flags.h"
#include "tools/table/run.h"

int main(int argc, char** argv) {
  return weir::cli::tool_main(argc, argv, "table", "Keep the latest event per key.", weir::table::flags,
                              weir::table::run);
}
