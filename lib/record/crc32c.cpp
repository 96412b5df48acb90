#include "record/crc32c.h"

#include <isa-l/crc.h>

#include <algorithm>

namespace weir::record {

std::uint32_t crc32c(std::string_view bytes, std::uint32_t before) {
  std::uint32_t sum = ~before;
  while (!bytes.empty()) {
    // ISA-L takes an int.
    const std::size_t piece = std::min<std::size_t>(bytes.size(), 1u << 30);
    // Its parameter is not const, but it only reads.
    auto* from = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));
    sum = crc32_iscsi(from, static_cast<int>(piece), sum);
    bytes.remove_prefix(piece);
  }
  return ~sum;
}

}  // namespace weir::record
