// Where decoded bytes go that are not simply views into the line: unescaped strings, base64, encoded headers.
// Bytes stay where they are until whoever owns the arena lets them go.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace weir::record {

class Arena {
 public:
  virtual ~Arena() = default;
  // `size` bytes, not aligned, holding anything.
  char* allocate(std::size_t size) {
    if (static_cast<std::size_t>(end_ - at_) < size) refill(size);
    char* bytes = at_;
    at_ += size;
    return bytes;
  }
  // Ends the last allocation at `end`; what is behind it is handed out again.
  void shrink_to(char* end) { at_ = end; }

 protected:
  virtual void refill(std::size_t least) = 0;  // points at_ and end_ to a new run of at least that many bytes
  char* at_ = nullptr;
  char* end_ = nullptr;
};

// On the heap, in chunks of 64 KiB; clear() lets all bytes go and keeps one chunk.
class HeapArena : public Arena {
 public:
  void clear();

 private:
  void refill(std::size_t least) override;
  std::vector<std::unique_ptr<char[]>> chunks_;
  std::size_t first_bytes_ = 0;
};

}  // namespace weir::record
