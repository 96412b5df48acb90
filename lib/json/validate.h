// Is this text one JSON value (RFC 8259)? Strict: the grammar of literals, numbers and escapes, UTF-8 without
// overlong forms and surrogates, no control characters in strings, at most kMaxDepth levels, nothing behind
// the value. White space around the value is allowed; duplicate members and lone surrogate escapes (\ud800)
// are too. Threads: pure functions.
#pragma once

#include <string_view>

#include "json/error.h"

namespace weir::json {

bool valid(std::string_view text) noexcept;
bool validate(std::string_view text, Error& error) noexcept;  // `error` is set when it returns false

// One valid value with no white space before or behind it and no newline anywhere.
bool valid_bare(std::string_view text) noexcept;

}  // namespace weir::json
