#include "stream/caught_up.h"

namespace weir::stream {

Pull CaughtUp::next(Batch& batch) {
  const Pull pulled = source_->next(batch);
  if (pulled == Pull::batch) last_ = batch.ticket;
  if (told_ || pulled != Pull::would_block || source_->behind()) return pulled;
  told_ = true;
  batch.clear();
  batch.ticket = last_;
  batch.mark.emplace();
  return Pull::batch;
}

}  // namespace weir::stream
