#include "cli/tool_main.h"
#include "tools/consume/flags.h"
#include "tools/consume/run.h"

int main(int argc, char** argv) {
  return weir::cli::tool_main(argc, argv, "consume",
                              "Write the records of topics to stdout, one line per record.",
                              weir::consume::flags, weir::consume::run);
}
