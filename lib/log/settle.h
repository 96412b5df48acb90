// What a reader does about whole batches that lie above the visible end and that nobody takes care of: their
// writer died between write and fsync, or a Kafka broker appended to the directory. It syncs them and raises
// the ends, so that they can be read; it never cuts anything.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/sys.h"
#include "log/host.h"

namespace weir::log {

// Whether this process may write to the side file of the folder: else it reads to the last whole batch.
bool may_settle(base::Sys& sys, const std::string& folder);

// Does nothing when somebody holds the append lock, when the log is poisoned or when there is nothing to
// raise. True when an end was raised. Throws Error(Kind::io) when the sync fails, after poisoning the log.
bool settle(base::Sys& sys, base::Clock& clock, const std::string& folder, const Host& me);

}  // namespace weir::log
