#include "cli/dump.h"

#include "base/error.h"
#include "cli/help.h"

namespace weir::cli {
std::string dump_flags(std::string_view form, std::string_view, std::string_view, const Flags&) {
  not_one_of(form, {"man", "bash", "zsh", "fish", "json"});
}
}  // namespace weir::cli
