#include "record/record_cursor.h"

#include "record/headers.h"
#include "record/varint.h"

namespace weir::record {
namespace {

// Reads a length and that many bytes, -1 for null. Null return: they are not there.
inline const char* get_bytes(const char* from, const char* end, Bytes* to) {
  std::int32_t length = 0;
  from = get_varint(from, end, &length);
  if (from == nullptr || length < -1 || length > end - from) return nullptr;
  if (length == -1) {
    *to = {};
    return from;
  }
  *to = {from, static_cast<std::size_t>(length)};
  return from + length;
}

}  // namespace

RecordCursor::RecordCursor(const BatchHeader& header, std::string_view records)
    : at_(records.data()),
      begin_(records.data()),
      end_(records.data() + records.size()),
      base_offset_(header.base_offset),
      base_ms_(header.base_timestamp),
      append_ms_(header.max_timestamp),
      last_delta_(header.last_offset_delta),
      left_(header.records_count),
      append_time_(header.attributes.append_time()) {}

bool RecordCursor::next(Record& to, base::Offset& offset) {
  if (left_ <= 0) return finish();
  std::int32_t length = 0;
  const char* at = get_varint(at_, end_, &length);
  if (at == nullptr || length < 0 || length > end_ - at) return fail("record length beyond the batch", at_);
  const char* const end = at + length;

  std::int64_t time_delta = 0;
  std::int32_t offset_delta = 0;
  if (at == end) return fail("record is too short", at_);
  ++at;  // attributes: no bit is in use
  if ((at = get_varlong(at, end, &time_delta)) == nullptr) return fail("bad timestamp delta", at_);
  if ((at = get_varint(at, end, &offset_delta)) == nullptr) return fail("bad offset delta", at_);
  if (offset_delta <= delta_ || offset_delta > last_delta_) return fail("offset delta out of order", at_);
  if ((at = get_bytes(at, end, &to.key)) == nullptr) return fail("key beyond its record", at_);
  if ((at = get_bytes(at, end, &to.value)) == nullptr) return fail("value beyond its record", at_);

  std::int32_t count = 0;
  if ((at = get_varint(at, end, &count)) == nullptr || count < 0) return fail("bad header count", at_);
  to.headers = {at, static_cast<std::uint32_t>(end - at), static_cast<std::uint32_t>(count)};
  if (!well_formed(to.headers)) return fail("headers do not fill their record", at_);

  to.append_time = append_time_;
  to.ts.ms = append_time_ ? append_ms_
                          : static_cast<std::int64_t>(static_cast<std::uint64_t>(base_ms_) +
                                                      static_cast<std::uint64_t>(time_delta));
  offset.value = base_offset_ + offset_delta;
  delta_ = offset_delta;
  at_ = end;
  --left_;
  return true;
}

bool RecordCursor::finish() {
  if (left_ == 0 && at_ != end_ && !fault_) return fail("bytes behind the last record", at_);
  return false;
}

bool RecordCursor::fail(const char* what, const char* at) {
  fault_ = {what, static_cast<std::uint64_t>(at - begin_)};
  left_ = -1;
  return false;
}

}  // namespace weir::record
