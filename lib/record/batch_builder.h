// Builds one batch: records are encoded straight into one growing buffer behind room for the header; finish()
// packs them if asked to and seals header and checksum. No allocation per record; the buffer is kept for the
// next batch. Threads: one builder on one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/buffer.h"
#include "record/batch_format.h"
#include "record/codec.h"
#include "record/record.h"

namespace weir::record {

class BatchBuilder {
 public:
  struct Limits {
    std::size_t bytes = 1u << 20;  // of the batch before packing, header included
    std::size_t records = 1u << 20;
  };
  // What the header says beside what the records say themselves.
  struct Seal {
    Codec codec = Codec::none;
    base::Offset base_offset{0};    // may be set later: set_base_offset()
    std::int32_t leader_epoch = 0;  // may be set later
    ProducerStamp producer;
    bool append_time = false;  // then max_timestamp, the time of all records, is `append_at`
    base::EventTime append_at = base::kNoTime;
    bool transactional = false;
    bool control = false;
    std::int32_t last_offset_delta =
        -1;  // -1: that of the last record; larger after compaction took the last
  };

  BatchBuilder() = default;
  explicit BatchBuilder(Limits limits) : limits_(limits) {}

  // Copies the record in. False, and nothing happens, when it would pass a limit: finish first. The first
  // record of a batch always goes in. Requires: key, value and headers together below 1 GiB.
  bool append(const Record& record) { return append(record, next_delta_); }
  // As above with a gap in front, as compaction leaves them. Requires: above the delta of the record before.
  bool append(const Record& record, std::int32_t offset_delta);

  // The whole batch. Valid until the next call; may be written to by the set_... functions of batch_format.h.
  // An empty batch (no record) is what compaction leaves to keep a producer's last sequence.
  std::span<char> finish(const Seal& seal);
  void clear();  // begins the next batch

  std::size_t records() const { return count_; }
  bool empty() const { return count_ == 0; }
  std::size_t bytes() const { return count_ == 0 ? kBatchHeaderBytes : plain_.size(); }  // before packing
  base::EventTime max_time() const { return {max_ms_}; }

 private:
  Limits limits_;
  base::Buffer plain_;   // header room, then records
  base::Buffer packed_;  // the same, packed
  Codecs codecs_;
  std::size_t count_ = 0;
  std::int32_t next_delta_ = 0;
  std::int64_t base_ms_ = -1;
  std::int64_t max_ms_ = -1;
};

}  // namespace weir::record
