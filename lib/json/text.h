// JSON strings: what an escaped one says, and how a text is written. Escapes are written as jq -c writes
// them: the two- letter ones for quote, backslash and \b \f \n \r \t, \u00xx for the other control characters
// and DEL, all else as is.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "json/value.h"

namespace weir::json {

// `text` is what stands between the quotes of a valid string. Writes at most text.size() bytes to `to` and
// returns how many. Surrogate pairs become one character; a surrogate without its other half becomes U+FFFD,
// as in jq 1.7.
std::size_t unescape(std::string_view text, char* to) noexcept;

// The text of a string value: a view of the line when it holds no escape, else of `buffer`, which is
// overwritten.
std::string_view text_of(const Value& string, std::string& buffer);

// Is the string's text exactly `text`? Compares without copying.
bool text_equals(const Value& string, std::string_view text) noexcept;

// Appends the text with quotes around it. Bytes that are not UTF-8 are written as U+FFFD each, so that output
// is valid.
void append_quoted(std::string& out, std::string_view text);

// The first byte at or behind `at` that append_quoted does not copy as it is, or that is not ASCII; else `end`.
const char* skip_plain(const char* at, const char* end) noexcept;

}  // namespace weir::json
