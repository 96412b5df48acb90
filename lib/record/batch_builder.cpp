#include "record/batch_builder.h"

#include <cstring>

#include "base/assert.h"
#include "base/byte_order.h"
#include "record/crc32c.h"
#include "record/varint.h"

namespace weir::record {
namespace {

// Java and C++ disagree on overflow; the deltas of both wrap around.
std::int64_t minus(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

std::size_t length_and_bytes_size(const Bytes& bytes) {
  return bytes.null() ? 1 : varint_size(bytes.size) + bytes.size;
}

char* put_bytes(char* to, const Bytes& bytes) {
  if (bytes.null()) return put_varint(to, -1);
  to = put_varint(to, bytes.size);
  if (bytes.size == 0) return to;
  std::memcpy(to, bytes.data, bytes.size);
  return to + bytes.size;
}

constexpr std::size_t kMaxEncodedBytes = 1u << 30;

}  // namespace

bool BatchBuilder::append(const Record& record, std::int32_t offset_delta) {
  WEIR_ASSERT(offset_delta >= next_delta_);
  const bool first = count_ == 0;
  if (first) {
    base_ms_ = record.ts.ms;
    max_ms_ = record.ts.ms;
    plain_.resize(kBatchHeaderBytes);
  }
  const std::int64_t time_delta = minus(record.ts.ms, base_ms_);
  const std::size_t body = 1 + varint_size(time_delta) + varint_size(offset_delta) +
                           length_and_bytes_size(record.key) + length_and_bytes_size(record.value) +
                           varint_size(record.headers.count) + record.headers.size;
  WEIR_ASSERT(body < kMaxEncodedBytes);
  const std::size_t whole = body + varint_size(static_cast<std::int64_t>(body));
  if (!first && (plain_.size() + whole > limits_.bytes || count_ >= limits_.records)) return false;

  char* to = plain_.room(whole);
  to = put_varint(to, static_cast<std::int64_t>(body));
  *to++ = 0;
  to = put_varint(to, time_delta);
  to = put_varint(to, offset_delta);
  to = put_bytes(to, record.key);
  to = put_bytes(to, record.value);
  to = put_varint(to, record.headers.count);
  if (record.headers.size > 0) std::memcpy(to, record.headers.data, record.headers.size);
  plain_.added(whole);

  if (record.ts.ms > max_ms_) max_ms_ = record.ts.ms;
  next_delta_ = offset_delta + 1;
  ++count_;
  return true;
}

std::span<char> BatchBuilder::finish(const Seal& seal) {
  if (count_ == 0) plain_.resize(kBatchHeaderBytes);
  base::Buffer* batch = &plain_;
  if (seal.codec != Codec::none && count_ > 0) {
    packed_.resize(kBatchHeaderBytes);
    codecs_.pack(seal.codec, plain_.view().substr(kBatchHeaderBytes), packed_);
    batch = &packed_;
  }

  BatchHeader header;
  header.base_offset = seal.base_offset.value;
  header.batch_length = static_cast<std::int32_t>(batch->size() - kLengthCountsFrom);
  header.leader_epoch = seal.leader_epoch;
  header.attributes.bits = static_cast<std::uint16_t>(
      static_cast<unsigned>(count_ > 0 ? seal.codec : Codec::none) |
      (seal.append_time ? Attributes::kAppendTime : 0u) |
      (seal.transactional ? Attributes::kTransactional : 0u) | (seal.control ? Attributes::kControl : 0u));
  header.last_offset_delta =
      seal.last_offset_delta >= 0 ? seal.last_offset_delta : next_delta_ - (count_ > 0 ? 1 : 0);
  WEIR_ASSERT(header.last_offset_delta >= next_delta_ - 1);
  header.base_timestamp = count_ > 0 ? base_ms_ : -1;
  header.max_timestamp = seal.append_time ? seal.append_at.ms : max_ms_;
  header.producer_id = seal.producer.id;
  header.producer_epoch = seal.producer.epoch;
  header.base_sequence = seal.producer.base_sequence;
  header.records_count = static_cast<std::int32_t>(count_);
  header.write(batch->data());
  const std::string_view covered = batch->view().substr(kCrcCountsFrom);
  base::store_be(batch->data() + 17, crc32c(covered));
  return {batch->data(), batch->size()};
}

void BatchBuilder::clear() {
  plain_.clear();
  count_ = 0;
  next_delta_ = 0;
  base_ms_ = max_ms_ = -1;
}

}  // namespace weir::record
