#include "ops/print_format.h"

#include <fmt/format.h>

#include <cstring>

#include "ops/time_layout.h"
#include "record/base64.h"
#include "record/headers.h"
#include "stream/errors.h"

namespace weir::ops {

using What = Piece::What;
using As = Piece::As;

stream::Flow PrintFormat::on_batch(stream::Batch& batch, stream::Context& context) {
  using Form = stream::Batch::Form;
  if (batch.form != Form::records) return stream::Flow::more;
  arena_.begin(batch);
  batch.retain([&](std::size_t row) {
    const stream::Origin origin = batch.origins.empty() ? stream::Origin{} : batch.origins[row];
    const bool named = batch.input != nullptr && origin.topic < batch.input->topics.size();
    text_.clear();
    write({.record = batch.records[row],
           .topic = named ? std::string_view(batch.input->topics[origin.topic]) : std::string_view(),
           .partition = origin.partition.value,
           .offset = origin.offset.value},
          text_);
    if (!fault_.empty()) {
      context.errors.bad(
          batch, row,
          {.code = "length_overflow", .message = fault_, .hint = "-f with a wider one: %V{big32}"});
      return false;
    }
    char* const copy = arena_.allocate(text_.size());
    std::memcpy(copy, text_.data(), text_.size());
    batch.lines[row].data = copy;
    batch.lines[row].size = static_cast<std::uint32_t>(text_.size());
    return true;
  });
  batch.form = Form::lines;
  batch.records.clear();
  return stream::Flow::more;
}

void PrintFormat::write(const Subject& subject, std::string& to) {
  ++number_;
  fault_.clear();
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
        write_size(piece, record.value.size, to);
        break;
      case What::kcat_value_size:
        write_size(piece, record.value.null() ? std::int64_t{-1} : record.value.size, to);
        break;
      case What::kcat_key_size:
        write_size(piece, record.key.null() ? std::int64_t{-1} : record.key.size, to);
        break;
      case What::header_count:
        write_size(piece, record.headers.count, to);
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
      case What::topic_size:
        write_size(piece, static_cast<std::int64_t>(subject.topic.size()), to);
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

// A reader trusts a length, so one that was cut to its last bytes would take the whole stream apart. -1, which stands for
// null, needs 4 bytes to be told from a length; in fewer a null is as long as nothing.
void PrintFormat::write_size(const Piece& piece, std::int64_t size, std::string& to) {
  const int bits = piece.as == As::fixed_hex                       ? 4 * piece.width
                   : piece.as == As::big || piece.as == As::little ? 8 * piece.width
                                                                   : 64;
  if (bits < 32 && size < 0) size = 0;
  if (bits < 32 && size >> bits != 0)
    fault_ = fmt::format("a length of {} does not fit into {} bits, which -f gives it", size, bits);
  write_number(piece, size, to);
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
