// The two indexes of a segment. Both are caches: an entry is believed only after the batch that it points to
// has been looked at, and a missing or doubtful index costs time, never a record.
//
// NAME.index      8 bytes an entry: int32 offset - base, int32 position. The offset is the LAST of the batch
//                 that begins at the position. An entry for a batch is added when more than
//                 index.interval.bytes lie between it and the batch of the entry before (or the start).
// NAME.timeindex  12 bytes an entry: int64 time, int32 offset - base. The largest time so far, and the last
//                 offset of the batch that brought it. Added together with an index entry when the time has
//                 grown, and once more on roll and close, so that the last entry is the segment's largest.
// Both ascend, and end where the file ends or, in files that Kafka has preallocated, at the first entry that
// does not ascend. Big-endian. Source: OffsetIndex, TimeIndex and LogSegment of Apache Kafka 4.x.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/units.h"
#include "log/format.h"

namespace weir::log {

struct IndexEntry {
  base::Offset last_offset;
  std::uint64_t position = 0;
  friend bool operator==(const IndexEntry&, const IndexEntry&) = default;
};

struct TimeEntry {
  base::EventTime time;
  base::Offset last_offset;
  friend bool operator==(const TimeEntry&, const TimeEntry&) = default;
};

inline constexpr std::size_t kIndexEntryBytes = 8;
inline constexpr std::size_t kTimeEntryBytes = 12;

void encode(const IndexEntry& entry, base::Offset base, char* to);
void encode(const TimeEntry& entry, base::Offset base, char* to);

// Reading. Look-ups read a few entries each and keep nothing; they never throw for damage.
class OffsetIndex {
 public:
  // Without entries when the file is missing or cannot be read.
  static OffsetIndex open(base::Sys& sys, const std::string& folder, base::Offset base);
  std::uint64_t entries() const { return entries_; }  // without the zero tail
  std::optional<IndexEntry> at(std::uint64_t i) const;
  std::optional<IndexEntry> last() const { return entries_ == 0 ? std::nullopt : at(entries_ - 1); }
  // The entry with the largest offset <= `offset`; none: start at position 0.
  std::optional<IndexEntry> at_or_before(base::Offset offset) const;
  std::uint64_t count_before(std::uint64_t position) const;  // entries for batches that begin before it

 private:
  base::File file_;
  base::Offset base_;
  std::uint64_t entries_ = 0;
};

class TimeIndex {
 public:
  static TimeIndex open(base::Sys& sys, const std::string& folder, base::Offset base);
  std::uint64_t entries() const { return entries_; }
  std::optional<TimeEntry> at(std::uint64_t i) const;
  std::optional<TimeEntry> last() const { return entries_ == 0 ? std::nullopt : at(entries_ - 1); }
  std::uint64_t count_before(base::Offset offset) const;  // entries for batches that end before it
  // The entry with the largest time <= `time`; none: start at the segment's first record.
  std::optional<TimeEntry> at_or_before(base::EventTime time) const;

 private:
  base::File file_;
  base::Offset base_;
  std::uint64_t entries_ = 0;
};

}  // namespace weir::log
