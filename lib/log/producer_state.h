// What a partition remembers of its idempotent producers, so that a batch sent twice is stored once: the last
// five batches of each. A function of the batches in the log alone, so any process rebuilds the same.
// Source of the rules: ProducerAppendInfo and ProducerStateEntry of Apache Kafka 4.x.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include <boost/unordered/unordered_flat_map.hpp>

#include "base/units.h"
#include "record/batch_format.h"

namespace weir::log {

enum class ProducerVerdict {
  append,
  duplicate,     // it is in the log already, and is one of the last five
  bad_epoch,     // the producer id was taken over by a newer epoch       (Kafka: INVALID_PRODUCER_EPOCH)
  out_of_order,  // a gap in the sequence, or an old duplicate            (OUT_OF_ORDER_SEQUENCE_NUMBER)
};

struct ProducerBatch {
  std::int32_t first_sequence = -1;
  std::int32_t last_sequence = -1;
  base::Offset first, last;
  base::EventTime max_time = base::kNoTime;
};

struct ProducerEntry {
  static constexpr std::size_t kRemembered = 5;
  std::int16_t epoch = -1;
  std::int32_t coordinator_epoch = -1;
  base::Offset transaction_start = base::kNoOffset;  // of the open transaction
  base::EventTime last_time = base::kNoTime;
  base::Offset last_offset = base::kNoOffset;
  std::uint8_t count = 0;  // of `batches`, oldest first; 0 after a marker of a higher epoch
  std::array<ProducerBatch, kRemembered> batches;

  const ProducerBatch* newest() const { return count == 0 ? nullptr : &batches[count - 1u]; }
  void remember(const ProducerBatch& batch);
};

// A sequence number `steps` later; wraps from 2^31-1 to 0.
std::int32_t sequence_after(std::int32_t sequence, std::int64_t steps);

class ProducerStates {
 public:
  struct Judged {
    ProducerVerdict verdict;
    ProducerBatch original;  // Verdict::duplicate
  };
  // Whether a batch may be appended. Batches without a producer id always may.
  Judged judge(const record::BatchHeader& batch) const;
  // Takes in a batch that is in the log. `marker` is what a control batch says; ignored for others.
  struct Marker {
    std::int32_t coordinator_epoch = -1;
  };
  void take(const record::BatchHeader& batch, std::optional<Marker> marker = {});

  const ProducerEntry* find(std::int64_t producer_id) const;
  void insert(std::int64_t producer_id, const ProducerEntry& entry) { entries_[producer_id] = entry; }
  const boost::unordered_flat_map<std::int64_t, ProducerEntry>& entries() const { return entries_; }

 private:
  boost::unordered_flat_map<std::int64_t, ProducerEntry> entries_;
};

}  // namespace weir::log
