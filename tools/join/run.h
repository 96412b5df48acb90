// What join does.
#pragma once

#include "base/exit_code.h"
#include "cli/io.h"
#include "tools/join/flags.h"

namespace weir::join {

base::ExitCode run(const Options& options, cli::Io& io);

}  // namespace weir::join
