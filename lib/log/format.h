// Names and places of the files of one partition folder, TOPIC-P/, laid out as Kafka lays it out.
//   00000000000000000000.log        batches (record/batch_format.h) back to back; named by its base offset
//   00000000000000000000.index      offset index (index_file.h)
//   00000000000000000000.timeindex  time index (index_file.h)
//   00000000000000000123.snapshot   state of idempotent producers before offset 123 (producer_snapshot.h)
//   leader-epoch-checkpoint         "0\n1\n0 0\n": our leader epoch is always 0
//   partition.metadata              "version: 0\ntopic_id: <22 characters>\n"
//   weir-ends                       side file (side_file.h), append lock
//   00000000000000000000.torn-4711  bytes cut from position 4711 of that segment by recovery
// The last two are ours. A Kafka broker loads only names that end in .log, .index, .timeindex, .txnindex or
// .snapshot, removes those that end in .deleted, .cleaned or .swap, and leaves all others alone.
// Source of the rest: LogFileUtils, LogLoader and LogSegment of Apache Kafka 4.x.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/sys.h"
#include "base/units.h"

namespace weir::log {

inline constexpr std::string_view kLogSuffix = ".log";
inline constexpr std::string_view kIndexSuffix = ".index";
inline constexpr std::string_view kTimeIndexSuffix = ".timeindex";
inline constexpr std::string_view kSnapshotSuffix = ".snapshot";
inline constexpr std::string_view kSideFileName = "weir-ends";
inline constexpr std::string_view kEpochCheckpointName = "leader-epoch-checkpoint";
inline constexpr std::string_view kPartitionMetadataName = "partition.metadata";

// Positions in a segment are 32-bit in the index, offsets relative to its base too.
inline constexpr std::uint64_t kSegmentBytesMax = INT32_MAX;
inline constexpr std::int64_t kSegmentOffsetsMax = INT32_MAX;

// A place between two batches: `position` bytes into the segment that begins at `segment`, where the record
// `next` goes. Of one log the order of the offsets is the order of the places, but for the two names of one
// place (end of a segment, start of the next).
struct LogEnd {
  base::Offset segment;
  std::uint64_t position = 0;
  base::Offset next;
  friend auto operator<=>(const LogEnd& a, const LogEnd& b) {
    if (const auto order = a.next <=> b.next; order != 0) return order;
    if (const auto order = a.segment <=> b.segment; order != 0) return order;
    return a.position <=> b.position;
  }
  friend bool operator==(const LogEnd&, const LogEnd&) = default;
};

// "FOLDER/00000000000000000042.log"
std::string segment_path(const std::string& folder, base::Offset base, std::string_view suffix);

// 42 for "00000000000000000042.log" and suffix ".log"; none for every other name.
std::optional<base::Offset> parse_segment_name(std::string_view name, std::string_view suffix);

// The base offsets of all files of that kind in the folder, ascending. Throws when it cannot be listed.
std::vector<base::Offset> list_segments(base::Sys& sys, const std::string& folder,
                                        std::string_view suffix = kLogSuffix);

}  // namespace weir::log
