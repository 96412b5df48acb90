// A tool's declaration as the files that are kept beside the code: a test compares them, WEIR_UPDATE=1 rewrites them.
#pragma once

#include <string>
#include <string_view>

#include "cli/flag.h"

namespace weir::cli {

// `form`: man (the page's SYNOPSIS, ARGUMENTS and FLAGS in mdoc's man macros), bash, zsh, fish (what the completion
// needs to know of this tool), or json (for tests). Throws Error(Kind::usage) for any other.
std::string dump_flags(std::string_view form, std::string_view tool, std::string_view summary,
                       const Flags& flags);

}  // namespace weir::cli
