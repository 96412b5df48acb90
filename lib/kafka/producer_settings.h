// The properties of a producing client, from what the flags of `produce` say.
//
// Errors   none.
// Threads  any: functions of their arguments.
#pragma once

#include "kafka/client.h"
#include "log/sink.h"

namespace weir::kafka {

// As much as a broker takes by default (message.max.bytes), less what a request adds.
inline constexpr std::size_t kBatchBytes = 1'000'000;
// A batch that is not full is sent when the sink says so. This is for the case that the client misses it.
inline constexpr int kLingerMs = 50;

// What a client does behind a request that a broker refuses. With `stop` it stores nothing more, ever, so that nobody's order
// is broken. With `go_on` the rows behind it are stored all the same: for who has none there.
enum class AfterGap { stop, go_on };

Properties producer_defaults(const log::SinkOptions& options, std::size_t batch_bytes);
// What the sink counts on.
Properties producer_fixed(const log::SinkOptions& options, AfterGap after_gap);

}  // namespace weir::kafka
