#include "stream/block_arena.h"

#include <algorithm>

namespace weir::stream {

void BlockArena::begin(Batch& batch) {
  batch_ = &batch;
  if (block_ == nullptr) return;
  if (block_->capacity() > block_bytes_) {  // made for one long value
    block_.reset();
    at_ = end_ = nullptr;
    return;
  }
  if (pool_.sole(block_)) at_ = block_->data();
  batch.blocks.push_back(block_);
}

void BlockArena::refill(std::size_t least) {
  block_.reset();
  block_ = pool_.take(std::max(least, block_bytes_));
  batch_->blocks.push_back(block_);
  at_ = block_->data();
  end_ = at_ + block_->capacity();
}

}  // namespace weir::stream
