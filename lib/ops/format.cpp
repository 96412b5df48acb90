#include "ops/format.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/error.h"
#include "ops/time_layout.h"

namespace weir::ops {
namespace {

using What = Piece::What;
using As = Piece::As;

class Parser {
 public:
  Parser(std::string_view format, FormatUse use) : format_(format), use_(use) {}

  // Up to the end, or to the brace that closes the headers' part.
  std::vector<Piece> parse(bool in_headers) {
    std::vector<Piece> pieces;
    std::string literal;
    const auto end_literal = [&] {
      if (!literal.empty())
        pieces.push_back({.what = What::literal, .text = std::exchange(literal, {}), .inner = {}});
    };
    while (at_ < format_.size()) {
      const char c = format_[at_];
      if (c == '}' && in_headers) break;
      ++at_;
      if (c == '\\') {
        literal += escape();
      } else if (c != '%') {
        literal += c;
      } else if (at_ < format_.size() &&
                 (format_[at_] == '%' || format_[at_] == '{' || format_[at_] == '}')) {
        literal += format_[at_++];
      } else {
        end_literal();
        pieces.push_back(letter(in_headers));
      }
    }
    end_literal();
    return pieces;
  }

 private:
  [[noreturn]] void fail(const std::string& what, std::size_t at, const std::string& hint = {}) const {
    throw base::Error(base::Kind::usage, what)
        .at("-f:1:" + std::to_string(at + 1))
        .excerpt(std::string(format_), at)
        .hint(hint)
        .code("bad_format");
  }

  char escape() {
    const std::size_t start = at_ - 1;
    const char c = at_ < format_.size() ? format_[at_++] : '\0';
    switch (c) {
      case 't':
        return '\t';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case '0':
        return '\0';
      case '\\':
        return '\\';
      case 'x': {
        const auto digit = [&]() -> int {
          const char d = at_ < format_.size() ? format_[at_++] : '\0';
          if (d >= '0' && d <= '9') return d - '0';
          if (d >= 'a' && d <= 'f') return d - 'a' + 10;
          if (d >= 'A' && d <= 'F') return d - 'A' + 10;
          fail("\\x needs two hexadecimal digits", start);
        };
        const int high = digit();
        return static_cast<char>(high * 16 + digit());
      }
      default:
        fail("unknown escape", start, "\\t \\n \\r \\0 \\\\ or \\xNN");
    }
  }

  Piece letter(bool in_headers) {
    const std::size_t start = at_ - 1;
    const char c = at_ < format_.size() ? format_[at_++] : '\0';
    Piece piece;
    bool text = false;
    switch (c) {
      case 'v':
      case 's':
        piece.what = What::value, text = true;
        break;
      case 'k':
        piece.what = What::key, text = true;
        break;
      case 't':
        piece.what = What::topic, text = true;
        break;
      case 'V':
        piece.what = What::value_size;
        break;
      case 'S':
        piece.what = What::kcat_value_size;
        break;
      case 'R':
        piece.what = What::kcat_value_size, piece.as = As::big, piece.width = 4;
        return piece;
      case 'K':
        piece.what = What::kcat_key_size;
        break;
      case 'H':
        piece.what = What::header_count;
        break;
      case 'p':
        piece.what = What::partition;
        break;
      case 'o':
        piece.what = What::offset;
        break;
      case 'T':
        piece.what = use_ == FormatUse::read ? What::topic_size : What::time;
        break;
      case 'd':
        piece.what = What::time;
        break;
      case 'i':
        piece.what = What::number;
        break;
      case 'h':
        if (in_headers) fail("%h inside %h", start);
        piece.what = What::kcat_headers;
        if (at_ < format_.size() && format_[at_] == '{') {
          ++at_;
          piece.what = What::headers;
          piece.inner = parse(true);
          if (at_ == format_.size()) fail("%h{ is not closed", start, "%h{%k=%v }");
          ++at_;
        }
        return piece;
      default:
        fail(std::string("unknown letter in -f: %") + (c == '\0' ? "" : std::string(1, c)), start,
             "%v %k %t %p %o %d %h{%k=%v } or %% for a percent sign");
    }
    if (at_ < format_.size() && format_[at_] == '{') {
      const std::size_t open = at_++;
      modifier(text, piece, open);
    }
    return piece;
  }

  void modifier(bool text, Piece& piece, std::size_t open) {
    if (piece.what == What::time) {
      for (const std::string_view name : {"strftime", "go"}) {
        if (!format_.substr(at_).starts_with(name)) continue;
        at_ += name.size();
        const std::string_view pattern = bracketed(open);
        piece.as = As::strftime;
        piece.text = name == "go" ? pattern_of_go_layout(pattern) : std::string(pattern);
        if (at_ == format_.size() || format_[at_] != '}') fail("the modifier is not closed", open);
        ++at_;
        return;
      }
    }
    const std::size_t end = format_.find('}', at_);
    if (end == std::string_view::npos) fail("the modifier is not closed", open);
    const std::string_view name = format_.substr(at_, end - at_);
    at_ = end + 1;
    if (text ? text_modifier(name, piece) : number_modifier(name, piece)) return;
    fail("unknown modifier in -f: {" + std::string(name) + "}", open,
         text ? "hex, base64 or base64raw" : "ascii, hex16, big32, little32, byte, bool");
  }

  // What stands in [...], (...), {...} or between runs of '#', as rpk allows.
  std::string_view bracketed(std::size_t open) {
    const char c = at_ < format_.size() ? format_[at_] : '\0';
    std::string close = c == '[' ? "]" : c == '(' ? ")" : c == '{' ? "}" : "";
    if (c == '#') {
      const std::size_t run = std::min(format_.find_first_not_of('#', at_), format_.size()) - at_;
      close.assign(run, '#');
    }
    if (close.empty())
      fail("the time format wants brackets", open, "%d{strftime[%F %T]} or %d{go[2006-01-02]}");
    const std::size_t from = at_ + close.size();
    const std::size_t end = format_.find(close, from);
    if (end == std::string_view::npos) fail("the time format is not closed", open);
    at_ = end + close.size();
    return format_.substr(from, end - from);
  }

  static bool text_modifier(std::string_view name, Piece& piece) {
    if (name == "hex") return piece.as = As::hex, true;
    if (name == "base64") return piece.as = As::base64, true;
    if (name == "base64raw") return piece.as = As::base64raw, true;
    return false;
  }

  bool number_modifier(std::string_view name, Piece& piece) const {
    if (name == "ascii" || name == "number") return true;
    if (name == "byte") return piece.as = As::big, piece.width = 1, true;
    if (name == "bool") return piece.as = As::truth, true;
    if (use_ == FormatUse::read && is_size(piece.what)) {
      const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), piece.width);
      if (error == std::errc() && end == name.data() + name.size() && piece.width > 0)
        return piece.as = As::constant, true;
    }
    for (const auto& [prefix, as] :
         {std::pair<std::string_view, As>{"hex", As::fixed_hex}, {"big", As::big}, {"little", As::little}}) {
      if (!name.starts_with(prefix)) continue;
      const std::string_view bits = name.substr(prefix.size());
      piece.as = as;
      piece.width = bits == "64" ? 8 : bits == "32" ? 4 : bits == "16" ? 2 : bits == "8" ? 1 : 0;
      if (as == As::fixed_hex) piece.width = bits == "4" ? 1 : piece.width * 2;
      return piece.width > 0;
    }
    return false;
  }

  std::string_view format_;
  FormatUse use_;
  std::size_t at_ = 0;
};

}  // namespace

bool is_size(Piece::What what) {
  return what == What::topic_size || what == What::value_size || what == What::kcat_value_size ||
         what == What::kcat_key_size || what == What::header_count;
}

std::vector<Piece> parse_format(std::string_view format, FormatUse use) {
  return Parser(format, use).parse(false);
}

}  // namespace weir::ops
