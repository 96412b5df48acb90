#pragma once

#include "base/exit_code.h"
#include "cli/io.h"
#include "tools/produce/flags.h"

namespace weir::produce {

base::ExitCode run(const Options& options, cli::Io& io);

}  // namespace weir::produce
