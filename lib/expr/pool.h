// Where the tree engine's values live: small blocks in free lists, so that an ordinary event asks the system for
// nothing. A budget bounds what one event may hold; going over it throws LimitReached. Large blocks cost steps: they are
// made to copy something into them.
// Threads: every thread has a pool of its own; what comes from it is freed on the same thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "expr/limit_reached.h"

namespace weir::expr {

// A block may be larger than what was asked for: what holds it should use the whole.
struct Block {
  void* at;
  std::size_t bytes;
};

class Pool {
 public:
  static Pool& mine();  // the calling thread's

  Pool() = default;
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool();

  Block allocate(std::size_t bytes);
  // `bytes` as allocate() gave them.
  void free(void* at, std::size_t bytes) noexcept;

  std::size_t bytes_in_use() const { return in_use_; }
  std::size_t bytes_made() const { return made_; }  // of large blocks, so far
  // From now on at most `bytes` more than what is in use.
  void allow(std::size_t bytes) { limit_ = in_use_ + bytes; }

 private:
  struct Free {
    Free* next;
  };
  static constexpr std::size_t kStep = 16;
  static constexpr std::size_t kSmall = 512;  // up to here in steps of kStep, from free lists
  void* refill(std::size_t place);

  std::array<Free*, kSmall / kStep + 1> free_{};
  std::vector<std::unique_ptr<char[]>> chunks_;
  char* fresh_ = nullptr;  // what is left of the last chunk
  std::size_t fresh_bytes_ = 0;
  std::size_t in_use_ = 0;
  std::size_t made_ = 0;
  std::size_t limit_ = ~std::size_t{0};
};

}  // namespace weir::expr
