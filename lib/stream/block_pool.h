// Blocks to read into, used again as soon as no batch refers to them, so that a steady stream allocates
// nothing.
#pragma once

#include <cstddef>
#include <vector>

#include "stream/block.h"

namespace weir::stream {

class BlockPool {
 public:
  // A block of at least `capacity` bytes that nobody else refers to. Blocks larger than `keep_up_to` are not
  // kept.
  BlockRef take(std::size_t capacity);
  explicit BlockPool(std::size_t keep_up_to = kBlockBytes) : keep_up_to_(keep_up_to) {}

 private:
  std::size_t keep_up_to_;
  std::vector<BlockRef> blocks_;
};

}  // namespace weir::stream
