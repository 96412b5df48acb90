// -f: records as a format of rpk's or kcat's says. Pieces are parsed once; a record is then written piece by piece.
//
//   %v value  %k key  %t topic  %p partition  %o offset  %d time in ms  %i number of the record, from 1
//   %V %K     length of value and key           %H number of headers
//   %h{...}   for each header; in the braces %k and %v are its own      %h alone: kcat's name=value,name=value
//   %s %S %T  kcat's: value, its length (-1 for null), time in ms       %R its length in 4 bytes, big-endian
//   %% %{ %}  themselves        \t \n \r \0 \\ \xNN
// Modifiers, in braces behind a letter:
//   texts     hex, base64, base64raw (without padding)
//   numbers   ascii, hex64 hex32 hex16 hex8 hex4, big64 big32 big16 big8, little64 ... little8, byte, bool
//   %d        strftime[...] or go[...], in the zone of --tz
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/zone.h"
#include "record/headers.h"
#include "record/record.h"
#include "stream/block_arena.h"
#include "stream/stage.h"

namespace weir::consume {

// A part of a format: literal text, or one thing about a record with how to write it.
struct Piece {
  enum class What {
    literal,
    value,
    key,
    topic,
    value_size,
    kcat_value_size,
    kcat_key_size,
    header_count,
    partition,
    offset,
    time,
    number,
    headers,
    kcat_headers
  };
  enum class As {
    plain,
    hex,
    base64,
    base64raw,  // texts; plain numbers are ASCII
    fixed_hex,
    big,
    little,
    truth,  // numbers: `width` digits or bytes
    strftime,
  };
  What what = What::literal;
  As as = As::plain;
  int width = 0;
  std::string text;          // literal, or strftime's pattern
  std::vector<Piece> inner;  // headers: what is written for each
};

// Throws Error(Kind::usage) that points at the letter or modifier nobody knows.
std::vector<Piece> parse_format(std::string_view format);

class Format final : public stream::Operator {
 public:
  Format(std::string_view format, base::Zone zone) : pieces_(parse_format(format)), zone_(std::move(zone)) {}

  stream::Flow on_batch(stream::Batch& batch, stream::Context& context) override;

  // Appends one record's text to `to`.
  struct Subject {
    const record::Record& record;
    std::string_view topic;
    std::int32_t partition;
    std::int64_t offset;
  };
  void write(const Subject& subject, std::string& to);

 private:
  void write(const std::vector<Piece>& pieces, const Subject& subject, std::string& to);
  void write_text(const Piece& piece, std::string_view text, std::string& to) const;
  void write_number(const Piece& piece, std::int64_t number, std::string& to) const;
  void write_time(const Piece& piece, std::int64_t ms, std::string& to) const;
  void write_headers(const Piece& piece, const Subject& subject, std::string& to);

  std::vector<Piece> pieces_;
  base::Zone zone_;
  std::int64_t number_ = 0;
  stream::BlockArena arena_{stream::kBlockBytes};
  std::string text_;
};

}  // namespace weir::consume
