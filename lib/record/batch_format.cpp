#include "record/batch_format.h"

#include "base/assert.h"
#include "base/byte_order.h"
#include "record/crc32c.h"

namespace weir::record {
namespace {

using base::load_be;
using base::store_be;

constexpr std::size_t kAttributesAt = 21;

void renew_crc(std::span<char> batch) {
  store_be(batch.data() + 17, crc32c({batch.data() + kCrcCountsFrom, batch.size() - kCrcCountsFrom}));
}

}  // namespace

BatchHeader BatchHeader::read(const char* from) {
  BatchHeader header;
  header.base_offset = load_be<std::int64_t>(from);
  header.batch_length = load_be<std::int32_t>(from + 8);
  header.leader_epoch = load_be<std::int32_t>(from + 12);
  header.magic = static_cast<std::int8_t>(from[16]);
  header.crc = load_be<std::uint32_t>(from + 17);
  header.attributes.bits = load_be<std::uint16_t>(from + kAttributesAt);
  header.last_offset_delta = load_be<std::int32_t>(from + 23);
  header.base_timestamp = load_be<std::int64_t>(from + 27);
  header.max_timestamp = load_be<std::int64_t>(from + 35);
  header.producer_id = load_be<std::int64_t>(from + 43);
  header.producer_epoch = load_be<std::int16_t>(from + 51);
  header.base_sequence = load_be<std::int32_t>(from + 53);
  header.records_count = load_be<std::int32_t>(from + 57);
  return header;
}

void BatchHeader::write(char* to) const {
  store_be(to, base_offset);
  store_be(to + 8, batch_length);
  store_be(to + 12, leader_epoch);
  to[16] = static_cast<char>(magic);
  store_be(to + 17, crc);
  store_be(to + kAttributesAt, attributes.bits);
  store_be(to + 23, last_offset_delta);
  store_be(to + 27, base_timestamp);
  store_be(to + 35, max_timestamp);
  store_be(to + 43, producer_id);
  store_be(to + 51, producer_epoch);
  store_be(to + 53, base_sequence);
  store_be(to + 57, records_count);
}

void set_base_offset(std::span<char> batch, base::Offset offset) {
  WEIR_ASSERT(batch.size() >= kBatchHeaderBytes);
  store_be(batch.data(), offset.value);
}

void set_leader_epoch(std::span<char> batch, std::int32_t epoch) {
  WEIR_ASSERT(batch.size() >= kBatchHeaderBytes);
  store_be(batch.data() + 12, epoch);
}

void set_append_time(std::span<char> batch, base::EventTime when) {
  WEIR_ASSERT(batch.size() >= kBatchHeaderBytes);
  const auto bits = load_be<std::uint16_t>(batch.data() + kAttributesAt);
  store_be(batch.data() + kAttributesAt, static_cast<std::uint16_t>(bits | Attributes::kAppendTime));
  store_be(batch.data() + 35, when.ms);
  renew_crc(batch);
}

void set_producer(std::span<char> batch, const ProducerStamp& stamp) {
  WEIR_ASSERT(batch.size() >= kBatchHeaderBytes);
  store_be(batch.data() + 43, stamp.id);
  store_be(batch.data() + 51, stamp.epoch);
  store_be(batch.data() + 53, stamp.base_sequence);
  renew_crc(batch);
}

}  // namespace weir::record
