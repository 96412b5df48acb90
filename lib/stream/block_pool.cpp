#include "stream/block_pool.h"

#include <algorithm>

namespace weir::stream {
namespace {

// A sink that acknowledges late (group commit) holds some blocks for a while. Beyond these the memory goes back to
// malloc, so that one slow moment does not stay in the resident size for ever.
constexpr std::size_t kKeptMax = 8;

}  // namespace

BlockRef BlockPool::take(std::size_t capacity) {
  for (const BlockRef& block : blocks_)
    if (block->references() == 1 && block->capacity() >= capacity) return block;
  BlockRef fresh(new Block(capacity));
  if (capacity <= keep_up_to_ && blocks_.size() < kKeptMax) blocks_.push_back(fresh);
  return fresh;
}

bool BlockPool::sole(const BlockRef& block) const {
  const auto ours = 1 + std::count(blocks_.begin(), blocks_.end(), block);
  return block->references() == static_cast<unsigned>(ours);
}

}  // namespace weir::stream
