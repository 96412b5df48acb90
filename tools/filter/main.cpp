#include "cli/tool_main.h"
#include "tools/filter/flags.h"
#include "tools/filter/run.h"

int main(int argc, char** argv) {
  return weir::cli::tool_main(argc, argv, "filter", "Pass on the events for which an expression is true.",
                              weir::filter::flags, weir::filter::run);
}
