// Finds places in one segment by offset or time, with the indexes as hints that are never trusted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/file.h"
#include "base/sys.h"
#include "base/units.h"
#include "record/batch_format.h"

namespace weir::log {

struct SegmentView {
  base::Sys& sys;
  const std::string& folder;
  base::Offset base;
  const base::File& log;
  std::uint64_t limit;  // only what lies below is looked at
};

// A boundary at or before the batch that holds `offset`, near to it when the index is good.
std::uint64_t position_near(const SegmentView& segment, base::Offset offset);

// The first record whose time is >= `time`; none: the segment has none. Where a batch is damaged on the way, the
// first offset behind what could be read, so that reading from there on meets the damage.
std::optional<base::Offset> first_at_time(const SegmentView& segment, base::EventTime time);

// The largest time in a segment to which nothing is appended any more, when the time index can prove it.
std::optional<base::EventTime> largest_time(const SegmentView& segment);

}  // namespace weir::log
