// What map does.
#pragma once

#include "base/exit_code.h"
#include "cli/io.h"
#include "tools/map/flags.h"

namespace weir::map {

base::ExitCode run(const Options& options, cli::Io& io);

}  // namespace weir::map
