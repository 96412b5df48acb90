// Batches in bytes that may be cut off or damaged: frame() finds the end of the next one, BatchView checks a
// whole one and hands out its records.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/buffer.h"
#include "record/batch_format.h"
#include "record/codec.h"
#include "record/fault.h"

namespace weir::record {

struct Frame {
  enum class State {
    whole,    // the next `bytes` bytes are one batch, as far as its length field can be believed
    partial,  // more bytes are needed: `bytes` in all, or 0 when not even that is known
    bad,      // no batch begins here: see fault
  };
  State state;
  std::size_t bytes = 0;
  Fault fault;
};

// Looks at length and magic only, so it is cheap. Bytes of older message formats are bad and are named as
// such.
Frame frame(std::string_view bytes, std::size_t max_bytes = kMaxBatchBytes);

class BatchView {
 public:
  // Checks a whole batch (frame() said so): length, magic, checksum, and that the header's fields agree with
  // one another. Borrows `batch`. After a fault the view may only be opened again.
  Fault open(std::string_view batch);

  const BatchHeader& header() const { return header_; }
  std::string_view bytes() const { return bytes_; }
  std::string_view payload() const { return bytes_.substr(kBatchHeaderBytes); }  // as stored, maybe packed

  // The encoded records, for RecordCursor. Not packed: a view into the batch, and `scratch` is left alone.
  // Packed: unpacked into `scratch`, which is cleared first, at most `limit` bytes.
  Fault records(Codecs& codecs, base::Buffer& scratch, std::string_view* to,
                std::size_t limit = kMaxUnpackedBytes) const;

 private:
  BatchHeader header_;
  std::string_view bytes_;
};

}  // namespace weir::record
