// Verifies every byte of a partition, or of one segment, and changes nothing: batches with their checksums, records, offsets
// that follow on, leader epochs; both indexes, the transaction index, producer snapshots; the side file and the small text
// files. Kafka's folders and copies of them are checked by what they say about themselves.
//
// Live     others may append meanwhile. How far the log is known to be good is read first; what lies behind that and is no
//          whole batch is what a writer has not finished, or was killed in: a note, since the next writer puts it right.
// Unknown  without a side file nothing tells a log that was cut between two batches, or a gap that compaction left, from
//          one that was always so. Half a batch at its end is damage, zeros are a preallocated file.
// Errors   damage is told, never thrown. Throws Error(Kind::io) for what cannot be read at all.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/sys.h"
#include "base/units.h"
#include "log/host.h"

namespace weir::log {

struct Finding {
  enum class Weight {
    damage,
    note,  // worth knowing, but nothing is lost
  };
  Weight weight = Weight::damage;
  std::string file;
  std::uint64_t position = 0;
  std::uint64_t bytes = 0;  // 0: something is missing there, or the file as a whole
  base::Offset from = base::kNoOffset,
               to = base::kNoOffset;  // records from <= o < to; kNoOffset: none, or unknown
  std::string why;                    // for the end of a line
};

struct Checked {
  std::uint64_t segments = 0, batches = 0, records = 0, bytes = 0;  // bytes of .log files
  std::uint64_t damaged = 0;                                        // findings of that weight
  bool stopped = false;                                             // `go_on` said so
};

struct CheckPlan {
  base::Sys& sys;
  const Host& host;
  bool compacted = false;  // the topic's settings: offsets may be missing
  std::function<void(const Finding&)> tell;
  std::function<bool()> go_on = [] { return true; };  // asked before every batch
};

// `path`: a partition folder, or a .log file, of which then only that and its indexes are looked at.
Checked check_partition(const CheckPlan& plan, const std::string& path);

}  // namespace weir::log
