// How entries and what an operator keeps beside them become bytes: whole numbers by varint (a signed one by zigzag),
// doubles by their eight bytes, text behind its length. Nothing says what comes next: who reads knows.
#pragma once

#include <concepts>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/buffer.h"

namespace weir::state {

// Appends to a buffer that it borrows.
class Writer {
 public:
  explicit Writer(base::Buffer& to) : to_(to) {}

  void number(std::uint64_t value) {
    char* const at = to_.room(kVarintBytesMax);
    std::size_t size = 0;
    for (; value >= 0x80; value >>= 7) at[size++] = static_cast<char>(value | 0x80);
    at[size++] = static_cast<char>(value);
    to_.added(size);
  }
  void integer(std::int64_t value) {
    number(static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63));
  }
  void flag(bool value) { to_.push(value ? 1 : 0); }
  void real(double value) { to_.append(&value, sizeof value); }
  void text(std::string_view value) {
    number(value.size());
    to_.append(value);
  }

 private:
  static constexpr std::size_t kVarintBytesMax = 10;
  base::Buffer& to_;
};

// Reads what a Writer wrote. Bytes that are no such thing make it fail for good: it then gives zeros and empty text, and
// done() says so once at the end. No length in damaged bytes makes it read past their end or take memory.
class Reader {
 public:
  explicit Reader(std::string_view from) : rest_(from) {}

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) return fail();
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      if (shift == 63 && byte > 1) return fail();
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return fail();
  }
  // One that fits: fails for a larger one.
  template <std::unsigned_integral T>
  T number_of() {
    const std::uint64_t value = number();
    return static_cast<T>(value) == value ? static_cast<T>(value) : static_cast<T>(fail());
  }
  std::int64_t integer() {
    const std::uint64_t value = number();
    return static_cast<std::int64_t>(value >> 1 ^ (0 - (value & 1)));
  }
  bool flag() {
    const std::string_view byte = take(1);
    if (byte.empty()) return false;
    if (static_cast<unsigned char>(byte.front()) > 1) return fail() != 0;
    return byte.front() == 1;
  }
  double real() {
    double value = 0;
    const std::string_view bytes = take(sizeof value);
    if (!bytes.empty()) std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  }
  std::string_view text() { return take(number()); }  // into the bytes that are read

  // What was read can be no such thing.
  void refuse() { fail(); }

  std::string_view rest() { return take(rest_.size()); }

  bool failed() const { return failed_; }
  // All was read, and all of it was as it has to be.
  bool done() const { return !failed_ && rest_.empty(); }
  // How many bytes are left: what is counted is never more.
  std::size_t left() const { return rest_.size(); }

 private:
  std::uint64_t fail() {
    failed_ = true;
    rest_ = {};
    return 0;
  }
  std::string_view take(std::uint64_t size) {
    if (size > rest_.size()) return fail(), std::string_view();
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace weir::state
