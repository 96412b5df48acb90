#include "stream/errors.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/assert.h"
#include "json/cursor.h"
#include "json/text.h"
#include "json/writer.h"
#include "record/envelope.h"
#include "stream/bad_line.h"

namespace weir::stream {
namespace {

constexpr std::string_view kHeaderPrefix = "weir-error-";
// What a dead letter adds to an envelope. Each names the last failure, so an earlier one is taken out.
constexpr std::string_view kAdded[] = {"error", "tool", "source", "line", "byte"};

// An expression may put the whole event into its message. On a terminal that helps nobody, and a dead letter of twice
// the event's size may be more than its topic takes.
constexpr std::size_t kMessageBytes = 2000;

// Cut between two characters.
std::string_view beginning_of(std::string_view text, std::size_t bytes_max) {
  constexpr std::size_t kBehindFirst = 3;  // bytes of one character
  if (text.size() <= bytes_max) return text;
  const auto inside = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80; };
  std::size_t cut = bytes_max;
  while (cut > 0 && bytes_max - cut < kBehindFirst && inside(cut)) --cut;
  return text.substr(0, inside(cut) ? bytes_max : cut);  // no UTF-8
}

Fault with_short_message(Fault fault) {
  if (fault.message.size() <= kMessageBytes) return fault;
  fault.message.resize(beginning_of(fault.message, kMessageBytes).size());
  fault.message += "...";
  return fault;
}

}  // namespace

// One bad event, whatever it came from.
struct Errors::Subject {
  record::Envelope event;   // to be restored
  bool cut = false;         // it has only the event's beginning
  std::string_view source;  // "stdin", "events.ndjson", "topic:orders"
  std::string_view text;    // for the excerpt
  std::optional<std::uint64_t> line, byte;
};

Errors::Errors(Options options) : options_(std::move(options)) {
  WEIR_ASSERT((options_.policy == Policy::dead_letter) == (options_.dead_letters != nullptr));
}

Errors::Subject Errors::subject_of(const Batch& batch, std::size_t row, record::HeapArena& scratch) const {
  const Line& line = batch.lines[row];
  Subject subject;
  if (batch.input != nullptr) subject.source = batch.input->name;
  subject.text = line.view();
  switch (batch.form) {
    case Batch::Form::envelopes:
      // What cannot be read as an envelope is kept as what it is: a line.
      if (record::decode(line.view(), scratch, subject.event)) {
        subject.event = {};
        subject.event.record.value = record::Bytes(line.view());
        subject.event.record.ts = options_.clock->wall();
      } else if (!subject.event.has_ts) {
        subject.event.has_ts = true;
        subject.event.record.ts = options_.clock->wall();
      }
      break;
    case Batch::Form::lines:
      subject.event.record.value = record::Bytes(line.view());
      subject.event.record.ts = options_.clock->wall();
      break;
    case Batch::Form::records:
      subject.event.record = batch.records[row];
      break;
  }
  if (!batch.origins.empty()) {
    const Origin& origin = batch.origins[row];
    subject.event.offset = origin.offset;
    subject.event.partition = origin.partition;
    if (batch.input != nullptr && origin.topic < batch.input->topics.size())
      subject.event.topic = batch.input->topics[origin.topic];
  } else {
    subject.line = batch.first_line + line.index;
    if (batch.first_data != nullptr)
      subject.byte = batch.first_byte + static_cast<std::uint64_t>(line.data - batch.first_data);
  }
  return subject;
}

bool Errors::bad(const Batch& batch, std::size_t row, const Fault& fault) {
  const std::uint32_t index = batch.lines[row].index;
  if (halted_at_ && index >= *halted_at_) return false;
  record::HeapArena scratch;
  const bool go_on = judge(subject_of(batch, row, scratch), index, fault);
  if (!halted_) ++bad_rows_;
  return go_on;
}

std::optional<base::Error> Errors::refused(const Batch& batch, std::size_t row, const Fault& fault) {
  record::HeapArena scratch;
  const Subject subject = subject_of(batch, row, scratch);
  if (options_.policy == Policy::fail || too_many()) return error_of(subject, with_short_message(fault));
  count(subject, with_short_message(fault));
  ++refused_;
  return std::nullopt;
}

bool Errors::bad_unread(const Place& place, const Unread& event, const Fault& fault) {
  ++unread_;
  Subject subject;
  subject.source = place.input->name;
  subject.line = place.line;
  subject.byte = place.byte;
  subject.cut = event.read == Unread::Read::beginning;
  subject.text = subject.cut ? beginning_of(event.bytes, kBeginningBytes) : event.bytes;
  subject.event.record.value = record::Bytes(subject.text);
  subject.event.record.ts = options_.clock->wall();
  return judge(subject, place.index, fault);
}

bool Errors::bad_unread(const UnreadEvent& event, std::uint32_t index) {
  Place place = event.place;
  place.index = index;
  return bad_unread(place, {event.bytes, event.read}, event.fault);
}

// False: the run is to end.
bool Errors::judge(const Subject& subject, std::uint32_t index, const Fault& whole) {
  const Fault fault = with_short_message(whole);
  if (options_.policy == Policy::fail || too_many()) {
    halted_ = error_of(subject, fault);
    halted_at_ = index;
    return false;
  }
  count(subject, fault);
  return true;
}

void Errors::count(const Subject& subject, const Fault& fault) {
  if (options_.policy == Policy::skip) {
    ++skipped_;
  } else {
    ++dead_;
    keep(subject, fault);
  }
}

// What a run ends with that does not allow the event to be bad.
base::Error Errors::error_of(const Subject& subject, const Fault& fault) const {
  const bool counted = options_.policy != Policy::fail;
  base::Error error(counted ? base::Kind::data : fault.kind,
                    counted ? fmt::format("more than {} bad {}; the last: {}", *options_.max_errors,
                                          *options_.max_errors == 1 ? "event" : "events", fault.message)
                            : fault.message);
  std::string at;
  if (subject.line) {
    at = fmt::format("{}:{}", subject.source, *subject.line);
    if (fault.column > 0) at += fmt::format(":{}", fault.column);
  } else {
    at = fmt::format("{}-{}, offset {}", subject.event.topic, subject.event.partition.value,
                     subject.event.offset.value);
    if (fault.column > 0) at += fmt::format(", byte {}", fault.column);
  }
  error.at(std::move(at)).code(std::string(fault.code));
  if (fault.column > 0) {
    constexpr std::size_t kBefore = 40, kAfter = 36;  // fits a terminal of 80 columns
    const std::size_t caret = std::min(fault.column - 1, subject.text.size());
    const std::size_t from = caret > kBefore ? caret - kBefore : 0;
    error.excerpt(std::string(subject.text.substr(from, caret - from + kAfter)), caret - from);
  }
  if (!fault.hint.empty()) {
    error.hint(fault.hint);
  } else if (counted) {
    error.hint(
        fmt::format("allow more: --max-errors {}", std::max<std::uint64_t>(*options_.max_errors, 1) * 10));
  } else {
    const bool file = subject.line && subject.source != "stdin";
    std::string hint = !subject.line ? std::string()
                                     : hint_for_bad_line(fault.code, subject.text, *subject.line == 1,
                                                         file ? subject.source : "FILE");
    error.hint(hint.empty() ? "keep going and save bad lines: --dead-letter bad.ndjson" : std::move(hint));
  }
  return error;
}

void Errors::keep(const Subject& subject, const Fault& fault) {
  if (letters_.lines.empty()) arena_.begin(letters_);
  record::Envelope letter = subject.event;

  if (options_.form == Form::records) {
    headers_.clear();
    record::HeaderCursor cursor(letter.record.headers);
    for (record::Header header; cursor.next(header);)
      if (!header.name.starts_with(kHeaderPrefix)) headers_.add(header.name, header.value);
    const auto add = [&](std::string_view name, std::string_view value) {
      headers_.add(fmt::format("{}{}", kHeaderPrefix, name), record::Bytes(value));
    };
    add("code", fault.code);
    add("message", fault.message);
    if (subject.cut) add("kept", fmt::to_string(letter.record.value.size));
    add("tool", options_.tool);
    add("source", subject.source);
    if (!letter.topic.empty()) {
      add("topic", letter.topic);
      add("partition", fmt::to_string(letter.partition.value));
      add("offset", fmt::to_string(letter.offset.value));
    }
    if (subject.line) add("line", fmt::to_string(*subject.line));
    if (subject.byte) add("byte", fmt::to_string(*subject.byte));

    const auto own = [&](const char* data, std::size_t size) {
      char* to = arena_.allocate(size + 1);  // never null, which would mean a null value
      std::copy_n(data, size, to);
      return to;
    };
    record::Record record = letter.record;
    if (!record.key.null()) record.key.data = own(record.key.data, record.key.size);
    if (!record.value.null()) record.value.data = own(record.value.data, record.value.size);
    record.headers = headers_.headers();
    record.headers.data = own(record.headers.data, record.headers.size);
    letters_.form = Batch::Form::records;
    letters_.lines.push_back(
        {record.value.data, record.value.size, static_cast<std::uint32_t>(letters_.lines.size())});
    letters_.records.push_back(record);
    return;
  }

  const std::string extra = added_members(subject, fault);
  letter.extra = extra;
  line_.clear();
  record::encode(letter, line_);
  char* const line = arena_.allocate(line_.size());
  std::copy_n(line_.data(), line_.size(), line);
  letters_.form = Batch::Form::lines;
  letters_.lines.push_back(
      {line, static_cast<std::uint32_t>(line_.size()), static_cast<std::uint32_t>(letters_.lines.size())});
}

// The members of a letter that are no part of the event, without braces: those the event's own envelope carried
// along, then ours.
std::string Errors::added_members(const Subject& subject, const Fault& fault) const {
  std::string json;
  json::Writer writer(json);
  writer.begin_object();
  const std::string carried = fmt::format("{{{}}}", subject.event.extra);
  json::Members members(json::parse_value(carried));
  std::string buffer;
  for (json::Member member; members.next(member);) {
    const std::string_view name = json::text_of(member.name, buffer);
    if (std::find(std::begin(kAdded), std::end(kAdded), name) == std::end(kAdded))
      writer.name(name).raw(member.value.raw());
  }
  writer.name("error").begin_object();
  writer.name("code").string(fault.code).name("message").string(fault.message);
  if (subject.cut) writer.name("kept").number(static_cast<std::int64_t>(subject.text.size()));
  writer.end_object();
  writer.name("tool").string(options_.tool).name("source").string(subject.source);
  if (subject.line) writer.name("line").number(static_cast<std::int64_t>(*subject.line));
  if (subject.byte) writer.name("byte").number(static_cast<std::int64_t>(*subject.byte));
  writer.end_object();
  return json.substr(1, json.size() - 2);
}

Flow Errors::deliver(Ticket ticket, Sink& to) {
  letters_.ticket = ticket;
  const Flow flow = to.write(letters_);
  letters_.clear();
  return flow;
}

}  // namespace weir::stream
