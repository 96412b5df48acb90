#include "log/index_builder.h"

namespace weir::log {

void IndexBuilder::see(const record::BatchHeader& batch) {
  const base::EventTime time{batch.max_timestamp};
  // A segment starts with "no time", -1, and only a larger one counts.
  const base::EventTime before = largest_ ? largest_->time : base::kNoTime;
  if (time > before) largest_ = TimeEntry{time, batch.last_offset()};
}

std::optional<TimeEntry> IndexBuilder::time_entry() {
  if (!largest_ || (indexed_time_ && largest_->time <= indexed_time_->time)) return std::nullopt;
  indexed_time_ = largest_;
  return largest_;
}

IndexBuilder::Entries IndexBuilder::add(const record::BatchHeader& batch, std::uint64_t position) {
  see(batch);
  if (static_cast<std::int64_t>(position - indexed_position_) <= interval_) return {};
  indexed_position_ = position;
  return {IndexEntry{batch.last_offset(), position}, time_entry()};
}

std::optional<TimeEntry> IndexBuilder::finish() {
  return time_entry();
}

}  // namespace weir::log
