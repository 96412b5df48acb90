#include "record/batch_view.h"

#include "base/byte_order.h"
#include "record/crc32c.h"

namespace weir::record {
namespace {

constexpr std::size_t kMagicAt = 16;

Fault check_fields(const BatchHeader& header, std::size_t payload) {
  if (header.attributes.codec_number() >= static_cast<unsigned>(kCodecs))
    return {"unknown compression codec", 21};
  if (header.base_offset < 0) return {"negative base offset", 0};
  if (header.last_offset_delta < 0) return {"negative last offset delta", 23};
  if (header.base_offset > INT64_MAX - 1 - header.last_offset_delta)
    return {"offsets beyond the largest one", 0};
  if (header.records_count < 0) return {"negative record count", 57};
  if (header.records_count > std::int64_t{header.last_offset_delta} + 1)
    return {"more records than offsets", 57};
  if (header.records_count == 0 && payload != 0)
    return {"bytes behind a batch without records", kBatchHeaderBytes};
  // Before anybody makes room for that many. What is packed is checked again when it is unpacked.
  if (header.attributes.codec() == Codec::none &&
      static_cast<std::size_t>(header.records_count) > payload / kMinRecordBytes) {
    return {"more records than bytes", 57};
  }
  return {};
}

}  // namespace

Frame frame(std::string_view bytes, std::size_t max_bytes) {
  if (bytes.size() < kLengthCountsFrom) return {Frame::State::partial, 0, {}};
  const auto length = base::load_be<std::int32_t>(bytes.data() + 8);
  const bool has_magic = bytes.size() > kMagicAt;
  const auto magic = has_magic ? static_cast<std::int8_t>(bytes[kMagicAt]) : kMagic;
  // The magic goes first: an old message may be shorter than any batch.
  if (magic == 0 || magic == 1) {
    if (length > 0)
      return {Frame::State::bad, 0, {"message format of before Kafka 0.11 (magic 0 or 1)", kMagicAt}};
  } else if (magic != kMagic) {
    return {Frame::State::bad, 0, {"unknown magic", kMagicAt}};
  }
  if (length < static_cast<std::int32_t>(kBatchHeaderBytes - kLengthCountsFrom)) {
    return {Frame::State::bad, 0, {"batch length below the smallest batch", 8}};
  }
  const std::size_t whole = kLengthCountsFrom + static_cast<std::size_t>(length);
  if (whole > max_bytes) return {Frame::State::bad, 0, {"batch length above the largest batch", 8}};
  if (whole > bytes.size()) return {Frame::State::partial, whole, {}};
  return {Frame::State::whole, whole, {}};
}

Fault BatchView::open(std::string_view batch) {
  const Frame found = frame(batch, batch.size());
  if (found.state == Frame::State::bad) return found.fault;
  if (found.state == Frame::State::partial) return {"batch is cut off", batch.size()};
  if (found.bytes != batch.size()) return {"bytes behind the batch", found.bytes};
  header_ = BatchHeader::read(batch.data());
  bytes_ = batch;
  if (crc32c(batch.substr(kCrcCountsFrom)) != header_.crc) return {"checksum does not match", 17};
  return check_fields(header_, payload().size());
}

Fault BatchView::records(Codecs& codecs, base::Buffer& scratch, std::string_view* to,
                         std::size_t limit) const {
  *to = payload();
  if (header_.attributes.codec() == Codec::none || header_.records_count == 0) return {};
  scratch.clear();
  if (Fault fault = codecs.unpack(header_.attributes.codec(), payload(), scratch, limit)) return fault;
  if (static_cast<std::size_t>(header_.records_count) > scratch.size() / kMinRecordBytes) {
    return {"more records than bytes", 57};
  }
  *to = scratch.view();
  return {};
}

}  // namespace weir::record
