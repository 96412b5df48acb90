#pragma once

#include "base/exit_code.h"
#include "cli/io.h"
#include "tools/groups/flags.h"

namespace weir::groups {

base::ExitCode run(const Options& options, cli::Io& io);

}  // namespace weir::groups
