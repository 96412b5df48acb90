#pragma once

#include "base/exit_code.h"
#include "cli/io.h"
#include "tools/topics/flags.h"

namespace weir::topics {

base::ExitCode run(const Options& options, cli::Io& io);

}  // namespace weir::topics
