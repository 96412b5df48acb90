// A field's text as it stands in a record of -f -> its bytes.
#pragma once

#include <charconv>
#include <string_view>
#include <system_error>

#include "ops/format.h"
#include "record/arena.h"
#include "record/record.h"

namespace weir::produce {

// Null, or what is wrong with `text`. `to` points into `text` or into `arena`.
const char* decode_text(ops::Piece::As as, std::string_view text, record::Arena& arena, record::Bytes* to);

template <typename Number>
bool parse_number(std::string_view text, Number& to) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), to);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace weir::produce
