// What is wrong with bytes that should have been a batch, and where. Damaged data is expected now and then,
// so it is a value; callers add the file, the partition and the offsets they know.
#pragma once

#include <cstdint>

namespace weir::record {

struct Fault {
  const char* what =
      nullptr;  // static text for the middle of a sentence, e.g. "checksum does not match"; null: none
  std::uint64_t at = 0;  // byte within what was looked at (the batch, or the unpacked records)

  explicit operator bool() const { return what != nullptr; }
};

}  // namespace weir::record
