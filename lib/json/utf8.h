// UTF-8 by RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir::json {

// Length of the well-formed sequence at `at`, 1 to 4 bytes; 0 when there is none. Requires at < end.
std::size_t utf8_sequence(const char* at, const char* end) noexcept;

bool valid_utf8(std::string_view text) noexcept;

// Appends a code point up to U+10FFFF.
void append_utf8(std::string& out, char32_t code);
// The same into `to`, which has room for 4 bytes; returns how many were written.
std::size_t encode_utf8(char32_t code, char* to) noexcept;

}  // namespace weir::json
