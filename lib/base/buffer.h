// Bytes that grow at the end, without being zeroed first and without a copy per growth where the kernel can
// move pages instead (realloc). Memory is only touched where something was written, so a large reserve costs
// nothing. Move-only. Throws std::bad_alloc. Growth moves the bytes: keep positions, not pointers, across an
// append.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace weir::base {

class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(std::size_t capacity) { reserve(capacity); }
  Buffer(Buffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  Buffer& operator=(Buffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }
  ~Buffer() { std::free(data_); }

  char* data() { return data_; }
  const char* data() const { return data_; }
  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }
  bool empty() const { return size_ == 0; }
  char* end() { return data_ + size_; }
  std::string_view view() const { return {data_, size_}; }

  void clear() { size_ = 0; }  // capacity kept
  void reserve(std::size_t capacity) {
    if (capacity > capacity_) grow(capacity);
  }
  // Room for `more` bytes at end(); write there, then call added().
  char* room(std::size_t more) {
    if (capacity_ - size_ < more) grow(size_ + more);
    return data_ + size_;
  }
  void added(std::size_t bytes) { size_ += bytes; }
  void resize(std::size_t size) {  // new bytes hold anything
    reserve(size);
    size_ = size;
  }
  void append(const void* from, std::size_t bytes) {
    if (bytes == 0) return;
    std::memcpy(room(bytes), from, bytes);
    size_ += bytes;
  }
  void append(std::string_view text) { append(text.data(), text.size()); }
  void push(char byte) {
    *room(1) = byte;
    ++size_;
  }

 private:
  void grow(std::size_t least) {
    const std::size_t capacity = std::max(least, capacity_ + capacity_ / 2);
    void* moved = std::realloc(data_, capacity);
    if (moved == nullptr) throw std::bad_alloc();
    data_ = static_cast<char*>(moved);
    capacity_ = capacity;
  }

  char* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace weir::base
