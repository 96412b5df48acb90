// The formats of -f, in the words of rpk and kcat, parsed once into pieces. consume writes records by them
// (print_format.h), produce reads them.
//
//   %v value  %k key  %t topic  %p partition  %o offset  %d time in ms  %i number of the record, from 1
//   %V %K     length of value and key           %H number of headers
//   %h{...}   for each header; in the braces %k and %v are its own      %h alone: kcat's name=value,name=value
//             %K of a null key is -1, in fewer than 32 bits 0
//   %s %S %T  kcat's: value, its length (-1 for null), time in ms       %R its length in 4 bytes, big-endian
//             but where a record is read %T is rpk's: the length of the topic
//   %% %{ %}  themselves        \t \n \r \0 \\ \xNN
// Modifiers, in braces behind a letter:
//   texts     hex, base64, base64raw (without padding)
//   numbers   ascii, hex64 hex32 hex16 hex8 hex4, big64 big32 big16 big8, little64 ... little8, byte, bool
//   lengths   a number, where a record is read: the length is always that, and does not stand there
//   %d        strftime[...] or go[...], in the zone of --tz
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir::ops {

// A part of a format: literal text, or one thing about a record with how to write it.
struct Piece {
  enum class What {
    literal,
    value,
    key,
    topic,
    topic_size,
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
    truth,     // numbers: `width` digits or bytes
    constant,  // lengths: `width`
    strftime,
  };
  What what = What::literal;
  As as = As::plain;
  int width = 0;
  std::string text;          // literal, or strftime's pattern
  std::vector<Piece> inner;  // headers: what is written for each
};

// Whether it says how long a text is, or how many headers there are.
bool is_size(Piece::What what);

enum class FormatUse { write, read };
// Throws Error(Kind::usage) that points at the letter or modifier nobody knows.
std::vector<Piece> parse_format(std::string_view format, FormatUse use);

}  // namespace weir::ops
