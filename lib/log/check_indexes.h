// Holds the two indexes of a segment against its batches, entry by entry. See index_file.h for what they promise.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/sys.h"
#include "base/units.h"
#include "log/check_partition.h"
#include "record/batch_format.h"

namespace weir::log {

class CheckIndexes {
 public:
  using Tell = std::function<void(const Finding&)>;
  // Reads both files; one that is missing is no fault. To be made before the size of the log is asked for, so that each entry
  // of a live index has its batch.
  CheckIndexes(base::Sys& sys, const std::string& folder, base::Offset base, Tell tell);

  void take(const record::BatchHeader& batch, std::uint64_t position);  // the next whole batch
  void pass_over(std::uint64_t position, base::Offset next);            // damage in front of this place
  enum class Segment { sealed, open, damaged };
  void finish(Segment state);

 private:
  struct File {
    std::string path, bytes;
    std::size_t entry_bytes = 0;
    std::size_t entries = 0;
    std::size_t next = 0;
    const char* at() const { return bytes.data() + next * entry_bytes; }
    bool more() const { return next < entries; }
  };
  File load(base::Sys& sys, const std::string& path, std::size_t entry_bytes) const;
  void fault(const File& file, std::size_t entries, const std::string& why) const;

  base::Offset base_;
  Tell tell_;
  File index_, time_index_;
  std::int64_t largest_ms_ = -1;
  std::int64_t last_entry_ms_ = -1;
};

}  // namespace weir::log
