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
base::ExitCode alter(const Options& options, bus::Admin& admin, cli::Io& io);
base::ExitCode erase(const Options& options, bus::Admin& admin, cli::Io& io);
// What only files can tell: of a local log, or of paths.
base::ExitCode check(const Options& options, cli::Io& io);
base::ExitCode dump(const Options& options, cli::Io& io);

}  // namespace weir::topics
