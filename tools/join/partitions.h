// Do two topics lie in equally many partitions?
#pragma once

#include "cli/io.h"
#include "tools/join/flags.h"

namespace weir::join {

// Throws Error(Kind::usage), code "partitions_differ", where LEFT and RIGHT are topics that do not, unless they may: equal
// keys are then not in partitions of the same number, and nobody could join a share of them. A foreign key joins rows of
// different keys anyway.
void check_partitions(const Options& options, cli::Io& io);

}  // namespace weir::join
