#include "record/varint.h"

namespace weir::record::detail {

const char* get_long_varint(const char* from, const char* end, std::size_t max_bytes, std::uint64_t* bits) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < max_bytes && from < end; ++i, ++from) {
    const auto byte = static_cast<unsigned char>(*from);
    // The tenth byte of a 64-bit value has room for one bit.
    if (i == kMaxVarlongBytes - 1 && byte > 1) return nullptr;
    value |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * i);
    if (byte < 0x80) {
      *bits = value;
      return from + 1;
    }
  }
  return nullptr;
}

}  // namespace weir::record::detail
