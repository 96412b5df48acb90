#include "tools/produce/in_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "record/base64.h"
#include "stream/errors.h"

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
        refuse("-f can read %v %k %t %p %d and %h{...}, no lengths and numbers", "'%k\\t%v\\n'");
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

template <typename Number>
bool parse_number(std::string_view text, Number& to) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), to);
  return error == std::errc() && end == text.data() + text.size();
}

bool decode_hex(std::string_view text, char* to) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
  };
  if (text.size() % 2 != 0) return false;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = digit(text[i]), low = digit(text[i + 1]);
    if (high < 0 || low < 0) return false;
    *to++ = static_cast<char>(high * 16 + low);
  }
  return true;
}

}  // namespace

InFormat::InFormat(std::string_view format, TopicTable& topics, std::function<base::EventTime()> now)
    : RecordMaker(topics, std::move(now)), pieces_(ops::parse_format(format)) {
  if (pieces_.empty() || is_field(pieces_.back()))
    refuse("-f must end with the text that ends a record", "'%v\\n'");
  delimiter_ = pieces_.back().text;
  pieces_.pop_back();
  check(pieces_, false);
  names_topic_ = has(pieces_, What::topic);
  names_partition_ = has(pieces_, What::partition);
}

bool InFormat::parse(stream::Batch& batch, std::size_t row, stream::Context& context) {
  Reading reading;
  reading.line = batch.lines[row].view();
  reading.record.ts = present_;
  reading.record.value = record::Bytes("", 0);
  headers_.clear();
  const bool whole = read(pieces_, reading, &reading.record.key, &reading.record.value);
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
  if (piece.as == As::plain) return *to = record::Bytes(text), true;
  char* const bytes = arena_.allocate(text.size() + 1);
  if (piece.as == As::hex) {
    if (!decode_hex(text, bytes)) return reading.fault = "expected pairs of hexadecimal digits", false;
    *to = {bytes, text.size() / 2};
    return true;
  }
  const char* const end = record::base64_decode(text, bytes);
  if (end == nullptr) return reading.fault = "expected base64", false;
  *to = {bytes, static_cast<std::size_t>(end - bytes)};
  return true;
}

}  // namespace weir::produce
