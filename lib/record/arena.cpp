#include "record/arena.h"

#include <algorithm>

namespace weir::record {

void HeapArena::clear() {
  if (chunks_.empty()) return;
  chunks_.resize(1);
  at_ = chunks_[0].get();
  end_ = at_ + first_bytes_;
}

void HeapArena::refill(std::size_t least) {
  const std::size_t bytes = std::max<std::size_t>(least, 64u << 10);
  chunks_.push_back(std::make_unique_for_overwrite<char[]>(bytes));
  if (chunks_.size() == 1) first_bytes_ = bytes;
  at_ = chunks_.back().get();
  end_ = at_ + bytes;
}

}  // namespace weir::record
