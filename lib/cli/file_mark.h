// What tells whether a file is still the one that was read or written up to a length: how its first bytes and those in
// front of that length were. A file that was moved or copied is the same.
#pragma once

#include <cstdint>

#include "state/codec.h"

namespace weir::cli {

struct FileMark {
  std::uint64_t length = 0;
  std::uint32_t head = 0, tail = 0;  // CRC32C of up to 4 KiB at either end

  // Of the open file as it is now, which has at least `length` bytes. Throws Error(Kind::io), with `name`.
  static FileMark of(int fd, const char* name, std::uint64_t length);
  bool fits(int fd, const char* name) const { return of(fd, name, length) == *this; }

  void save(state::Writer& to) const;
  void load(state::Reader& from);
  friend bool operator==(const FileMark&, const FileMark&) = default;
};

}  // namespace weir::cli
