// Walks the encoded records of one batch, as views without copies. Everything is checked against the bytes
// that are there: lengths add up exactly, offsets rise and stay within the batch, the count is met and
// nothing follows it.
#pragma once

#include <string_view>

#include "record/batch_format.h"
#include "record/fault.h"
#include "record/record.h"

namespace weir::record {

class RecordCursor {
 public:
  // `records`: unpacked, from BatchView::records. Both must stay; `header` is copied as far as it is needed.
  RecordCursor(const BatchHeader& header, std::string_view records);

  // False at the end or at a fault: ask fault(). The record's bytes live as long as `records` does.
  bool next(Record& to, base::Offset& offset);
  const Fault& fault() const { return fault_; }

 private:
  bool fail(const char* what, const char* at);
  bool finish();

  const char* at_;
  const char* begin_;
  const char* end_;
  std::int64_t base_offset_;
  std::int64_t base_ms_;
  std::int64_t append_ms_;
  std::int32_t last_delta_;  // of the batch
  std::int32_t delta_ = -1;  // of the record before
  std::int32_t left_;
  bool append_time_;
  Fault fault_;
};

}  // namespace weir::record
