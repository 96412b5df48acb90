// What work costs that no engine counts itself, as it is done below them: copying large values, comparing them. It is
// taken from the steps of the run that is under way on this thread; without one it is free.
#pragma once

#include <cstdint>
#include <utility>

#include "expr/failure.h"
#include "expr/limit_reached.h"

namespace weir::expr {

class Meter {
 public:
  // As long as it lives, work is taken from `steps_left`. Of several the last counts.
  explicit Meter(std::uint64_t& steps_left) noexcept : outer_(std::exchange(running_, &steps_left)) {}
  ~Meter() { running_ = outer_; }
  Meter(const Meter&) = delete;
  Meter& operator=(const Meter&) = delete;

  // Throws LimitReached.
  static void spend(std::uint64_t steps) {
    if (running_ == nullptr) return;
    if (steps > *running_) throw LimitReached{Failure::What::steps};
    *running_ -= steps;
  }

 private:
  static constinit inline thread_local std::uint64_t* running_ = nullptr;
  std::uint64_t* outer_;
};

// Reading, writing or copying so many bytes takes about as long as a step of an engine.
inline constexpr std::size_t kBytesPerStep = 64;

}  // namespace weir::expr
