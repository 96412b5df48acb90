// What opening a partition for appending does about its tail. The one rule: only what was never known to be
// good is ever cut, and what is cut is kept.
//
//   Below the durable end of the side file nothing is cut, whatever it looks like: damage there stops the
//   open with Error(Kind::io), code "corrupt_log", that names the offset range.
//   Above it, and in the same boot, only what one killed writer can leave is cut: bytes at the very end that
//   are not a whole batch. In another boot, or after a failed fsync, unsynced writes may be lost in any
//   order, so everything from the first bad byte on is cut.
//   Without a side file (a directory that Kafka wrote) only bytes at the very end of the last segment are
//   cut. Whole batches behind bad bytes, or another segment behind them, stop the open in these cases.
//   What is cut goes to SEGMENT.torn-POSITION first. Killed anywhere in between, the next open carries on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/sys.h"
#include "base/units.h"
#include "log/format.h"
#include "log/host.h"
#include "log/side_file.h"

namespace weir::log {

struct Recovery {
  std::uint64_t cut_bytes = 0;
  std::string kept_as;  // path of the file that holds what was cut; empty when nothing was
  base::Offset next;    // the log ends before this offset
  std::uint64_t scanned_bytes = 0;
  bool made_side_file = false;  // the folder had none, or one without a valid slot
  // One line for the user; empty when nothing was cut.
  std::string summary() const;
};

// Puts the tail right and says so in the side file. Requires the append lock, held by `side`.
// Whole batches above the durable end may be left to be synced: when ends.written > ends.durable.
struct Recovered {
  Ends ends;
  Recovery report;
};
Recovered recover(base::Sys& sys, const std::string& folder, SideFile& side, const Host& me);

}  // namespace weir::log
