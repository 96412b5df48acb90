// Finds where the log ends: checks every batch from a known place on, across segments, and says what stands
// in the way. Changes nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/sys.h"
#include "log/format.h"
#include "record/fault.h"

namespace weir::log {

struct Tail {
  LogEnd end;  // behind the last whole batch that follows on
  std::uint64_t scanned_bytes = 0;
  // What lies behind the end:
  std::uint64_t left_bytes = 0;  // in the same segment; 0: it ends there
  record::Fault fault;           // why they are no batch; set when left_bytes is not 0
  bool misplaced = false;        // they are a whole batch whose offset or leader epoch does not belong there
  bool later_segments = false;   // other segments behind left bytes
  std::optional<base::Offset> next_batch;  // of the first whole batch behind the end, if there is one

  bool clean() const { return left_bytes == 0 && !later_segments; }
};

enum class Follow {
  strictly,   // each batch begins where the one before ended, as weir and brokers append
  ascending,  // gaps are allowed: a compacted log
};

// `from` is a boundary within `segments` (base offsets, ascending); its segment may be missing when it is where
// the next one would begin. With `fresh` cached pages are dropped first, so that the disk is what is read.
enum class Cache { fine, drop };
Tail find_tail(base::Sys& sys, const std::string& folder, const std::vector<base::Offset>& segments,
               const LogEnd& from, Follow follow, Cache cache);

}  // namespace weir::log
