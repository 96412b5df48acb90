// A block of bytes that rows point into, shared by reference count, so that a line is read once and copied at
// most once (into the output block). Threads: the count is atomic; the bytes are written by whoever made the
// block, before it is shared, then only read.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

#include <boost/smart_ptr/intrusive_ptr.hpp>

namespace weir::stream {

// 256 KiB stays in L2 and costs no more system calls than any larger size; 1 MiB was 10-30 % slower.
inline constexpr std::size_t kBlockBytes = 256u << 10;
// Readable bytes after the last line of every block, so that SIMD code may read past a line's end.
inline constexpr std::size_t kBlockPadding = 64;

class Block {
 public:
  explicit Block(std::size_t capacity);  // usable bytes; kBlockPadding more are allocated behind them

  char* data() { return bytes_.get(); }
  const char* data() const { return bytes_.get(); }
  std::size_t capacity() const { return capacity_; }
  // How many references there are. Only a lower number can follow while nobody copies one.
  unsigned references() const { return references_.load(std::memory_order_acquire); }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_;
  std::atomic<unsigned> references_{0};
  friend void intrusive_ptr_add_ref(Block*) noexcept;
  friend void intrusive_ptr_release(Block*) noexcept;
};

using BlockRef = boost::intrusive_ptr<Block>;

void intrusive_ptr_add_ref(Block*) noexcept;
void intrusive_ptr_release(Block*) noexcept;

}  // namespace weir::stream
