// What filter does.
#pragma once

#include "base/exit_code.h"
#include "cli/io.h"
#include "tools/filter/flags.h"

namespace weir::filter {

base::ExitCode run(const Options& options, cli::Io& io);

}  // namespace weir::filter
