#include "log/producer_state.h"

#include <algorithm>

namespace weir::log {

std::int32_t sequence_after(std::int32_t sequence, std::int64_t steps) {
  constexpr std::int64_t kSequences = std::int64_t{1} << 31;
  return static_cast<std::int32_t>((sequence + steps) % kSequences);
}

void ProducerEntry::remember(const ProducerBatch& batch) {
  if (count == kRemembered) {
    std::move(batches.begin() + 1, batches.end(), batches.begin());
    --count;
  }
  batches[count++] = batch;
}

ProducerStates::Judged ProducerStates::judge(const record::BatchHeader& batch) const {
  if (batch.producer_id < 0 || batch.attributes.control()) return {ProducerVerdict::append, {}};
  const ProducerEntry* entry = find(batch.producer_id);
  // No state: it may have been deleted with the segments that held it, so any sequence is right.
  if (entry == nullptr) return {ProducerVerdict::append, {}};
  const std::int32_t first = batch.base_sequence;
  const std::int32_t last = sequence_after(first, batch.last_offset_delta);
  if (batch.producer_epoch == entry->epoch) {
    for (std::uint8_t i = 0; i < entry->count; ++i) {
      const ProducerBatch& before = entry->batches[i];
      if (before.first_sequence == first && before.last_sequence == last)
        return {ProducerVerdict::duplicate, before};
    }
  }
  if (batch.producer_epoch < entry->epoch) return {ProducerVerdict::bad_epoch, {}};
  const ProducerBatch* newest = entry->newest();
  const std::int32_t expected =
      batch.producer_epoch > entry->epoch || newest == nullptr ? 0 : sequence_after(newest->last_sequence, 1);
  return {first == expected ? ProducerVerdict::append : ProducerVerdict::out_of_order, {}};
}

void ProducerStates::take(const record::BatchHeader& batch, std::optional<Marker> marker) {
  if (batch.producer_id < 0) return;
  ProducerEntry& entry = entries_[batch.producer_id];
  if (batch.producer_epoch > entry.epoch) {
    entry.count = 0;
    entry.epoch = batch.producer_epoch;
  }
  entry.last_time = base::EventTime{batch.max_timestamp};
  if (batch.attributes.control()) {
    entry.transaction_start = base::kNoOffset;
    if (marker) entry.coordinator_epoch = std::max(entry.coordinator_epoch, marker->coordinator_epoch);
    return;
  }
  entry.last_offset = batch.last_offset();
  entry.remember({batch.base_sequence, sequence_after(batch.base_sequence, batch.last_offset_delta),
                  batch.first_offset(), batch.last_offset(), base::EventTime{batch.max_timestamp}});
  if (batch.attributes.transactional() && entry.transaction_start == base::kNoOffset) {
    entry.transaction_start = batch.first_offset();
  }
}

const ProducerEntry* ProducerStates::find(std::int64_t producer_id) const {
  const auto found = entries_.find(producer_id);
  return found == entries_.end() ? nullptr : &found->second;
}

}  // namespace weir::log
