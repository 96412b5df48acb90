// A format of produce -f that says how long its texts are, so that they may hold any byte: rpk's rules.
//   %K %V %T  the length of the key, the value, the topic; it stands before what it is of, and counts the bytes of the
//             key itself where that is written as {hex} or {base64}. -1 is null (in 4 bytes and 8 too: all bits set)
//   %H        how many headers, before %h{...}, which is then read so many times
//   numbers   decimal digits up to what is none, or {hex16}, {big32}, {little32}, {byte} ...; a length may be {3}: always 3
// A text without a length ends where the literal text behind it comes first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "ops/format.h"

namespace weir::produce {

// What stands next in a record.
struct SizedStep {
  enum class Do { literal, size, partition, time, text, headers };
  // What a size is of, and which text it is.
  enum Of : std::uint8_t { topic, key, value, header };
  static constexpr std::size_t kSizes = 4;

  Do what = Do::literal;
  Of of = value;
  ops::Piece::As as = ops::Piece::As::plain;
  int width = 0;              // of a number: bytes or digits; 0: decimal digits
  std::string literal;        // literal; or what ends a text without a length
  bool sized = false;         // a text whose length was read before
  std::int64_t constant = 0;  // 0: none; else the length that %K{3} gives a text, or the count of headers
  std::vector<SizedStep> inner = {};  // of a header
};

// Whether a format is of this kind: it has a length, or a number in bytes.
bool has_sizes(const std::vector<ops::Piece>& pieces);
// Throws Error(Kind::usage) for a format that cannot be read back.
std::vector<SizedStep> sized_steps(const std::vector<ops::Piece>& pieces);

}  // namespace weir::produce
