// The file OFFSET.snapshot: what a partition remembers of its producers from the batches before that offset.
//   int16 version 1, uint32 CRC-32C of everything behind this field, int32 count, then for each producer:
//   int64 producer id, int16 epoch, int32 last sequence, int64 last offset, int32 offset delta of its last
//   batch, int64 time, int32 coordinator epoch, int64 first offset of its open transaction (-1: none)
// Only a producer's last batch is kept. Big-endian. A cache: a missing or damaged one means a longer replay.
// Source: ProducerSnapshot.json of Apache Kafka.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/sys.h"
#include "log/format.h"
#include "log/producer_state.h"

namespace weir::log {

std::string encode_snapshot(const ProducerStates& states);
std::optional<ProducerStates> decode_snapshot(std::string_view bytes);

void write_snapshot(base::Sys& sys, const std::string& folder, base::Offset next,
                    const ProducerStates& states);

// The states as of `end`, a boundary: from the newest snapshot that lies far enough back for the last five
// batches of every producer that is still writing to be read again, and the log behind it.
ProducerStates load_producer_states(base::Sys& sys, const std::string& folder, const LogEnd& end);

}  // namespace weir::log
