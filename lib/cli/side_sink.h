// Where a tool puts events beside its results: dead letters and late events, in a FILE or a topic.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/input_flags.h"
#include "cli/io.h"
#include "stream/stage.h"

namespace weir::cli {

struct SideTarget {
  std::string flag;       // "--dead-letter", for messages
  std::string loop_code;  // of the error when it is what the tool reads or writes
  std::string events;     // what would be mixed with the results: "bad events"
  std::string target;     // FILE or topic:NAME
};

inline constexpr std::string_view kTopicTarget = "topic:";

// A FILE is appended to. Throws Error(Kind::usage) when it is one of `inputs` or stdout, and as the bus does.
std::unique_ptr<stream::Sink> open_side(const SideTarget& side, const BusFlags& bus,
                                        const std::vector<std::string>& inputs, Io& io);

}  // namespace weir::cli
