// Where to begin so that exactly the newest N records of several partitions are read: consume --last N.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "log/partition_reader.h"

namespace weir::log {

struct SeenRecord {
  base::Offset offset;
  std::int64_t ms;
};
// The last records of a partition before `until`, oldest first.
struct Tail {
  base::Offset until;
  std::deque<SeenRecord> records;
};
// For each partition the offset of its first record among the newest `count` in all: by time, of equal times the later
// partition's first, and in each always a run up to its end. One none of whose records is among them gets its `until`.
// Requires: each tail has `count` records, or all that there are.
std::vector<base::Offset> begin_of_newest(std::vector<Tail> tails, std::uint64_t count);

// Offsets are not records: some belong to transaction markers or were compacted away. So a tail is looked for further and
// further back, until it is long enough: the next number of offsets to go back, of `there`; 0 to begin with.
std::int64_t further_back(std::int64_t back, std::int64_t there, std::uint64_t count);

// Reads at most what is needed for the last `count` records; leaves the reader anywhere.
Tail tail_of(PartitionReader& reader, base::Offset until, std::uint64_t count);

}  // namespace weir::log
