// What table does.
#pragma once

#include "base/exit_code.h"
#include "cli/io.h"
#include "tools/table/flags.h"

namespace weir::table {

base::ExitCode run(const Options& options, cli::Io& io);

}  // namespace weir::table
