// The library's aggregates held against the model's, without a tool around them.
#pragma once

#include <cstdint>
#include <string>

namespace weir::model {

// Random events go into several states, which pass through their bytes and are merged in any order; every other seed adds
// more events than there are and takes them back. In words; empty when the results are the model's.
std::string aggregates_difference(std::uint64_t seed);

}  // namespace weir::model
