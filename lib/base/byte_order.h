// Big-endian integers in byte buffers, as Kafka writes them. No alignment is assumed.
#pragma once

#include <bit>
#include <concepts>
#include <cstring>
#include <type_traits>

namespace weir::base {

static_assert(std::endian::native == std::endian::little, "weir runs on little-endian machines");

template <std::integral T>
T load_be(const void* from) noexcept {
  std::make_unsigned_t<T> value;
  std::memcpy(&value, from, sizeof value);
  if constexpr (sizeof(T) == 2) value = __builtin_bswap16(value);
  if constexpr (sizeof(T) == 4) value = __builtin_bswap32(value);
  if constexpr (sizeof(T) == 8) value = __builtin_bswap64(value);
  return static_cast<T>(value);
}

template <std::integral T>
void store_be(void* to, T number) noexcept {
  auto value = static_cast<std::make_unsigned_t<T>>(number);
  if constexpr (sizeof(T) == 2) value = __builtin_bswap16(value);
  if constexpr (sizeof(T) == 4) value = __builtin_bswap32(value);
  if constexpr (sizeof(T) == 8) value = __builtin_bswap64(value);
  std::memcpy(to, &value, sizeof value);
}

}  // namespace weir::base
