#include "log/time_lookup.h"

#include "base/buffer.h"
#include "log/index_file.h"
#include "log/segment_scan.h"
#include "record/record_cursor.h"

namespace weir::log {
namespace {

struct Place {
  std::uint64_t position;
  record::BatchHeader header;
};

// The batch whose last offset is `last`: what both indexes point to.
std::optional<Place> batch_ending(const SegmentView& segment, base::Offset last) {
  SegmentScan scan(segment.log, position_near(segment, last), segment.limit, SegmentScan::Check::headers);
  while (scan.next() == SegmentScan::Step::batch) {
    if (scan.header().last_offset() < last) continue;
    if (scan.header().last_offset() > last) return std::nullopt;
    return Place{scan.position(), scan.header()};
  }
  return std::nullopt;
}

std::optional<base::Offset> first_record_at(std::string_view batch, base::EventTime time) {
  record::BatchView view;
  if (view.open(batch)) return std::nullopt;
  record::Codecs codecs;
  base::Buffer scratch;
  std::string_view records;
  if (view.records(codecs, scratch, &records)) return view.header().first_offset();
  record::RecordCursor cursor(view.header(), records);
  record::Record record;
  base::Offset offset;
  while (cursor.next(record, offset)) {
    if (record.ts >= time) return offset;
  }
  return std::nullopt;
}

}  // namespace

std::uint64_t position_near(const SegmentView& segment, base::Offset offset) {
  const OffsetIndex index = OffsetIndex::open(segment.sys, segment.folder, segment.base);
  const auto entry = index.at_or_before(offset);
  if (!entry) return 0;
  const auto batch = header_at(segment.log, entry->position, segment.limit);
  return batch && batch->last_offset() == entry->last_offset ? entry->position : 0;
}

std::optional<base::EventTime> largest_time(const SegmentView& segment) {
  const auto last = TimeIndex::open(segment.sys, segment.folder, segment.base).last();
  if (!last) return std::nullopt;
  const auto batch = batch_ending(segment, last->last_offset);
  if (!batch || batch->header.max_timestamp != last->time.ms) return std::nullopt;
  // The index may have lost its end, and nothing in it would tell. Where time goes up with the offsets only few
  // headers lie behind the batch.
  SegmentScan scan(segment.log, batch->position, segment.limit, SegmentScan::Check::headers);
  SegmentScan::Step step;
  while ((step = scan.next()) == SegmentScan::Step::batch) {
    if (scan.header().max_timestamp > last->time.ms) return std::nullopt;
  }
  return step == SegmentScan::Step::end ? std::optional(last->time) : std::nullopt;
}

std::optional<base::Offset> first_at_time(const SegmentView& segment, base::EventTime time) {
  std::uint64_t from = 0;
  // Up to the batch of an entry no time was larger than the entry's.
  if (const auto entry = TimeIndex::open(segment.sys, segment.folder, segment.base).at_or_before(time)) {
    const auto batch = batch_ending(segment, entry->last_offset);
    if (batch && batch->header.max_timestamp == entry->time.ms) from = batch->position;
  }
  SegmentScan scan(segment.log, from, segment.limit, SegmentScan::Check::whole);
  base::Offset behind = segment.base;
  for (;;) {
    const SegmentScan::Step step = scan.next();
    if (step == SegmentScan::Step::end) return std::nullopt;
    if (step == SegmentScan::Step::bad) return behind;
    behind = scan.header().next_offset();
    if (scan.header().max_timestamp < time.ms || scan.header().attributes.control()) continue;
    if (const auto offset = first_record_at(scan.bytes(), time)) return offset;
  }
}

}  // namespace weir::log
