#include "expr/lexer.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace weir::expr {
namespace {

// "not" is no keyword but a builtin, as in jq. Sorted.
constexpr std::array<std::string_view, 18> kKeywords = {
    "__loc__", "and",    "as",      "catch", "def",    "elif", "else",   "end",  "foreach",
    "if",      "import", "include", "label", "module", "or",   "reduce", "then", "try"};

constexpr std::array<std::string_view, 9> kFormats = {"@text", "@json", "@csv",    "@tsv",    "@html",
                                                      "@uri",  "@sh",   "@base64", "@base64d"};

// Longest first, so that the first match is the right one.
constexpr std::array<std::string_view, 33> kPunctuation = {
    "//=", "..", "==", "!=", "<=", ">=", "//", "|=", "+=", "-=", "*=", "/=", "%=", ".", "[", "]", "(",
    ")",   "{",  "}",  "|",  ",",  ":",  ";",  "=",  "<",  ">",  "+",  "-",  "*",  "/", "%", "?"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void append_utf8(std::string& to, std::uint32_t code) {
  const auto byte = [&](std::uint32_t value) { to.push_back(static_cast<char>(value)); };
  if (code < 0x80) return byte(code);
  if (code < 0x800) return byte(0xC0 | code >> 6), byte(0x80 | (code & 0x3F));
  if (code < 0x10000)
    return byte(0xE0 | code >> 12), byte(0x80 | (code >> 6 & 0x3F)), byte(0x80 | (code & 0x3F));
  byte(0xF0 | code >> 18), byte(0x80 | (code >> 12 & 0x3F)), byte(0x80 | (code >> 6 & 0x3F)),
      byte(0x80 | (code & 0x3F));
}

// Length of the valid UTF-8 sequence at `at`, or 0.
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u;
  };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return tail(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool too_short = first == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = first == 0xED && byte(1) > 0x9F;
    return tail(1) && tail(2) && !too_short && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool too_short = first == 0xF0 && byte(1) < 0x90;
    const bool too_large = first == 0xF4 && byte(1) > 0x8F;
    return tail(1) && tail(2) && tail(3) && !too_short && !too_large ? 4 : 0;
  }
  return 0;
}

// As word processors and web pages set them.
bool is_curly_quote(std::string_view character) {
  return character == "\u2018" || character == "\u2019" || character == "\u201c" || character == "\u201d" ||
         character == "\u201e" || character == "\u00ab" || character == "\u00bb";
}

class Lexer {
 public:
  explicit Lexer(const Source& source) : source_(source), text_(source.text) {}

  std::vector<Token> run() {
    if (text_.size() > kMaxSourceBytes) {
      throw error_at(source_, 0, "longer than " + std::to_string(kMaxSourceBytes >> 10) + " KiB");
    }
    while (true) {
      skip_space();
      if (at_ == text_.size()) break;
      next();
    }
    if (!open_.empty())
      throw error_at(source_, open_.back(), "this string is never closed").hint("add the missing )\"");
    add(TokenKind::end, at_, at_, {});
    return std::move(tokens_);
  }

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  void add(TokenKind kind, std::size_t at, std::size_t end, std::string text) {
    tokens_.push_back({kind, at, end, std::move(text)});
  }

  void skip_space() {
    while (at_ < text_.size()) {
      if (is_space(text_[at_])) {
        ++at_;
      } else if (text_[at_] == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else {
        return;
      }
    }
  }

  void next() {
    const std::size_t start = at_;
    const char c = peek();
    if (c == '"') return open_string();
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
    if (c == '.' && is_name_start(peek(1)))
      return ++at_, add(TokenKind::field, start, at_, name(false)), close(start);
    if (c == '$' && is_name_start(peek(1)))
      return ++at_, add(TokenKind::variable, start, at_, name(true)), close(start);
    if (c == '@' && is_name_part(peek(1))) {
      ++at_;
      while (is_name_part(peek())) ++at_;
      check_format(start);
      return add(TokenKind::format, start, at_, std::string(text_.substr(start, at_ - start)));
    }
    if (is_name_start(c)) {
      std::string word = name(true);
      const TokenKind kind = is_keyword(word) ? TokenKind::keyword : TokenKind::identifier;
      return add(kind, start, at_, std::move(word));
    }
    punctuation();
  }

  void check_format(std::size_t start) const {
    const std::string_view typed = text_.substr(start, at_ - start);
    if (std::find(kFormats.begin(), kFormats.end(), typed) != kFormats.end()) return;
    std::string known;
    for (const std::string_view format : kFormats) known.append(known.empty() ? "" : " ").append(format);
    throw error_at(source_, start, "there is no format " + std::string(typed)).hint("one of " + known);
  }

  void close(std::size_t start) { tokens_.back().at = start, tokens_.back().end = at_; }

  std::string name(bool with_modules) {
    const std::size_t start = at_;
    while (is_name_part(peek())) ++at_;
    while (with_modules && peek() == ':' && peek(1) == ':' && is_name_start(peek(2))) {
      at_ += 2;
      while (is_name_part(peek())) ++at_;
    }
    return std::string(text_.substr(start, at_ - start));
  }

  void number() {
    const std::size_t start = at_;
    while (is_digit(peek())) ++at_;
    if (peek() == '.') {
      ++at_;
      while (is_digit(peek())) ++at_;
    }
    if (peek() == 'e' || peek() == 'E') {
      const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 2 : 1;
      if (is_digit(peek(sign))) {
        at_ += sign;
        while (is_digit(peek())) ++at_;
      }
    }
    add(TokenKind::number, start, at_, std::string(text_.substr(start, at_ - start)));
  }

  void punctuation() {
    const std::string_view rest = text_.substr(at_);
    for (const std::string_view word : kPunctuation) {
      if (!rest.starts_with(word)) continue;
      // An interpolation ends at the ) that matches its \( ; brackets inside it are counted.
      if (word == "(") ++parentheses_;
      if (word == ")" && parentheses_ == 0 && !outer_parentheses_.empty()) return close_interpolation();
      if (word == ")" && parentheses_ > 0) --parentheses_;
      add(TokenKind::punctuation, at_, at_ + word.size(), std::string(word));
      at_ += word.size();
      return;
    }
    const std::size_t length = std::max<std::size_t>(utf8_length(text_, at_), 1);
    const auto byte = static_cast<unsigned char>(rest.front());
    base::Error error = error_at(source_, at_,
                                 byte < 0x20 || byte == 0x7F || utf8_length(text_, at_) == 0
                                     ? "a byte that begins nothing"
                                     : "unexpected '" + std::string(rest.substr(0, length)) + "'");
    if (byte == '\'') error.hint("strings are written in double quotes: \"text\"");
    if (is_curly_quote(rest.substr(0, length))) error.hint("quotes are straight: \"text\"");
    if (byte == '&') error.hint("did you mean 'and'?");
    if (byte == '~') error.hint(".name | test(\"regex\")");
    if (byte == '!') error.hint("negate with: EXPR | not");
    throw error;
  }

  void open_string() {
    add(TokenKind::string_open, at_, at_ + 1, {});
    open_.push_back(at_);
    ++at_;
    string_body();
  }

  void close_interpolation() {
    add(TokenKind::punctuation, at_, at_ + 1, ")");
    ++at_;
    parentheses_ = outer_parentheses_.back();
    outer_parentheses_.pop_back();
    string_body();
  }

  // The text of a string up to its end or its next \( .
  void string_body() {
    const std::size_t start = at_;
    std::string decoded;
    while (true) {
      if (at_ == text_.size()) {
        throw error_at(source_, open_.back(), "this string is never closed").hint("add the missing \"");
      }
      const char c = text_[at_];
      if (c == '"') {
        add(TokenKind::string_text, start, at_, std::move(decoded));
        add(TokenKind::string_close, at_, at_ + 1, {});
        ++at_;
        open_.pop_back();
        return;
      }
      if (c != '\\') {
        const std::size_t length = utf8_length(text_, at_);
        if (length == 0) throw error_at(source_, at_, "this string is not valid UTF-8");
        decoded.append(text_, at_, length);
        at_ += length;
        continue;
      }
      if (peek(1) == '(') {
        add(TokenKind::string_text, start, at_, std::move(decoded));
        add(TokenKind::string_interpolation, at_, at_ + 2, {});
        at_ += 2;
        if (outer_parentheses_.size() >= static_cast<std::size_t>(kMaxDepth)) {
          throw error_at(source_, at_, "strings are nested too deep");
        }
        outer_parentheses_.push_back(parentheses_);
        parentheses_ = 0;
        return;
      }
      escape(decoded);
    }
  }

  void escape(std::string& decoded) {
    constexpr std::string_view kFrom = "\"\\/bfnrt";
    constexpr std::string_view kTo = "\"\\/\b\f\n\r\t";
    const std::size_t simple = at_ + 1 < text_.size() ? kFrom.find(text_[at_ + 1]) : std::string_view::npos;
    if (simple != std::string_view::npos) {
      decoded.push_back(kTo[simple]);
      at_ += 2;
      return;
    }
    std::uint32_t code = 0;
    if (!unicode_escape(at_, &code)) {
      throw error_at(source_, at_, "bad escape in a string")
          .hint("known are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX and \\(EXPR)");
    }
    at_ += 6;
    std::uint32_t low = 0;
    if (code >= 0xD800 && code < 0xDC00 && unicode_escape(at_, &low) && low >= 0xDC00 && low < 0xE000) {
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      at_ += 6;
    } else if (code >= 0xD800 && code < 0xE000) {
      code = 0xFFFD;  // half a pair stands for no character
    }
    append_utf8(decoded, code);
  }

  bool unicode_escape(std::size_t at, std::uint32_t* code) const {
    if (at + 6 > text_.size() || text_[at] != '\\' || text_[at + 1] != 'u') return false;
    *code = 0;
    for (std::size_t i = 2; i < 6; ++i) {
      const int digit = hex_value(text_[at + i]);
      if (digit < 0) return false;
      *code = *code * 16 + static_cast<std::uint32_t>(digit);
    }
    return true;
  }

  const Source& source_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
  std::vector<std::size_t> open_;  // where each open string begins
  std::size_t parentheses_ = 0;    // open ones since the innermost \( , or since the start
  std::vector<std::size_t>
      outer_parentheses_;  // one per open interpolation: the count to go back to behind it
};

}  // namespace

bool is_keyword(std::string_view word) {
  return std::find(kKeywords.begin(), kKeywords.end(), word) != kKeywords.end();
}
bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_name_part(char c) {
  return is_name_start(c) || is_digit(c);
}

bool is_name(std::string_view text) {
  return !text.empty() && is_name_start(text[0]) && std::all_of(text.begin(), text.end(), is_name_part);
}

std::vector<Token> tokenize(const Source& source) {
  return Lexer(source).run();
}

}  // namespace weir::expr
