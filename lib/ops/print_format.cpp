#include "ops/print_format.h"

#include <fmt/format.h>

#include <cstring>

#include "ops/time_layout.h"
#include "record/base64.h"
#include "record/headers.h"

namespace weir::ops {

using What = Piece::What;
using As = Piece::As;

stream::Flow PrintFormat::on_batch(stream::Batch& batch, stream::Context&) {
  using Form = stream::Batch::Form;
  if (batch.form != Form::records) return stream::Flow::more;
  arena_.begin(batch);
  for (std::size_t row = 0; row < batch.lines.size(); ++row) {
    const stream::Origin origin = batch.origins.empty() ? stream::Origin{} : batch.origins[row];
    const bool named = batch.input != nullptr && origin.topic < batch.input->topics.size();
    text_.clear();
    write({.record = batch.records[row],
           .topic = named ? std::string_view(batch.input->topics[origin.topic]) : std::string_view(),
           .partition = origin.partition.value,
           .offset = origin.offset.value},
          text_);
    char* const copy = arena_.allocate(text_.size());
    std::memcpy(copy, text_.data(), text_.size());
    batch.lines[row].data = copy;
    batch.lines[row].size = static_cast<std::uint32_t>(text_.size());
  }
  batch.form = Form::lines;
  batch.records.clear();
  return stream::Flow::more;
}

void PrintFormat::write(const Subject& subject, std::string& to) {
  ++number_;
  write(pieces_, subject, to);
}

void PrintFormat::write(const std::vector<Piece>& pieces, const Subject& subject, std::string& to) {
  const record::Record& record = subject.record;
  for (const Piece& piece : pieces) {
    switch (piece.what) {
      case What::literal:
        to += piece.text;
        break;
      case What::value:
        write_text(piece, record.value.view(), to);
        break;
      case What::key:
        write_text(piece, record.key.view(), to);
        break;
      case What::topic:
        write_text(piece, subject.topic, to);
        break;
      case What::value_size:
        write_number(piece, record.value.size, to);
        break;
      case What::kcat_value_size:
        write_number(piece, record.value.null() ? std::int64_t{-1} : record.value.size, to);
        break;
      case What::kcat_key_size:
        write_number(piece, record.key.null() ? std::int64_t{-1} : record.key.size, to);
        break;
      case What::header_count:
        write_number(piece, record.headers.count, to);
        break;
      case What::partition:
        write_number(piece, subject.partition, to);
        break;
      case What::offset:
        write_number(piece, subject.offset, to);
        break;
      case What::number:
        write_number(piece, number_, to);
        break;
      case What::time:
        write_time(piece, record.ts.ms, to);
        break;
      case What::headers:
      case What::kcat_headers:
        write_headers(piece, subject, to);
        break;
    }
  }
}

void PrintFormat::write_text(const Piece& piece, std::string_view text, std::string& to) const {
  switch (piece.as) {
    case As::hex:
      for (const char byte : text) to += fmt::format("{:02x}", static_cast<unsigned char>(byte));
      return;
    case As::base64:
    case As::base64raw: {
      const std::size_t start = to.size();
      to.resize(start + record::base64_size(text.size()));
      record::base64_encode(text, to.data() + start);
      while (piece.as == As::base64raw && !to.empty() && to.size() > start && to.back() == '=') to.pop_back();
      return;
    }
    default:
      to += text;
  }
}

void PrintFormat::write_number(const Piece& piece, std::int64_t number, std::string& to) const {
  const auto bits = static_cast<std::uint64_t>(number);
  switch (piece.as) {
    case As::fixed_hex: {
      const std::uint64_t mask =
          piece.width >= 16 ? ~std::uint64_t{0} : (std::uint64_t{1} << (4 * piece.width)) - 1;
      to += fmt::format("{:0{}x}", bits & mask, piece.width);
      return;
    }
    case As::big:
      for (int i = piece.width - 1; i >= 0; --i) to += static_cast<char>(bits >> (8 * i));
      return;
    case As::little:
      for (int i = 0; i < piece.width; ++i) to += static_cast<char>(bits >> (8 * i));
      return;
    case As::truth:
      to += number != 0 ? "true" : "false";
      return;
    default:
      to += fmt::format_int(number).c_str();
  }
}

void PrintFormat::write_time(const Piece& piece, std::int64_t ms, std::string& to) const {
  if (piece.as == As::strftime) {
    to += format_time(piece.text, ms, zone_);
  } else {
    write_number(piece, ms, to);
  }
}

void PrintFormat::write_headers(const Piece& piece, const Subject& subject, std::string& to) {
  record::HeaderCursor cursor(subject.record.headers);
  bool first = true;
  for (record::Header header; cursor.next(header);) {
    if (piece.what == What::kcat_headers) {
      if (!first) to += ',';
      first = false;
      to.append(header.name).append("=").append(header.value.null() ? "NULL" : header.value.view());
      continue;
    }
    record::Record one;
    one.key = record::Bytes(header.name);
    one.value = header.value;
    write(piece.inner, {one, subject.topic, subject.partition, subject.offset}, to);
  }
}

}  // namespace weir::ops
