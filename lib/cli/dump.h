// A tool's declaration as the parts of man/ and completions/ that must agree with it. Each tool prints its own with
// the hidden flag --dump-flags FORM; a test compares them with the files, WEIR_UPDATE=1 rewrites those.
#pragma once

#include <string>
#include <string_view>

#include "cli/flag.h"

namespace weir::cli {

// `form`: man (the page's sections ARGUMENTS and FLAGS), bash, zsh or fish (what the shell's completion knows of this
// tool), json (one object per flag and line, for tests). Throws Error(Kind::usage) for any other.
std::string dump_flags(std::string_view form, std::string_view tool, const Flags& flags);

std::string dump_man(const Flags& flags);
std::string dump_json(const Flags& flags);
std::string dump_bash(std::string_view tool, const Flags& flags);
std::string dump_zsh(std::string_view tool, const Flags& flags);
std::string dump_fish(std::string_view tool, const Flags& flags);

}  // namespace weir::cli
