// Where a keyed record goes: murmur2 as the Java client does it, so a key lands where every other client puts
// it.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/units.h"

namespace weir::record {

std::int32_t murmur2(std::string_view bytes);

// Requires: partitions > 0.
base::Partition partition_of_key(std::string_view key, std::int32_t partitions);

}  // namespace weir::record
