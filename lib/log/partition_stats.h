// What one partition holds, for people who look: offsets, sizes, and counts that are made by reading the header of every
// batch, never the records.
//
// Reach    up to where readers go, as PartitionReader; changes nothing, not even the side file.
// Damage   is told, not thrown: what lies behind it in its segment is not counted. See check_partition.
// Errors   throws Error(Kind::io) for a folder or file that cannot be read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/sys.h"
#include "base/units.h"
#include "log/host.h"

namespace weir::log {

struct SegmentStats {
  base::Offset base;
  std::uint64_t bytes = 0;                     // of the .log file, as far as readers go
  std::uint64_t batches = 0;                   // all from here on: 0 unless counted
  std::uint64_t records = 0;                   // without transaction markers
  base::EventTime first_time = base::kNoTime;  // of its first record
  base::EventTime last_time = base::kNoTime;   // the largest
};

struct PartitionStats {
  base::Offset start, end;
  std::uint64_t bytes = 0;  // of all segments
  std::uint64_t records = 0;
  base::EventTime first_time = base::kNoTime;
  base::EventTime last_time = base::kNoTime;
  std::vector<SegmentStats> segments;
  std::string fault;  // why the counts are incomplete; empty: they are not
};

enum class Count { nothing, records };
PartitionStats partition_stats(base::Sys& sys, base::Clock& clock, const Host& host,
                               const std::string& folder, Count count);

}  // namespace weir::log
