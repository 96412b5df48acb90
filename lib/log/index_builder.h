// Decides which batches get index entries: Kafka's rule, as a function of the batches alone, so that every
// process that has seen the same batches comes to the same entries.
#pragma once

#include <cstdint>
#include <optional>

#include "base/units.h"
#include "log/index_file.h"
#include "record/batch_format.h"

namespace weir::log {

class IndexBuilder {
 public:
  explicit IndexBuilder(std::int64_t interval_bytes = 4096) : interval_(interval_bytes) {}

  struct Entries {
    std::optional<IndexEntry> index;
    std::optional<TimeEntry> time;
  };
  // What is to be added for the batch that begins at `position`, behind all that were seen before.
  Entries add(const record::BatchHeader& batch, std::uint64_t position);
  // The last entry of the time index, on roll and close; none when it is there already.
  std::optional<TimeEntry> finish();

  // Carries on behind entries that are in the files already.
  void resume_index(const IndexEntry& last) { indexed_position_ = last.position; }
  void resume_time(const TimeEntry& last) { indexed_time_ = largest_ = last; }
  // Takes in a batch for its time only: it lies at or before the last index entry.
  void see(const record::BatchHeader& batch);

 private:
  std::optional<TimeEntry> time_entry();

  std::int64_t interval_;
  // Kafka counts the bytes since the last entry, which is the distance between two positions.
  std::uint64_t indexed_position_ = 0;
  std::optional<TimeEntry> largest_;       // of the segment so far
  std::optional<TimeEntry> indexed_time_;  // the last one that is in the time index
};

}  // namespace weir::log
