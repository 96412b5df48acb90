// The flags every tool has, which tool_main adds to those of the tool.
#pragma once

#include <string>

#include "cli/flag.h"
#include "cli/io.h"

namespace weir::cli {

// What was asked for instead of a run.
struct Asked {
  bool short_help = false;
  bool whole_help = false;
  bool version = false;
  std::string dump;  // man, bash, zsh, fish or json: this tool's part of the page or the completion
};

Flags talk_flags(Talk& talk, Asked& asked);

}  // namespace weir::cli
