#include "coord/offset_record.h"

#include <concepts>

#include "base/assert.h"
#include "base/byte_order.h"

namespace weir::coord {
namespace {

constexpr std::int16_t kOldestKey = 0;
constexpr std::int16_t kKeyVersion = 1;
constexpr std::int16_t kValueVersion = 3;
constexpr std::int16_t kNewestValue = 4;

template <std::integral T>
void put(std::string& to, T number) {
  char bytes[sizeof(T)];
  base::store_be(bytes, number);
  to.append(bytes, sizeof bytes);
}

void put(std::string& to, std::string_view text) {
  WEIR_ASSERT(text.size() <= INT16_MAX);
  put(to, static_cast<std::int16_t>(text.size()));
  to += text;
}

// Takes fields off the front; once something is missing all that follows is, too.
class Fields {
 public:
  explicit Fields(std::string_view bytes) : left_(bytes) {}

  template <std::integral T>
  T number() {
    if (!has(sizeof(T))) return 0;
    const T value = base::load_be<T>(left_.data());
    left_.remove_prefix(sizeof(T));
    return value;
  }
  std::string_view bytes(std::size_t size) {
    if (!has(size)) return {};
    const std::string_view taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
  }
  std::string_view text() {
    const auto size = number<std::int16_t>();
    if (size < 0) good_ = false;
    return good_ ? bytes(static_cast<std::size_t>(size)) : std::string_view();
  }
  std::uint32_t unsigned_varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      const auto byte = static_cast<std::uint8_t>(number<std::int8_t>());
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (value > UINT32_MAX) good_ = false;
        return static_cast<std::uint32_t>(value);
      }
    }
    good_ = false;
    return 0;
  }
  std::string_view compact_text() {
    const std::uint32_t size = unsigned_varint();
    if (size == 0) good_ = false;  // null, which metadata never is
    return good_ ? bytes(size - 1) : std::string_view();
  }
  void tagged_fields() {
    for (std::uint32_t count = unsigned_varint(); count > 0 && good_; --count) {
      unsigned_varint();
      bytes(unsigned_varint());
    }
  }
  bool complete() const { return good_ && left_.empty(); }

 private:
  bool has(std::size_t size) {
    good_ = good_ && left_.size() >= size;
    return good_;
  }

  std::string_view left_;
  bool good_ = true;
};

}  // namespace

std::string encode(const OffsetKey& key) {
  std::string bytes;
  put(bytes, kKeyVersion);
  put(bytes, key.group);
  put(bytes, key.partition.topic);
  put(bytes, key.partition.partition.value);
  return bytes;
}

std::string encode(const StoredOffset& value) {
  std::string bytes;
  put(bytes, kValueVersion);
  put(bytes, value.next.value);
  put(bytes, value.leader_epoch);
  put(bytes, value.metadata);
  put(bytes, value.committed_ms);
  return bytes;
}

std::optional<OffsetKey> decode_offset_key(std::string_view bytes) {
  Fields fields(bytes);
  const auto version = fields.number<std::int16_t>();
  if (version < kOldestKey || version > kKeyVersion) return std::nullopt;
  OffsetKey key;
  key.group = fields.text();
  key.partition.topic = fields.text();
  key.partition.partition.value = fields.number<std::int32_t>();
  if (!fields.complete() || key.partition.partition.value < 0) return std::nullopt;
  return key;
}

std::optional<StoredOffset> decode_offset_value(std::string_view bytes) {
  Fields fields(bytes);
  const auto version = fields.number<std::int16_t>();
  if (version < 0 || version > kNewestValue) return std::nullopt;
  StoredOffset value;
  value.next.value = fields.number<std::int64_t>();
  if (version >= 3) value.leader_epoch = fields.number<std::int32_t>();
  value.metadata = version >= 4 ? fields.compact_text() : fields.text();
  value.committed_ms = fields.number<std::int64_t>();
  if (version == 1) fields.number<std::int64_t>();  // when it expires: the group's own retention decides
  if (version >= 4) fields.tagged_fields();
  if (!fields.complete()) return std::nullopt;
  return value;
}

}  // namespace weir::coord
