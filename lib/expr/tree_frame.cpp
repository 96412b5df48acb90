#include "expr/tree_frame.h"

#include <memory>
#include <new>
#include <vector>

#include "expr/pool.h"

namespace weir::expr {

FrameRef Frame::make(const Routine& function, Frame* parent) {
  const std::size_t bytes =
      sizeof(Frame) + function.variables * sizeof(Datum) + function.parameters * sizeof(Closure);
  const Block block = Pool::mine().allocate(bytes);
  return FrameRef(new (block.at) Frame(function, parent, block.bytes));
}

Frame::Frame(const Routine& function, Frame* parent, std::size_t bytes)
    : single(parent == nullptr || parent->single),
      variables_(function.variables),
      closures_(function.parameters),
      bytes_(bytes),
      parent_(parent) {
  std::uninitialized_default_construct_n(&variable(0), variables_);
  std::uninitialized_default_construct_n(&closure(0), closures_);
}

// A chain of frames may be as long as a recursion was deep, so it is not walked by recursion.
void Frame::release() noexcept {
  std::vector<FrameRef> rest;
  Frame* frame = this;
  while (frame != nullptr) {
    for (std::uint32_t i = 0; i < frame->closures_; ++i) {
      if (frame->closure(i).frame.get() != nullptr) rest.push_back(std::move(frame->closure(i).frame));
    }
    if (frame->parent_.get() != nullptr) rest.push_back(std::move(frame->parent_));
    std::destroy_n(&frame->variable(0), frame->variables_);
    std::destroy_n(&frame->closure(0), frame->closures_);
    const std::size_t bytes = frame->bytes_;
    frame->~Frame();
    Pool::mine().free(frame, bytes);
    frame = nullptr;
    // Only the last holder frees.
    while (!rest.empty() && frame == nullptr) {
      Frame* const next = rest.back().let_go();
      rest.pop_back();
      if (--next->references_ == 0) frame = next;
    }
  }
}

}  // namespace weir::expr
