// Where a group's positions are kept: Kafka's choice of partition for a group id.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/units.h"

namespace weir::coord {

// Java's String.hashCode of UTF-8 text: 31 * h + unit over its UTF-16 units, in 32 bits.
std::int32_t java_hash(std::string_view text);

// abs(java_hash) mod `partitions`, the smallest number counting as 0. Requires: partitions > 0.
base::Partition partition_of_group(std::string_view group, std::int32_t partitions);

}  // namespace weir::coord
