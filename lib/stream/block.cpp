#include "stream/block.h"

#include <cstring>

namespace weir::stream {

Block::Block(std::size_t capacity) : bytes_(new char[capacity + kBlockPadding]), capacity_(capacity) {
  std::memset(bytes_.get() + capacity, 0, kBlockPadding);
}

void intrusive_ptr_add_ref(Block* block) noexcept {
  block->references_.fetch_add(1, std::memory_order_relaxed);
}

void intrusive_ptr_release(Block* block) noexcept {
  if (block->references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete block;
}

}  // namespace weir::stream
