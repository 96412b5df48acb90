#include "coord/group_hash.h"

#include "base/assert.h"
#include "json/utf8.h"

namespace weir::coord {
namespace {

// The code point of a well-formed sequence of `length` bytes.
std::uint32_t code_point(const char* at, std::size_t length) {
  const auto byte = [at](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(at[i]));
  };
  if (length == 1) return byte(0);
  std::uint32_t code = byte(0) & (0x7fu >> length);
  for (std::size_t i = 1; i < length; ++i) code = code << 6 | (byte(i) & 0x3f);
  return code;
}

}  // namespace

std::int32_t java_hash(std::string_view text) {
  std::uint32_t hash = 0;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    const std::size_t length = json::utf8_sequence(at, end);
    const std::uint32_t code = length == 0 ? 0xfffd : code_point(at, length);
    at += length == 0 ? 1 : length;
    if (code >= 0x10000) {
      hash = 31 * hash + (0xd800 + ((code - 0x10000) >> 10));
      hash = 31 * hash + (0xdc00 + ((code - 0x10000) & 0x3ff));
    } else {
      hash = 31 * hash + code;
    }
  }
  return static_cast<std::int32_t>(hash);
}

base::Partition partition_of_group(std::string_view group, std::int32_t partitions) {
  WEIR_ASSERT(partitions > 0);
  const std::int32_t hash = java_hash(group);
  return {hash == INT32_MIN ? 0 : (hash < 0 ? -hash : hash) % partitions};
}

}  // namespace weir::coord
