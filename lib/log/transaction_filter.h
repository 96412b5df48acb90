// Tells which transactional batches a read_committed reader hands out, from the markers in the log itself: a
// transaction was committed or aborted by the next control batch of its producer.
// Cost: one look ahead per transaction, by headers. Threads: one.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <boost/unordered/unordered_flat_map.hpp>

#include "base/sys.h"
#include "base/units.h"
#include "log/format.h"
#include "record/batch_format.h"

namespace weir::log {

enum class Fate {
  committed,
  aborted,
  open,  // no marker yet: reading stops before it
};

class TransactionFilter {
 public:
  // `limit_of` says how many bytes of a segment may be read.
  using LimitOf = std::function<std::uint64_t(base::Offset segment, std::uint64_t size)>;
  TransactionFilter(base::Sys& sys, std::string folder) : sys_(sys), folder_(std::move(folder)) {}

  // What becomes of the data batch that ends at `behind`.
  Fate fate(const record::BatchHeader& batch, const LogEnd& behind, const LimitOf& limit_of);
  void forget() { known_.clear(); }  // reading starts somewhere else

 private:
  struct Known {
    Fate fate = Fate::open;
    base::Offset marker;  // decided up to here
    LogEnd looked;        // open: no marker before this place
  };

  base::Sys& sys_;
  const std::string folder_;
  boost::unordered_flat_map<std::int64_t, Known> known_;
};

}  // namespace weir::log
