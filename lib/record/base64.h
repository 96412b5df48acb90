// Base64 of RFC 4648 section 4: standard alphabet, padded, no white space.
#pragma once

#include <cstddef>
#include <string_view>

namespace weir::record {

inline std::size_t base64_size(std::size_t bytes) {
  return (bytes + 2) / 3 * 4;
}

// Writes base64_size(bytes.size()) characters at `to`; returns their end.
char* base64_encode(std::string_view bytes, char* to);

// Writes at most text.size() / 4 * 3 bytes at `to`; returns their end, or null when the text is not exactly
// what base64_encode writes (wrong length, other characters, padding inside, bits left over).
char* base64_decode(std::string_view text, char* to);

}  // namespace weir::record
