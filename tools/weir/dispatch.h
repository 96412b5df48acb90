// `weir VERB ...` becomes VERB, in place: the tool gets the process, the descriptors and the signals as they are.
#pragma once

#include <string>
#include <vector>

#include "base/exit_code.h"
#include "cli/io.h"

namespace weir {

// Where the tools are: libexec/weir beside the bin that holds this program, else this program's own folder (as in a
// build tree). Links are followed first. Throws Error(Kind::io).
std::string exec_path();

// Runs what `arguments` (without the program's name) ask for. Returns only when that is no tool: after --help and
// its likes. Throws Error(Kind::usage) for an unknown verb.
base::ExitCode dispatch(const std::vector<std::string>& arguments, const cli::Io& io);

}  // namespace weir
