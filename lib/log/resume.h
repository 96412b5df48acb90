// `produce --resume NAME`: NAME owns a producer id for the life of the log directory, so the log itself says how many
// records of the file were stored in each partition.
//
// File `resume-NAME`, replaced as a whole, and beside it `resume-NAME.lock`, locked while a run has the name:
//   weir-resume 1
//   producer-id 1000000000042
//   partitions orders 3          how many there were when the first record was routed there; one line per topic
//   crc32c 89abcdef              of all bytes before this line
// Errors    throws Error: usage for a name that cannot be or a topic whose partitions changed, io when another run has
//           the name (code "resume_in_use") or the file is damaged.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/file.h"
#include "log/log.h"

namespace weir::log {

class Resume {
 public:
  // Takes the name, and an id when it has none yet. `log` is open for writing.
  Resume(Log& log, std::string_view name);

  std::int64_t producer_id() const { return producer_id_; }
  // Where a keyed or numbered line goes depends on the number of partitions: it must not have changed since the name
  // was first used for this topic. On the disk when it returns.
  void hold_partitions(const std::string& topic, int count);
  // The topics that the name was used for, with their partitions.
  const std::map<std::string, int>& topics() const { return partitions_; }

 private:
  std::string encode() const;
  void decode(std::string_view text);
  void save();

  base::Sys* sys_;
  std::string name_, path_;
  base::File lock_;
  std::int64_t producer_id_ = -1;
  std::map<std::string, int> partitions_;
};

}  // namespace weir::log
