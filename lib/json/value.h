// What the scanner and the cursors hand out: a typed view of one JSON value inside bytes that the caller
// keeps alive.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir::json {

// In jq's order over types, so that kinds of different types compare by their number.
enum class Kind : std::uint8_t {
  missing,  // no such member or element, or the path met a null on its way: jq reads it as null
  null,
  false_,
  true_,
  number,
  string,
  array,
  object,
  misfit,  // the path met a value that cannot be indexed so (a member of a string, ...): an error in jq
};

// 16 bytes, no ownership. `data` is the first byte of the value (a string's opening quote), `size` runs to
// its last, without white space around. For `misfit` they are those of the value that stopped the path; for
// `missing` null, 0.
struct Value {
  const char* data = nullptr;
  std::uint32_t size = 0;
  Kind kind = Kind::missing;
  bool escaped = false;  // string: holds a backslash, so its bytes are not its text (text.h: unescape)
  bool integer = false;  // number: neither '.' nor 'e', so an integer of any length (number.h)
  bool compact = false;  // the text is known to be as append_compact would write it (canonical.h)

  std::string_view raw() const { return {data, size}; }
  std::string_view text() const {
    return {data + 1, size - 2u};
  }  // string: between the quotes, escapes as written
};

}  // namespace weir::json
