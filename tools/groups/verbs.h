// The verbs of groups, one file each.
#pragma once

#include <vector>

#include "base/exit_code.h"
#include "bus/admin.h"
#include "cli/io.h"
#include "tools/groups/flags.h"

namespace weir::groups {

// The groups that the operands name, each once; all when there are none. Throws Error(Kind::usage) for one that is not
// there.
std::vector<std::string> select(const Options& options, bus::Admin& admin);

base::ExitCode list(const Options& options, bus::Admin& admin, cli::Io& io);
base::ExitCode describe(const Options& options, bus::Admin& admin, cli::Io& io);
base::ExitCode reset(const Options& options, bus::Admin& admin, cli::Io& io);
base::ExitCode erase(const Options& options, bus::Admin& admin, cli::Io& io);

}  // namespace weir::groups
