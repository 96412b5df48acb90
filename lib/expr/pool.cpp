#include "expr/pool.h"

#include <pthread.h>

#include <bit>
#include <memory>
#include <new>

#include "expr/meter.h"

namespace weir::expr {
namespace {

constexpr std::size_t kChunkBytes = 64u << 10;

constinit thread_local Pool* pool_of_thread = nullptr;

// Ends the pool with its thread. A thread_local with a destructor would take memory to be registered, and where there is none
// glibc ends the process by itself.
pthread_key_t end_with_thread() {
  static const pthread_key_t key = [] {
    pthread_key_t made{};
    const auto end = [](void* pool) { delete static_cast<Pool*>(pool); };
    if (::pthread_key_create(&made, end) != 0) throw std::bad_alloc();
    return made;
  }();
  return key;
}

}  // namespace

Pool& Pool::mine() {
  if (pool_of_thread != nullptr) return *pool_of_thread;
  auto made = std::make_unique<Pool>();
  if (::pthread_setspecific(end_with_thread(), made.get()) != 0) throw std::bad_alloc();
  return *(pool_of_thread = made.release());
}

Pool::~Pool() = default;

Block Pool::allocate(std::size_t bytes) {
  if (bytes <= kSmall) [[likely]] {
    const std::size_t place = (bytes + kStep - 1) / kStep;
    const std::size_t size = place * kStep;
    if (size > limit_ - in_use_) throw LimitReached{Failure::What::memory};
    void* at = free_[place];
    if (at != nullptr) {
      free_[place] = free_[place]->next;
    } else {
      at = refill(place);
    }
    in_use_ += size;
    return {at, size};
  }
  if (bytes > limit_ - in_use_) throw LimitReached{Failure::What::memory};
  Meter::spend(bytes / kBytesPerStep);
  const std::size_t size = (bytes + kStep - 1) / kStep * kStep;
  void* const at = ::operator new(size);
  in_use_ += size;
  made_ += size;
  return {at, size};
}

void* Pool::refill(std::size_t place) {
  const std::size_t size = place * kStep;
  if (fresh_bytes_ < size) {
    chunks_.push_back(std::make_unique_for_overwrite<char[]>(kChunkBytes));
    fresh_ = chunks_.back().get();
    fresh_bytes_ = kChunkBytes;
  }
  void* const at = fresh_;
  fresh_ += size;
  fresh_bytes_ -= size;
  return at;
}

void Pool::free(void* at, std::size_t bytes) noexcept {
  in_use_ -= bytes;
  if (bytes > kSmall) {
    ::operator delete(at);
    return;
  }
  free_[bytes / kStep] = new (at) Free{free_[bytes / kStep]};
}

}  // namespace weir::expr
