// Cuts an expression into tokens, by the rules of jq 1.6.
// Errors: throws error_at() for a character that begins nothing, a bad escape, an open string or bracket of a
// string.
#pragma once

#include <string_view>
#include <vector>

#include "expr/source.h"
#include "expr/token.h"

namespace weir::expr {

// The tokens of the whole source; the last one is TokenKind::end. Requires at most kMaxSourceBytes (checked,
// thrown).
std::vector<Token> tokenize(const Source& source);

bool is_keyword(std::string_view word);
bool is_name_start(char c);
bool is_name_part(char c);
bool is_name(std::string_view text);  // what a variable or a function may be called

}  // namespace weir::expr
