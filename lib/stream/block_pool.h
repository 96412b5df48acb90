// Blocks to read into, used again as soon as no batch refers to them, so that a steady stream allocates nothing.
// Threads: one; references may be dropped on any.
#pragma once

#include <cstddef>
#include <vector>

#include "stream/block.h"

namespace weir::stream {

class BlockPool {
 public:
  // Blocks of more than `keep_up_to` bytes are not kept: a long line is rare.
  explicit BlockPool(std::size_t keep_up_to = kBlockBytes) : keep_up_to_(keep_up_to) {}

  // A block of at least `capacity` bytes that nobody else refers to.
  BlockRef take(std::size_t capacity);
  // True when nobody but the caller (and this pool) refers to the block, so that its bytes may be overwritten.
  bool sole(const BlockRef& block) const;

 private:
  std::size_t keep_up_to_;
  std::vector<BlockRef> blocks_;
};

}  // namespace weir::stream
