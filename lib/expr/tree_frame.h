// Where a running function keeps its variables and the closures that its caller handed over. Counted, since a closure
// may be the last to hold the frame it was made in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "expr/datum.h"
#include "expr/tree_code.h"

namespace weir::expr {

class Frame;

// Owns a frame by its count.
class FrameRef {
 public:
  FrameRef() = default;
  explicit FrameRef(Frame* frame) noexcept;  // one more holder
  FrameRef(const FrameRef& other) noexcept : FrameRef(other.frame_) {}
  FrameRef(FrameRef&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  FrameRef& operator=(FrameRef other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~FrameRef();
  Frame* get() const { return frame_; }
  Frame* let_go() noexcept { return std::exchange(frame_, nullptr); }  // without counting

 private:
  Frame* frame_ = nullptr;
};

struct Closure {
  const Routine* function = nullptr;
  FrameRef frame;  // what its code sees
};

class Frame {
 public:
  // Variables are null, closures nothing.
  static FrameRef make(const Routine& function, Frame* parent);

  Frame* up(std::uint32_t hops) {
    Frame* frame = this;
    for (; hops > 0; --hops) frame = frame->parent_.get();
    return frame;
  }
  Datum& variable(std::uint32_t slot) { return reinterpret_cast<Datum*>(this + 1)[slot]; }
  Closure& closure(std::uint32_t slot) {
    return reinterpret_cast<Closure*>(reinterpret_cast<Datum*>(this + 1) + variables_)[slot];
  }
  // Has every closure in sight at most one result?
  bool single = true;

 private:
  friend class FrameRef;
  Frame(const Routine& function, Frame* parent, std::size_t bytes);
  void release() noexcept;

  std::uint32_t references_ = 0;
  std::uint32_t variables_;
  std::uint32_t closures_;
  std::size_t bytes_;
  FrameRef parent_;
};

inline FrameRef::FrameRef(Frame* frame) noexcept : frame_(frame) {
  if (frame != nullptr) ++frame->references_;
}
inline FrameRef::~FrameRef() {
  if (frame_ != nullptr && --frame_->references_ == 0) frame_->release();
}

}  // namespace weir::expr
