// Reads a command line against a tool's flags and fills what they are bound to.
//
//   -n 5   -n5   --count 5   --count=5   -Jv (several switches)   --summary[=json]   -- (operands from here on)
//
// A flag that takes a value takes the next argument whatever it looks like, so "-o -10" works. What is given twice
// counts the last time, or adds up where the flag is repeatable. Flags and operands may be mixed.
// Errors: throws Error(Kind::usage) in the words of this project; nothing of the library behind it shows.
#pragma once

#include <string>
#include <vector>

#include "cli/flag.h"

namespace weir::cli {

// `arguments`: without the program's name. Runs flags.checks at the end.
void parse(const Flags& flags, const std::vector<std::string>& arguments);

}  // namespace weir::cli
