// Headers of a record in their v2 encoding: see Headers in record.h.
#pragma once

#include <string_view>

#include "base/buffer.h"
#include "record/record.h"

namespace weir::record {

struct Header {
  std::string_view name;  // may be empty; normally UTF-8, but any bytes are kept
  Bytes value;            // may be null
};

class HeaderCursor {
 public:
  explicit HeaderCursor(const Headers& headers)
      : at_(headers.data), end_(headers.data + headers.size), left_(headers.count) {}

  // False at the end, or when the bytes do not hold what they promise: then valid() is false.
  bool next(Header& to);
  bool valid() const { return valid_; }

 private:
  const char* at_;
  const char* end_;
  std::uint32_t left_;
  bool valid_ = true;
};

// Whether the bytes hold exactly `count` headers. RecordCursor has checked this for records that it hands
// out.
bool well_formed(const Headers& headers);

// Encodes headers one after the other, into a buffer that is kept for the next record.
class HeadersBuilder {
 public:
  void add(std::string_view name, Bytes value);
  void add(const Headers& encoded);  // all of them, in order
  void clear();
  Headers headers() const;  // valid until the next change
  bool empty() const { return count_ == 0; }

 private:
  base::Buffer bytes_;
  std::uint32_t count_ = 0;
};

}  // namespace weir::record
