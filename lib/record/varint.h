// Zig-zag varints as records use them: seven bits a byte, lowest first, the top bit set on all bytes but the
// last; the sign in bit 0. At most 5 bytes for 32-bit values and 10 for 64-bit values.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace weir::record {

inline constexpr std::size_t kMaxVarintBytes = 5;
inline constexpr std::size_t kMaxVarlongBytes = 10;

inline std::uint64_t zigzag(std::int64_t number) {
  return (static_cast<std::uint64_t>(number) << 1) ^ static_cast<std::uint64_t>(number >> 63);
}
inline std::int64_t unzigzag(std::uint64_t bits) {
  return static_cast<std::int64_t>((bits >> 1) ^ (~(bits & 1) + 1));
}

// Bytes that put_varint writes.
inline std::size_t varint_size(std::int64_t number) {
  return (static_cast<std::size_t>(std::bit_width(zigzag(number) | 1)) + 6) / 7;
}

// Writes at `to`, where kMaxVarlongBytes must have room (5 for a 32-bit value), and returns the end.
inline char* put_varint(char* to, std::int64_t number) {
  std::uint64_t bits = zigzag(number);
  while (bits >= 0x80) {
    *to++ = static_cast<char>(bits | 0x80);
    bits >>= 7;
  }
  *to++ = static_cast<char>(bits);
  return to;
}

namespace detail {
const char* get_long_varint(const char* from, const char* end, std::size_t max_bytes, std::uint64_t* bits);
}

// Reads one from [from, end); returns the byte after it, or null when it is cut off or too long (a 32-bit
// value must end within five bytes and fit).
inline const char* get_varint(const char* from, const char* end, std::int32_t* number) {
  std::uint64_t bits = 0;
  if (from < end && static_cast<signed char>(*from) >= 0) [[likely]] {
    bits = static_cast<unsigned char>(*from++);
  } else if (end - from >= 2 && static_cast<signed char>(from[1]) >= 0) {
    bits = (static_cast<unsigned char>(from[0]) & 0x7fu) | static_cast<std::uint64_t>(from[1]) << 7;
    from += 2;
  } else {
    from = detail::get_long_varint(from, end, kMaxVarintBytes, &bits);
    if (bits > UINT32_MAX) return nullptr;
  }
  *number = static_cast<std::int32_t>(unzigzag(bits));
  return from;
}

inline const char* get_varlong(const char* from, const char* end, std::int64_t* number) {
  std::uint64_t bits = 0;
  if (from < end && static_cast<signed char>(*from) >= 0) [[likely]] {
    bits = static_cast<unsigned char>(*from++);
  } else {
    from = detail::get_long_varint(from, end, kMaxVarlongBytes, &bits);
  }
  *number = unzigzag(bits);
  return from;
}

}  // namespace weir::record
