// Envelope lines (-J): one JSON object a line that holds a whole record and where it came from.
//   {"topic":"orders","partition":0,"offset":42,"ts":1700000000000,"key":"k1","headers":[["name","text"]],"value":{...}}
// Lossless in both directions for every record. Format: envelopes in weir(1).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/buffer.h"
#include "base/units.h"
#include "record/arena.h"
#include "record/record.h"

namespace weir::record {

struct Envelope {
  Record record;
  // From the line, or for it; absent members are none.
  std::string_view topic;  // data() is null: none
  base::Partition partition = base::kNoPartition;
  base::Offset offset = base::kNoOffset;
  bool has_ts =
      true;  // decoded: false when the line has no "ts", which stands for now; record.ts is kNoTime then
  // The value is JSON and stands verbatim in the line (decoded only); false for value_text, value_base64 and
  // null.
  bool value_is_json = false;
  // Members we do not know, in their order, as `"name":value,"name":value` without surrounding commas. A log
  // drops them, since a record has no place for them; what passes a line on keeps them.
  std::string_view extra;
};

// Appends the line, without a newline. Of the envelope, the record's key, value, headers, ts and append_time
// are always written, the rest where it is given.
void encode(const Envelope& envelope, base::Buffer& to);

struct EnvelopeError {
  std::string what;    // "ts is no whole number of milliseconds"; empty: none
  std::size_t at = 0;  // byte in the line

  explicit operator bool() const { return !what.empty(); }
};

// Reads one line, any valid JSON object with known members in any order; of a member given twice the last
// counts. Views in `to` point into `line` or `arena`.
EnvelopeError decode(std::string_view line, Arena& arena, Envelope& to);

}  // namespace weir::record
