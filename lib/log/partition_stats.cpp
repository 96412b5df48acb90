#include "log/partition_stats.h"

#include <algorithm>
#include <optional>

#include "base/file.h"
#include "log/format.h"
#include "log/reach.h"
#include "log/segment_scan.h"
#include "log/time_lookup.h"

namespace weir::log {
namespace {

using base::File;

// The time of a batch's first record. Where the base is a delete horizon the records have to be asked, and the largest
// time is near enough.
base::EventTime first_time_of(const record::BatchHeader& header) {
  const bool in_base = !header.attributes.append_time() && !header.attributes.delete_horizon();
  return {in_base ? header.base_timestamp : header.max_timestamp};
}

void take(const record::BatchHeader& header, SegmentStats& stats) {
  ++stats.batches;
  if (header.attributes.control() || header.records_count == 0) return;
  if (stats.records == 0) stats.first_time = first_time_of(header);
  stats.records += static_cast<std::uint64_t>(header.records_count);
  stats.last_time = std::max(stats.last_time, base::EventTime{header.max_timestamp});
}

// Behind the last whole batch of an unguarded log.
base::Offset end_of(const SegmentView& view) {
  SegmentScan scan(view.log, position_near(view, base::Offset{INT64_MAX}), view.limit,
                   SegmentScan::Check::whole);
  base::Offset end = view.base;
  while (scan.next() == SegmentScan::Step::batch) end = scan.header().next_offset();
  return end;
}

}  // namespace

PartitionStats partition_stats(base::Sys& sys, base::Clock& clock, const Host& host,
                               const std::string& folder, Count count) {
  PartitionStats stats;
  Reach reach(sys, clock, host, folder, false);
  std::optional<LogEnd> end;
  if (reach.guarded()) end = reach.end();
  for (const base::Offset base : list_segments(sys, folder)) {
    if (end && base > end->segment) break;
    const std::string path = segment_path(folder, base, kLogSuffix);
    if (!File::exists(sys, path)) continue;  // taken away since
    const File file = File::open(sys, path, File::Mode::read);
    SegmentStats segment;
    segment.base = base;
    segment.bytes = end && base == end->segment ? std::min(end->position, file.size()) : file.size();
    if (stats.segments.empty()) stats.start = base;
    const SegmentView view{sys, folder, base, file, segment.bytes};
    if (!end) stats.end = std::max(base, end_of(view));
    if (count == Count::records) {
      SegmentScan scan(file, 0, segment.bytes, SegmentScan::Check::headers);
      SegmentScan::Step step;
      while ((step = scan.next()) == SegmentScan::Step::batch) take(scan.header(), segment);
      const bool unfinished_tail = !end && scan.position() > 0;  // a broker may be at work on it
      if (step == SegmentScan::Step::bad && !unfinished_tail && stats.fault.empty()) {
        stats.fault = path + ": " + scan.fault().what;
      }
    }
    stats.bytes += segment.bytes;
    stats.records += segment.records;
    if (stats.first_time == base::kNoTime) stats.first_time = segment.first_time;
    stats.last_time = std::max(stats.last_time, segment.last_time);
    stats.segments.push_back(segment);
  }
  if (end) stats.end = end->next;
  if (stats.segments.empty()) stats.start = stats.end;
  return stats;
}

}  // namespace weir::log
