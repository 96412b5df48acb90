// The events of one key and one coarse time that a side of a stream join holds: an entry of state::Buckets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/buffer.h"
#include "state/codec.h"

namespace weir::ops {

struct JoinRecord {
  std::int64_t ts = 0;
  std::uint64_t arrival = 0;
  bool matched = false;
  std::string value;
};

class JoinRecords {
 public:
  std::vector<JoinRecord>& all() { return records_; }  // in order of arrival
  void add(JoinRecord record) {
    text_bytes_ += record.value.capacity();
    records_.push_back(std::move(record));
  }

  std::size_t bytes() const { return records_.capacity() * sizeof(JoinRecord) + text_bytes_; }
  void encode(base::Buffer& out) const {
    state::Writer to(out);
    to.number(records_.size());
    for (const JoinRecord& record : records_) {
      to.integer(record.ts);
      to.number(record.arrival);
      to.flag(record.matched);
      to.text(record.value);
    }
  }
  static bool decode(std::string_view bytes, JoinRecords& entry) {
    state::Reader from(bytes);
    for (std::uint64_t count = from.number(); count > 0 && !from.failed(); --count) {
      JoinRecord record;
      record.ts = from.integer();
      record.arrival = from.number();
      record.matched = from.flag();
      record.value = from.text();
      entry.add(std::move(record));
    }
    return from.done();
  }

 private:
  std::vector<JoinRecord> records_;
  std::size_t text_bytes_ = 0;
};

}  // namespace weir::ops
