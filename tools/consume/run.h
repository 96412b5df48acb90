#pragma once

#include "base/exit_code.h"
#include "cli/io.h"
#include "tools/consume/flags.h"

namespace weir::consume {

base::ExitCode run(const Options& options, cli::Io& io);

}  // namespace weir::consume
