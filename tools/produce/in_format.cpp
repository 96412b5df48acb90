#include "tools/produce/in_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/assert.h"
#include "base/error.h"
#include "stream/errors.h"
#include "tools/produce/field_text.h"
#include "tools/produce/sized_walk.h"

namespace weir::produce {
namespace {

using ops::Piece;
using What = Piece::What;
using As = Piece::As;

[[noreturn]] void refuse(const std::string& what, const std::string& hint) {
  throw base::Error(base::Kind::usage, what).hint(hint).code("bad_format");
}

bool is_field(const Piece& piece) {
  return piece.what != What::literal;
}

void check(const std::vector<Piece>& pieces, bool in_headers) {
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const Piece& piece = pieces[i];
    switch (piece.what) {
      case What::literal:
        continue;
      case What::value:
      case What::key:
        break;
      case What::topic:
      case What::partition:
      case What::time:
        if (in_headers) refuse("a header in -f has only %k and %v", "%h{%k=%v }");
        break;
      case What::headers:
        check(piece.inner, true);
        if (piece.inner.empty() || is_field(piece.inner.back()))
          refuse("%h{...} in -f must end with the text that ends a header", "%h{%k=%v }");
        continue;  // the next piece decides where the headers end
      default:
        refuse("-f can read %v %k %t %p %d and %h{...}, and lengths: %V %K %T %H", "'%k\\t%v\\n'");
    }
    const bool text = piece.what == What::value || piece.what == What::key || piece.what == What::topic;
    if (text ? piece.as != As::plain && piece.as != As::hex && piece.as != As::base64 : piece.as != As::plain)
      refuse("-f can read {hex} and {base64}, and numbers in decimal", "'%k{hex} %v\\n'");
    if (i + 1 < pieces.size() && is_field(pieces[i + 1]))
      refuse("two letters of -f stand side by side, so nobody can tell where the first ends", "'%k\\t%v\\n'");
  }
}

bool has(const std::vector<Piece>& pieces, What what) {
  return std::any_of(pieces.begin(), pieces.end(), [&](const Piece& piece) { return piece.what == what; });
}

}  // namespace

InFormat::InFormat(std::string_view format, TopicTable& topics, std::function<base::EventTime()> now)
    : RecordMaker(topics, std::move(now)), pieces_(ops::parse_format(format, ops::FormatUse::read)) {
  names_topic_ = has(pieces_, What::topic);
  names_partition_ = has(pieces_, What::partition);
  if (has_sizes(pieces_)) {
    sized_ = sized_steps(pieces_);
    return;
  }
  if (pieces_.empty() || is_field(pieces_.back()))
    refuse("-f must end with the text that ends a record", "'%v\\n'");
  delimiter_ = pieces_.back().text;
  pieces_.pop_back();
  check(pieces_, false);
}

bool InFormat::parse(stream::Batch& batch, std::size_t row, stream::Context& context) {
  Reading reading;
  reading.line = batch.lines[row].view();
  reading.record.ts = present_;
  reading.record.value = record::Bytes("", 0);
  headers_.clear();
  const bool whole = sized_.empty() ? read(pieces_, reading, &reading.record.key, &reading.record.value)
                                    : read_sized(reading);
  if (whole && reading.at < reading.line.size()) reading.fault = "something is left behind its end";
  stream::Route route{.topic = 0, .partition = reading.partition};
  if (reading.fault.empty() && names_topic_) {
    const auto topic = topics_.find(reading.topic);
    if (!topic) reading.fault = fmt::format("topic '{}' {}", reading.topic, topics_.fault());
    route.topic = topic.value_or(0);
  }
  if (!reading.fault.empty()) {
    context.errors.bad(batch, row,
                       {.code = "bad_record",
                        .message = "record does not fit -f: " + reading.fault,
                        .column = reading.at + 1});
    return false;
  }
  if (!headers_.empty()) {
    const record::Headers built = headers_.headers();
    char* const copy = arena_.allocate(built.size);
    std::copy_n(built.data, built.size, copy);
    reading.record.headers = {copy, built.size, built.count};
  }
  if (names_topic_ || names_partition_) {
    add(reading.record, route);
  } else {
    add(reading.record);
  }
  return true;
}

// Reads what the pieces say from reading.at on; false, with the fault, where the line does not fit.
bool InFormat::read(const std::vector<Piece>& pieces, Reading& reading, record::Bytes* key,
                    record::Bytes* value) {
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const Piece& piece = pieces[i];
    const std::string_view rest = reading.line.substr(reading.at);
    if (piece.what == What::literal) {
      if (!rest.starts_with(piece.text))
        return reading.fault = fmt::format("expected '{}'", piece.text), false;
      reading.at += piece.text.size();
    } else if (piece.what == What::headers) {
      if (!read_headers(piece, reading)) return false;
    } else {
      const bool last = i + 1 == pieces.size();
      const std::size_t end = last ? rest.size() : rest.find(pieces[i + 1].text);
      if (end == std::string_view::npos)
        return reading.fault = fmt::format("expected '{}'", pieces[i + 1].text), false;
      if (!read_field(piece, rest.substr(0, end), reading, key, value)) return false;
      reading.at += end;
    }
  }
  return true;
}

bool InFormat::read_field(const Piece& piece, std::string_view text, Reading& reading, record::Bytes* key,
                          record::Bytes* value) {
  switch (piece.what) {
    case What::key:
      return decode(piece, text, reading, key);
    case What::value:
      return decode(piece, text, reading, value);
    case What::topic:
      return reading.topic = text, true;
    case What::partition:
      if (!parse_number(text, reading.partition.value) || reading.partition.value < 0)
        return reading.fault = fmt::format("'{}' is no partition", text), false;
      return true;
    default:
      if (!parse_number(text, reading.record.ts.ms))
        return reading.fault = fmt::format("'{}' is no time in milliseconds", text), false;
      return true;
  }
}

// As often as the part matches; what does not match is for the piece behind it.
bool InFormat::read_headers(const Piece& piece, Reading& reading) {
  for (;;) {
    Reading one;
    one.line = reading.line;
    one.at = reading.at;
    record::Bytes name("", 0), value("", 0);
    if (!read(piece.inner, one, &name, &value)) return true;
    headers_.add(name.view(), value);
    reading.at = one.at;
  }
}

bool InFormat::decode(const Piece& piece, std::string_view text, Reading& reading, record::Bytes* to) {
  const char* const fault = decode_text(piece.as, text, arena_, to);
  if (fault != nullptr) reading.fault = fault;
  return fault == nullptr;
}

// What SizedWalk finds, as it becomes a record.
class InFormat::SizedReading final : public SizedWalk::Finds {
 public:
  SizedReading(InFormat& format, Reading& reading) : format_(format), reading_(reading) {}

  void number(const SizedStep& step, std::int64_t number) override {
    if (step.what == SizedStep::Do::time) {
      reading_.record.ts.ms = number;
    } else if (number < 0 || number > std::numeric_limits<std::int32_t>::max()) {
      reading_.fault = fmt::format("{} is no partition", number);
    } else {
      reading_.partition.value = static_cast<std::int32_t>(number);
    }
  }
  void null(const SizedStep& step) override { *place(step) = {}; }
  void text(const SizedStep& step, std::string_view text) override {
    record::Bytes bytes;
    if (const char* const fault = decode_text(step.as, text, format_.arena_, &bytes)) {
      reading_.fault = fault;
      reading_.at = static_cast<std::size_t>(text.data() - reading_.line.data());
    } else if (step.of == SizedStep::topic) {
      reading_.topic = bytes.view();
    } else {
      *place(step) = bytes;
    }
  }
  void header_begins() override {
    in_header_ = true;
    name_ = value_ = record::Bytes("", 0);
  }
  void header_ends() override {
    in_header_ = false;
    if (name_.null()) reading_.fault = "a header without a name";
    format_.headers_.add(name_.view(), value_);
  }

 private:
  record::Bytes* place(const SizedStep& step) {
    if (in_header_) return step.of == SizedStep::key ? &name_ : &value_;
    return step.of == SizedStep::key ? &reading_.record.key : &reading_.record.value;
  }

  InFormat& format_;
  Reading& reading_;
  bool in_header_ = false;
  record::Bytes name_, value_;
};

bool InFormat::read_sized(Reading& reading) {
  SizedReading finds(*this, reading);
  SizedWalk walk(sized_);
  // The source has walked over it, so it ends where it does.
  WEIR_ASSERT(walk.go_on(reading.line, 0, true, &finds) == SizedWalk::Status::whole &&
              walk.at() == reading.line.size());
  if (reading.fault.empty()) reading.at = reading.line.size();
  return reading.fault.empty();
}

}  // namespace weir::produce
