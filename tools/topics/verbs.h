// The verbs of topics, one file each.
#pragma once

#include "base/exit_code.h"
#include "bus/admin.h"
#include "cli/io.h"
#include "tools/topics/flags.h"

namespace weir::topics {

base::ExitCode list(const Options& options, bus::Admin& admin, cli::Io& io);
base::ExitCode create(const Options& options, bus::Admin& admin, cli::Io& io);
base::ExitCode describe(const Options& options, bus::Admin& admin, cli::Io& io);

}  // namespace weir::topics
