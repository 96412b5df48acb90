#include "record/partitioner.h"

#include <cstring>

#include "base/assert.h"

namespace weir::record {

std::int32_t murmur2(std::string_view bytes) {
  // Austin Appleby's MurmurHash2 for 32 bits, with the seed that Kafka's clients share.
  constexpr std::uint32_t kMix = 0x5bd1e995;
  std::uint32_t hash = 0x9747b28c ^ static_cast<std::uint32_t>(bytes.size());
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 4; at += 4, left -= 4) {
    std::uint32_t word;
    std::memcpy(&word, at, 4);  // little-endian, as byte_order.h asserts
    word *= kMix;
    word ^= word >> 24;
    word *= kMix;
    hash = hash * kMix ^ word;
  }
  for (std::size_t i = left; i-- > 0;)
    hash ^= static_cast<std::uint32_t>(static_cast<unsigned char>(at[i])) << (8 * i);
  if (left > 0) hash *= kMix;
  hash ^= hash >> 13;
  hash *= kMix;
  hash ^= hash >> 15;
  return static_cast<std::int32_t>(hash);
}

base::Partition partition_of_key(std::string_view key, std::int32_t partitions) {
  WEIR_ASSERT(partitions > 0);
  return {(murmur2(key) & 0x7fffffff) % partitions};
}

}  // namespace weir::record
