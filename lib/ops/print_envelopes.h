// Records as envelope lines (-J). Batches of any other form pass as they are. Threads: the loop's.
#pragma once

#include "base/buffer.h"
#include "stream/block_arena.h"
#include "stream/stage.h"

namespace weir::ops {

class PrintEnvelopes final : public stream::Operator {
 public:
  stream::Flow on_batch(stream::Batch& batch, stream::Context& context) override;

 private:
  stream::BlockArena arena_{stream::kBlockBytes};
  base::Buffer line_;
};

}  // namespace weir::ops
