// Which topics are meant: names and regular expressions of the command line against what the bus has.
#pragma once

#include <vector>

#include "bus/admin.h"
#include "tools/topics/flags.h"

namespace weir::topics {

// In the order of the words, of one word in order of name, none twice. Without a word: all. Internal ones only by name or
// with --internal. Throws Error(Kind::usage) for a name that is no topic, with the nearest as a hint; a regular expression
// that matches nothing is told in the same way by all verbs but list.
std::vector<bus::TopicSummary> select(const Options& options, bus::Admin& admin);

}  // namespace weir::topics
