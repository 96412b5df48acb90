// The segment that batches are appended to: its log file and both indexes.
//
// Durability append() reaches the kernel; the caller syncs log(). Indexes are caches and synced on seal().
// Ownership  owns the three files.
// Errors     throws Error(Kind::io). After append() threw the caller calls take_back().
// Locks      every call that changes something is made under the append lock.
// Threads    log() may be synced on another thread meanwhile; everything else on one.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/file.h"
#include "base/sys.h"
#include "log/format.h"
#include "log/index_builder.h"
#include "record/batch_format.h"

namespace weir::log {

class ActiveSegment {
 public:
  struct Limits {
    std::int64_t segment_bytes;
    std::int64_t segment_ms;
    std::int64_t segment_index_bytes;
    std::int64_t index_interval_bytes;
  };

  // Opens the segment whose log ends at `end` (asserted, not repaired), or makes it, empty. Index entries that
  // are missing are added, those that point behind the end are removed, and an index that does not fit the
  // log is built again.
  ActiveSegment(base::Sys& sys, base::Clock& clock, std::string folder, const LogEnd& end,
                const Limits& limits);

  base::Offset base() const { return base_; }
  LogEnd end() const { return {base_, size_, next_}; }
  base::File& log() { return log_; }

  // Whether the batch has to go into the next segment.
  bool full_for(const record::BatchHeader& batch) const;
  void append(std::string_view bytes, const record::BatchHeader& batch);
  // Puts log and indexes back to `end`, which was end() some appends ago.
  void take_back(const LogEnd& end);
  // Takes in what another process appended: reads the headers up to `end`, which is a boundary.
  // Throws code "corrupt_log" when they do not lead there.
  using Each = std::function<void(const record::BatchHeader&, std::uint64_t position)>;
  void follow(const LogEnd& end, const Each& each);

  void finish_time_index();  // the segment's largest time, when it is not there yet; for close
  void seal();               // nothing comes after: finishes, cuts and syncs the indexes

 private:
  void load_indexes();
  bool resume_indexes();
  void add_missing(std::uint64_t from);
  void write(const IndexBuilder::Entries& entries);
  void count(const record::BatchHeader& batch);
  [[noreturn]] void fail_corrupt(std::uint64_t position, base::Offset from, const char* why) const;

  base::Sys& sys_;
  const std::string folder_;
  const base::Offset base_;
  const Limits limits_;
  base::File log_, index_, time_index_;
  std::uint64_t size_;  // of the log, up to next_
  base::Offset next_;
  IndexBuilder builder_;
  std::uint64_t index_entries_ = 0, time_entries_ = 0;
  // Where the age of the segment counts from: the largest time of its first batch, else when we saw it first.
  std::optional<base::EventTime> first_time_;
  base::EventTime opened_;
  base::Clock& clock_;
};

// Builds both index files of a segment again from its batches up to `size`, and puts them in place at once.
void rebuild_indexes(base::Sys& sys, const std::string& folder, base::Offset base, std::uint64_t size,
                     std::int64_t index_interval_bytes);

}  // namespace weir::log
