#include "ops/table_output.h"

#include <charconv>

#include "json/text.h"
#include "json/validate.h"
#include "ops/group_key.h"
#include "record/envelope.h"

namespace weir::ops {

record::Bytes record_key(std::string_view key, KeyForm form, std::string& buffer) {
  return record::Bytes(form == KeyForm::bytes ? key : record_key(key, buffer));
}

TableOutput::TableOutput(KeyForm keys, bool envelope)
    : keys_(keys),
      envelope_(envelope),
      rows_(envelope ? stream::Batch::Form::envelopes : stream::Batch::Form::lines) {}

stream::Flow TableOutput::row(std::string_view key, const RowText& row, base::EventTime ts,
                              stream::Context& context) {
  return envelope_ ? put_envelope(key, row, ts, {}, context) : rows_.put(row.bytes, context);
}

stream::Flow TableOutput::end(std::string_view key, base::EventTime ts, stream::Context& context) {
  if (envelope_) return put_envelope(key, std::nullopt, ts, {}, context);
  line_.clear();
  line_.append(R"({"_op":"d","_key":)");
  append_key(key);
  line_.push('}');
  return rows_.put(line_.view(), context);
}

stream::Flow TableOutput::change(std::string_view key, const std::optional<RowText>& old,
                                 const std::optional<RowText>& now, base::EventTime ts,
                                 stream::Context& context) {
  line_.clear();
  if (envelope_) {
    line_.append(now ? R"("op":"u","old":)" : R"("op":"d","old":)");
    append_row(old);
    return put_envelope(key, now, ts, line_.view(), context);
  }
  line_.append(now ? R"({"op":"u","key":)" : R"({"op":"d","key":)");
  append_key(key);
  line_.append(R"(,"old":)");
  append_row(old);
  line_.append(R"(,"new":)");
  append_row(now);
  line_.append(R"(,"ts":)");
  if (ts == base::kNoTime) {
    line_.append("null}");
  } else {
    char* const at = line_.room(24);
    line_.added(static_cast<std::size_t>(std::to_chars(at, at + 24, ts.ms).ptr - at));
    line_.push('}');
  }
  return rows_.put(line_.view(), context);
}

stream::Flow TableOutput::put_envelope(std::string_view key, const std::optional<RowText>& row,
                                       base::EventTime ts, std::string_view extra, stream::Context& context) {
  record::Envelope envelope;
  envelope.record.key = record_key(key, keys_, key_text_);
  envelope.record.ts = ts;
  envelope.extra = extra;
  if (row) {
    envelope.record.value = record::Bytes(row->bytes);
    envelope.value_is_json = row->json;
  }
  envelope_line_.clear();
  record::encode(envelope, envelope_line_);
  return rows_.put(envelope_line_.view(), context);
}

void TableOutput::append_key(std::string_view key) {
  if (keys_ == KeyForm::canonical) return line_.append(key);
  quoted_.clear();
  json::append_quoted(quoted_, key);
  line_.append(quoted_);
}

void TableOutput::append_row(const std::optional<RowText>& row) {
  if (!row) return line_.append("null");
  const bool json = row->json || (row->bytes != "null" && json::valid_bare(row->bytes));
  if (json) return line_.append(row->bytes);
  quoted_.clear();
  json::append_quoted(quoted_, row->bytes);
  line_.append(quoted_);
}

}  // namespace weir::ops
