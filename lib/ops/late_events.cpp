#include "ops/late_events.h"

#include <algorithm>
#include <cstring>

#include "ops/envelope_of.h"

namespace weir::ops {
namespace {

using Form = stream::Batch::Form;

constexpr std::string_view kBlanks = " \t\r\n";

// The object with one member more; what is no object becomes the member "value" of one.
void append_marked(std::string& out, std::string_view json) {
  const std::size_t first = json.find_first_not_of(kBlanks), last = json.find_last_not_of(kBlanks);
  json = json.substr(first, last - first + 1);
  if (json.front() != '{') {
    out.append("{\"value\":").append(json).append(",\"_late\":true}");
    return;
  }
  json.remove_suffix(1);
  const bool none = json.find_last_not_of(kBlanks) == 0;
  out.append(json).append(none ? "\"_late\":true}" : ",\"_late\":true}");
}

}  // namespace

void LateEvents::add(const stream::Batch& batch, std::size_t row, std::int64_t ts, OutputRows& results,
                     stream::Context& context) {
  ++context.late;
  switch (to_) {
    case To::drop:
      return;
    case To::results:
      marked_.clear();
      append_marked(marked_, line_of(batch, row));
      (void)results.put(marked_, context);
      return;
    case To::lines: {
      const std::string_view line = line_of(batch, row);
      char* const copy = arena_.allocate(line.size());
      std::memcpy(copy, line.data(), line.size());
      made_.lines.push_back({copy, static_cast<std::uint32_t>(line.size()), batch.lines[row].index});
      return;
    }
    case To::records:
      put_record(batch, row, ts);
  }
}

// As the event stands in a line. Of a record without -J it is the value, whose newlines mean nothing: it was read as JSON.
std::string_view LateEvents::line_of(const stream::Batch& batch, std::size_t row) {
  const std::string_view line = batch.lines[row].view();
  if (batch.form != Form::records) return line;
  encoded_.clear();
  if (envelope_) {
    record::encode(envelope_of(batch, row), encoded_);
  } else {
    encoded_.append(line);
    std::replace(encoded_.data(), encoded_.end(), '\n', ' ');
  }
  return encoded_.view();
}

void LateEvents::put_record(const stream::Batch& batch, std::size_t row, std::int64_t ts) {
  for (const stream::BlockRef& block : batch.blocks) {
    if (std::find(made_.blocks.begin(), made_.blocks.end(), block) == made_.blocks.end())
      made_.blocks.push_back(block);
  }
  record::Record record;
  if (batch.form == Form::records) {
    record = batch.records[row];
  } else if (batch.form == Form::envelopes) {
    record::Envelope envelope;
    (void)record::decode(batch.lines[row].view(), arena_, envelope);  // it was read as one
    record = envelope.record;
  } else {
    record.value = record::Bytes(batch.lines[row].view());
  }
  if (record.ts == base::kNoTime) record.ts.ms = ts;
  made_.lines.push_back({record.value.data, record.value.size, batch.lines[row].index});
  made_.records.push_back(record);
}

void LateEvents::flush(stream::Context& context) {
  if (made_.lines.empty()) return;
  made_.form = to_ == To::records ? Form::records : envelope_ ? Form::envelopes : Form::lines;
  if (context.late_out != nullptr) (void)context.late_out->write(made_);
  made_.clear();
  arena_.begin(made_);
}

}  // namespace weir::ops
