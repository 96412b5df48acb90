#include "record/headers.h"

#include <cstring>

#include "base/assert.h"
#include "record/varint.h"

namespace weir::record {

bool HeaderCursor::next(Header& to) {
  if (left_ == 0) {
    valid_ = valid_ && at_ == end_;
    return false;
  }
  std::int32_t length = 0;
  const char* at = get_varint(at_, end_, &length);
  if (at == nullptr || length < 0 || length > end_ - at) return left_ = 0, valid_ = false;
  to.name = {at, static_cast<std::size_t>(length)};
  at = get_varint(at + length, end_, &length);
  if (at == nullptr || length < -1 || length > end_ - at) return left_ = 0, valid_ = false;
  to.value = length < 0 ? Bytes{} : Bytes{at, static_cast<std::size_t>(length)};
  at_ = at + (length < 0 ? 0 : length);
  --left_;
  return true;
}

bool well_formed(const Headers& headers) {
  if (headers.count == 0) return headers.size == 0;
  // Each takes two bytes at least, so a count that lies ends soon.
  if (headers.count > headers.size / 2) return false;
  HeaderCursor cursor(headers);
  for (Header header; cursor.next(header);) {
  }
  return cursor.valid();
}

void HeadersBuilder::add(std::string_view name, Bytes value) {
  WEIR_ASSERT(name.size() < (1u << 30) && value.size < (1u << 30));
  char* const begin = bytes_.room(2 * kMaxVarintBytes + name.size() + value.size);
  char* to = put_varint(begin, static_cast<std::int64_t>(name.size()));
  if (!name.empty()) std::memcpy(to, name.data(), name.size());
  to += name.size();
  to = put_varint(to, value.null() ? -1 : std::int64_t{value.size});
  if (value.size > 0) std::memcpy(to, value.data, value.size);
  to += value.size;
  bytes_.added(static_cast<std::size_t>(to - begin));
  ++count_;
}

void HeadersBuilder::add(const Headers& encoded) {
  bytes_.append(encoded.data, encoded.size);
  count_ += encoded.count;
}

void HeadersBuilder::clear() {
  bytes_.clear();
  count_ = 0;
}

Headers HeadersBuilder::headers() const {
  return {bytes_.data(), static_cast<std::uint32_t>(bytes_.size()), count_};
}

}  // namespace weir::record
