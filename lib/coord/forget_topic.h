// Positions of groups in a topic that is taken away, as a broker drops them.
// Errors  throws Error as Positions does. Threads  one.
#pragma once

#include <string_view>

#include "log/log.h"

namespace weir::coord {

// Removes every group's positions in `topic`, durably. `log` was opened for writing.
void forget_topic(log::Log& log, std::string_view topic);

}  // namespace weir::coord
