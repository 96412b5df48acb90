// The words of the language.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir::expr {

enum class TokenKind : unsigned char {
  end,
  identifier,   // text: the name, with its module:: parts
  field,        // .name; text: the name
  variable,     // $name, $__loc__; text: the name
  format,       // @base64; text: with the @
  number,       // text: the literal as typed
  string_open,  // a string begins; then string_text, string_interpolation ... in turn, then string_close
  string_text,  // text: decoded
  string_interpolation,  // \( ; the tokens of an expression follow, and the ) that closes them
  string_close,
  keyword,  // text: def if then elif else end and or as reduce foreach try catch label import include __loc__
  punctuation,  // text: one of . .. [ ] ( ) { } | , : ; = == != < <= > >= + - * / % += -= *= /= %= //= |= //
                // ?
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::size_t at = 0;   // byte position in the source
  std::size_t end = 0;  // behind its last byte
  std::string text;

  bool is(std::string_view word) const {
    return (kind == TokenKind::punctuation || kind == TokenKind::keyword) && text == word;
  }
};

}  // namespace weir::expr
