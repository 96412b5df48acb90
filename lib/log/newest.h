// Where to begin so that exactly the newest N records of several partitions are read: consume --last N.
#pragma once

#include <cstdint>
#include <vector>

#include "log/partition_reader.h"

namespace weir::log {

struct NewestInput {
  PartitionReader* reader;
  base::Offset until;  // the first offset that is not read
};

// For each input the offset of its first record among the newest `count` in all: by time, of equal times the later
// input's first, and in each partition always a run up to its end. An input none of whose records is among them
// gets its `until`. Reads at most the last `count` records of each input; leaves the readers anywhere.
std::vector<base::Offset> begin_of_newest(const std::vector<NewestInput>& inputs, std::uint64_t count);

}  // namespace weir::log
