// What the log has of the records that `produce --resume` passes over: the last batch of the run's producer in one
// partition. Compared with the lines that should be in it, it tells a FILE that was changed before that place from one
// that only grew.
// Errors   throws Error(Kind::io) as PartitionReader does. Threads  one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/sys.h"
#include "log/host.h"
#include "log/partition_log.h"
#include "record/record.h"

namespace weir::log {

class StoredTail {
 public:
  // Reads the batch in which `newest` is the last record. Retention may have deleted it: then nothing is known.
  StoredTail(base::Sys& sys, base::Clock& clock, const Host& host, const std::string& folder,
             const PartitionLog::ProducerPosition& newest);

  // Whether the producer's record number `number` (from 0, in this partition) may have been `record`: key and value are the
  // same. Time and headers may tell when and where a run was, and count for nothing. True where nothing is known.
  bool matches(std::int64_t number, const record::Record& record) const;

 private:
  std::int64_t first_ = 0;           // number of prints_[0]
  std::vector<std::string> prints_;  // of the records; empty: not known
};

}  // namespace weir::log
