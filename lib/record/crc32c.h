// CRC-32C (Castagnoli) as record batches carry it, by ISA-L, which picks the fastest routine of the machine.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir::record {

// `before` is the checksum of the bytes in front of `bytes`, so that a sum can be taken in pieces.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0);

}  // namespace weir::record
