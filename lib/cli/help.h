// -h and --help, made from a tool's declaration. 80 columns, whatever the terminal: the same everywhere.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/flag.h"

namespace weir::cli {

// One screen: usage, the first three examples, the tool's own flags by purpose, the shared ones by name.
std::string short_help(std::string_view tool, std::string_view summary, const Flags& flags);
// Everything: notes, all examples, every flag with its details, exit codes.
std::string whole_help(std::string_view tool, std::string_view summary, const Flags& flags);

// Pieces that the man page and the completions are made of, too.
std::string usage_line(std::string_view tool, const Flags& flags);  // "filter [FLAGS] EXPR [INPUT...]"
std::string flag_heading(const Flag& flag);                         // "-n, --count N"
std::string flag_help(const Flag& flag);                            // "Stop after N matches [10]"
struct Section {
  std::string heading;
  std::vector<const Flag*> flags;
};
// Flags that help shows, by heading, in the order in which the headings first appear; operands are left out.
std::vector<Section> sections(const Flags& flags);

// Breaks `text` into lines of at most `width` columns, each behind `indent` blanks; the first line's indent is left
// out when `hanging`.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width, bool hanging);

}  // namespace weir::cli
