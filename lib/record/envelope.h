// Envelope lines (-J): one JSON object a line that holds a whole record and where it came from.
//   {"topic":"orders","partition":0,"offset":42,"ts":1700000000000,"key":"k1","headers":[["name","text"]],"value":{...}}
// Lossless in both directions for every record. Format: "Envelopes" in weir(1).
//
//   value        the bytes verbatim where they are JSON without a newline or white space around; null is a tombstone
//   value_text   other bytes that are UTF-8, also the four bytes null and JSON nested too deeply for a line
//   value_base64 all other bytes
//   key          the bytes as text, key_base64 where they are not UTF-8, null for none
//   headers      [name, value] pairs; both text or {"base64":...}, a value may be null; left out when there are none
//   ts           ms since 1970, null for none; "ts_type":"append" when it is the log's time
// Read as well: kcat's payload (text), flat header array and tstype; a key that is no string stands for its compact
// canonical JSON.
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/buffer.h"
#include "base/units.h"
#include "json/value.h"
#include "record/arena.h"
#include "record/record.h"

namespace weir::record {

struct Envelope {
  Record record;
  std::string_view topic;  // empty: none
  base::Partition partition = base::kNoPartition;
  base::Offset offset = base::kNoOffset;
  // Decoded: false when the line has no "ts", which stands for now; record.ts is kNoTime then.
  bool has_ts = true;
  // The value is one JSON value that may stand in the line as it is. Decoded: it did. To encode: true saves the
  // check; false is always right.
  bool value_is_json = false;
  // Members that are not ours, in their order, as `"name":value,"name":value`. A log has no place for them; whoever
  // passes a line on keeps them.
  std::string_view extra;
};

// Appends the line, without a newline.
void encode(const Envelope& envelope, base::Buffer& to);

// Why a line is no envelope.
struct EnvelopeFault {
  std::string_view code;  // stable: "bad_json", "bad_envelope", "bad_time"; empty: no fault
  std::string what;       // "ts is no whole number of milliseconds"
  std::size_t at = 0;     // byte of the line, from 0
  std::string_view hint;  // may be empty

  explicit operator bool() const { return !code.empty(); }
};

// What whoever has looked at a line already need not have looked for again.
struct KnownOfLine {
  bool valid = false;  // the line is JSON
  json::Value value;   // its member "value"; missing when that is not known
};

// Reads one line: a valid JSON object, members in any order; of one given twice the last counts. Views in `to` point
// into `line` and `arena`.
EnvelopeFault decode(std::string_view line, Arena& arena, Envelope& to, const KnownOfLine& known = {});

}  // namespace weir::record
