// One event as the log holds it: a view into bytes that somebody else keeps alive (a block of a batch, a
// decoded record batch, an arena).
#pragma once

#include <cstdint>
#include <string_view>

#include "base/units.h"

namespace weir::record {

// Bytes that may be null, which is not the same as empty: a null value is a tombstone. 16 bytes, no
// ownership.
struct Bytes {
  const char* data = nullptr;  // null: the value is null; an empty value has a non-null pointer
  std::uint32_t size = 0;

  Bytes() = default;
  Bytes(const char* at, std::size_t length) : data(at), size(static_cast<std::uint32_t>(length)) {}
  explicit Bytes(std::string_view text)
      : data(text.data() == nullptr ? "" : text.data()), size(static_cast<std::uint32_t>(text.size())) {}
  bool null() const { return data == nullptr; }
  std::string_view view() const { return {data, size}; }  // empty when null
};

// Headers in the encoding of a v2 record (each: varint name length, name, varint value length or -1, value),
// without the leading count. Order and duplicates are kept. Walk them with HeaderCursor (headers.h).
struct Headers {
  const char* data = nullptr;
  std::uint32_t size = 0;   // bytes
  std::uint32_t count = 0;  // headers
};

struct Record {
  Bytes key;
  Bytes value;
  Headers headers;
  base::EventTime ts = base::kNoTime;  // kNoTime: the record has none
  bool append_time = false;            // ts is the log's append time, not the producer's
};

}  // namespace weir::record
