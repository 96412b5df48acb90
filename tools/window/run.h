// Groups events by time and key, and writes a row for each group.
#pragma once

#include "base/exit_code.h"
#include "cli/io.h"
#include "tools/window/flags.h"

namespace weir::window {

base::ExitCode run(const Options& options, cli::Io& io);

}  // namespace weir::window
