#include "log/active_segment.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/byte_order.h"
#include "log/corrupt.h"
#include "log/index_file.h"
#include "log/segment_scan.h"

namespace weir::log {
namespace {

using base::File;

// Keeps a file of whole entries: what is behind them is a zero tail, or was left by a writer that died.
void cut_to(File& file, std::uint64_t bytes) {
  if (file.size() != bytes) file.truncate(bytes);
}

}  // namespace

ActiveSegment::ActiveSegment(base::Sys& sys, base::Clock& clock, std::string folder, const LogEnd& end,
                             const Limits& limits)
    : sys_(sys),
      folder_(std::move(folder)),
      base_(end.segment),
      limits_(limits),
      log_(File::open(sys, segment_path(folder_, base_, kLogSuffix), File::Mode::create)),
      index_(File::open(sys, segment_path(folder_, base_, kIndexSuffix), File::Mode::create)),
      time_index_(File::open(sys, segment_path(folder_, base_, kTimeIndexSuffix), File::Mode::create)),
      size_(end.position),
      next_(end.next),
      clock_(clock) {
  opened_ = clock.wall();
  load_indexes();
}

bool ActiveSegment::full_for(const record::BatchHeader& batch) const {
  if (size_ == 0) return false;
  const auto limit =
      std::min<std::uint64_t>(static_cast<std::uint64_t>(limits_.segment_bytes), kSegmentBytesMax);
  if (size_ + batch.batch_bytes() > limit) return true;
  if (next_ + batch.last_offset_delta - base_ > kSegmentOffsetsMax) return true;
  // One slot of the time index stays free for the entry that closes it.
  const auto index_bytes = static_cast<std::uint64_t>(limits_.segment_index_bytes);
  if ((index_entries_ + 1) * kIndexEntryBytes > index_bytes) return true;
  if ((time_entries_ + 2) * kTimeEntryBytes > index_bytes) return true;
  if (!first_time_ || first_time_->ms < 0) return clock_.wall().ms - opened_.ms > limits_.segment_ms;
  // Times come from anybody: only between two that are in order is there a difference that surely fits.
  return batch.max_timestamp > first_time_->ms && batch.max_timestamp - first_time_->ms > limits_.segment_ms;
}

void ActiveSegment::append(std::string_view bytes, const record::BatchHeader& batch) {
  WEIR_ASSERT(batch.base_offset == next_.value && bytes.size() == batch.batch_bytes());
  log_.pwrite(bytes, size_);
  const IndexBuilder::Entries entries = builder_.add(batch, size_);
  write(entries);
  count(batch);
}

void ActiveSegment::count(const record::BatchHeader& batch) {
  if (size_ == 0) first_time_ = base::EventTime{batch.max_timestamp};
  size_ += batch.batch_bytes();
  next_ = batch.next_offset();
}

void ActiveSegment::write(const IndexBuilder::Entries& entries) {
  if (entries.index) {
    char bytes[kIndexEntryBytes];
    encode(*entries.index, base_, bytes);
    index_.pwrite({bytes, sizeof bytes}, index_entries_ * kIndexEntryBytes);
    ++index_entries_;
  }
  if (entries.time) {
    char bytes[kTimeEntryBytes];
    encode(*entries.time, base_, bytes);
    time_index_.pwrite({bytes, sizeof bytes}, time_entries_ * kTimeEntryBytes);
    ++time_entries_;
  }
}

void ActiveSegment::take_back(const LogEnd& end) {
  WEIR_ASSERT(end.segment == base_ && end.position <= size_);
  log_.truncate(end.position);
  size_ = end.position;
  next_ = end.next;
  load_indexes();
}

void ActiveSegment::follow(const LogEnd& end, const Each& each) {
  WEIR_ASSERT(end.segment == base_ && end.position >= size_);
  SegmentScan scan(log_, size_, end.position, SegmentScan::Check::headers);
  while (size_ < end.position) {
    if (scan.next() != SegmentScan::Step::batch) fail_corrupt(scan.position(), next_, scan.fault().what);
    const IndexBuilder::Entries entries = builder_.add(scan.header(), size_);
    index_entries_ += entries.index ? 1 : 0;  // whoever appended the batch has written them
    time_entries_ += entries.time ? 1 : 0;
    each(scan.header(), size_);
    count(scan.header());
  }
  if (next_ != end.next) fail_corrupt(size_, next_, "offsets do not follow on");
  // It died before it did, or it closed the time index, or it is a broker that counts in another way: look.
  if (index_.size() != index_entries_ * kIndexEntryBytes ||
      time_index_.size() != time_entries_ * kTimeEntryBytes) {
    load_indexes();
  }
}

void ActiveSegment::load_indexes() {
  first_time_.reset();
  if (const auto first = header_at(log_, 0, size_)) first_time_ = base::EventTime{first->max_timestamp};
  if (resume_indexes()) return;
  builder_ = IndexBuilder(limits_.index_interval_bytes);
  index_entries_ = time_entries_ = 0;
  cut_to(index_, 0);
  cut_to(time_index_, 0);
  add_missing(0);
}

// Believes the entries that are there when the last of each index is what the log says. False: build them again.
bool ActiveSegment::resume_indexes() {
  const OffsetIndex index = OffsetIndex::open(sys_, folder_, base_);
  const TimeIndex time_index = TimeIndex::open(sys_, folder_, base_);
  builder_ = IndexBuilder(limits_.index_interval_bytes);
  index_entries_ = index.count_before(size_);
  time_entries_ = time_index.count_before(next_);
  std::uint64_t from = 0;
  if (index_entries_ > 0) {
    const auto last = index.at(index_entries_ - 1);
    const auto batch = last ? header_at(log_, last->position, size_) : std::nullopt;
    if (!batch || batch->last_offset() != last->last_offset) return false;
    builder_.resume_index(*last);
    from = last->position;
  }
  if (time_entries_ > 0) {
    const auto last = time_index.at(time_entries_ - 1);
    if (!last) return false;
    const auto near = index.at_or_before(last->last_offset);
    std::uint64_t at = near && near->position < size_ ? near->position : 0;
    SegmentScan scan(log_, at, size_, SegmentScan::Check::headers);
    do {
      if (scan.next() != SegmentScan::Step::batch) return false;
      at = scan.position();
    } while (scan.header().last_offset() < last->last_offset);
    if (scan.header().last_offset() != last->last_offset || scan.header().max_timestamp != last->time.ms)
      return false;
    builder_.resume_time(*last);
    // Between the two the time index may have lost entries, so the largest time is looked for from there.
    from = std::min(from, at);
  } else {
    from = 0;
  }
  cut_to(index_, index_entries_ * kIndexEntryBytes);
  cut_to(time_index_, time_entries_ * kTimeEntryBytes);
  add_missing(from);
  return true;
}

void ActiveSegment::add_missing(std::uint64_t from) {
  const bool none = index_entries_ == 0;
  std::uint64_t indexed = 0;
  if (!none) {
    char bytes[kIndexEntryBytes];
    index_.pread(bytes, sizeof bytes, (index_entries_ - 1) * kIndexEntryBytes);
    indexed = base::load_be<std::uint32_t>(bytes + 4);
  }
  SegmentScan scan(log_, from, size_, SegmentScan::Check::headers);
  base::Offset next = base_;
  for (;;) {
    const SegmentScan::Step step = scan.next();
    if (step == SegmentScan::Step::end) return;
    if (step == SegmentScan::Step::bad) fail_corrupt(scan.position(), next, scan.fault().what);
    next = scan.header().next_offset();
    if (!none && scan.position() <= indexed) {
      builder_.see(scan.header());
    } else {
      write(builder_.add(scan.header(), scan.position()));
    }
  }
}

void ActiveSegment::finish_time_index() {
  const IndexBuilder before = builder_;
  try {
    write({std::nullopt, builder_.finish()});
  } catch (const base::Error&) {
    builder_ = before;
    throw;
  }
}

void ActiveSegment::seal() {
  finish_time_index();
  index_.datasync();
  time_index_.datasync();
}

void ActiveSegment::fail_corrupt(std::uint64_t position, base::Offset from, const char* why) const {
  const auto found = find_batch(log_, position, size_);
  throw corrupt_log(log_.path(), position, from, found ? found->header.first_offset() : next_, why);
}

void rebuild_indexes(base::Sys& sys, const std::string& folder, base::Offset base, std::uint64_t size,
                     std::int64_t index_interval_bytes) {
  const File log = File::open(sys, segment_path(folder, base, kLogSuffix), File::Mode::read);
  IndexBuilder builder(index_interval_bytes);
  std::string index, time_index;
  const auto add = [&](const IndexBuilder::Entries& entries) {
    char bytes[kTimeEntryBytes];
    if (entries.index) encode(*entries.index, base, bytes), index.append(bytes, kIndexEntryBytes);
    if (entries.time) encode(*entries.time, base, bytes), time_index.append(bytes, kTimeEntryBytes);
  };
  SegmentScan scan(log, 0, size, SegmentScan::Check::headers);
  while (scan.next() == SegmentScan::Step::batch) add(builder.add(scan.header(), scan.position()));
  add({std::nullopt, builder.finish()});
  File::replace(sys, segment_path(folder, base, kIndexSuffix), index);
  File::replace(sys, segment_path(folder, base, kTimeIndexSuffix), time_index);
}

}  // namespace weir::log
