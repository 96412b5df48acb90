// How table writes its rows and their changes.
//
//              bare                                              envelopes (-J)
//   a row      the row                                           {"ts":T,"key":K,"value":ROW}
//   its end    {"_op":"d","_key":K}                              {"ts":T,"key":K,"value":null}
//   a change   {"op":"u","key":K,"old":ROW,"new":ROW,"ts":T}     {"ts":T,"key":K,"op":"u","old":ROW,"value":ROW}
//
// A row is its own bytes wherever it stands as JSON. In an envelope one that is no JSON is value_text or value_base64; as
// `old` and in a bare change it is a string.
// Threads: one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/buffer.h"
#include "base/units.h"
#include "ops/output_rows.h"
#include "record/record.h"

namespace weir::ops {

// How the keys of a table are held.
enum class KeyForm {
  bytes,      // those of a record
  canonical,  // the value of an expression, as in group_key.h
};
// As the key of a record. In the key's own bytes, or in `buffer`.
record::Bytes record_key(std::string_view key, KeyForm form, std::string& buffer);

// One row, where it lies.
struct RowText {
  std::string_view bytes;
  bool json = false;  // known to be one JSON value
};

class TableOutput {
 public:
  TableOutput(KeyForm keys, bool envelope);

  // Stop: the reader went away.
  stream::Flow row(std::string_view key, const RowText& row, base::EventTime ts, stream::Context& context);
  stream::Flow end(std::string_view key, base::EventTime ts, stream::Context& context);
  // `old`, `now`: none: there was none, there is none any more; not both.
  stream::Flow change(std::string_view key, const std::optional<RowText>& old,
                      const std::optional<RowText>& now, base::EventTime ts, stream::Context& context);
  stream::Flow flush(stream::Context& context) { return rows_.flush(context); }

 private:
  stream::Flow put_envelope(std::string_view key, const std::optional<RowText>& row, base::EventTime ts,
                            std::string_view extra, stream::Context& context);
  void append_key(std::string_view key);
  void append_row(const std::optional<RowText>& row);

  const KeyForm keys_;
  const bool envelope_;
  OutputRows rows_;
  base::Buffer line_, envelope_line_;
  std::string key_text_, quoted_;
};

}  // namespace weir::ops
