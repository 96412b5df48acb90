// A random case: what a tool is asked, and the records it is given.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/join_model.h"
#include "model/table_model.h"
#include "model/window_model.h"

namespace weir::model {

using Spec = std::variant<WindowSpec, JoinSpec, TableSpec>;

struct Case {
  Spec spec;
  std::vector<std::vector<Record>> inputs;
};

// The kinds of cases: "tumbling", "session", "stream_join", ...
const std::vector<std::string>& kinds();
Case random_case(const std::string& kind, std::uint64_t seed);

const char* tool_of(const Case& one);
std::vector<std::string> flags_of(const Case& one);
std::vector<std::string> inputs_of(const Case& one);  // the text of each
Outcome wanted(const Case& one);

// Every line has an offset, so that a run with --state can go on when a pipe brings all of them again.
bool resumable(const Case& one);

// What is a little less than the case: a flag, a record, a part of one taken away.
std::vector<Case> smaller(const Case& one);
// The command line and its input, to be pasted into a shell.
std::string shown(const Case& one);

}  // namespace weir::model
