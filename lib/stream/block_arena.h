// Where an operator puts bytes it makes: blocks that the batch keeps alive and that are used again afterwards.
// Threads: one; batches may be released on any.
#pragma once

#include "record/arena.h"
#include "stream/batch.h"
#include "stream/block_pool.h"

namespace weir::stream {

class BlockArena final : public record::Arena {
 public:
  explicit BlockArena(std::size_t block_bytes = 64u << 10) : block_bytes_(block_bytes), pool_(block_bytes) {}

  // From here on bytes belong to `batch`, which must stay where it is until the next begin() or the last allocation.
  void begin(Batch& batch);

 private:
  void refill(std::size_t least) override;

  std::size_t block_bytes_;
  BlockPool pool_;
  BlockRef block_;
  Batch* batch_ = nullptr;
};

}  // namespace weir::stream
