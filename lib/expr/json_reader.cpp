#include "expr/json_reader.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "json/number.h"
#include "json/utf8.h"

namespace weir::expr {
namespace {

using Fault = const char*;  // null: none
constexpr Fault kFine = nullptr;
constexpr Fault kNoSeparator = "Expected separator between values";

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
bool digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_word(std::string_view text, std::string_view word) {
  return std::equal(text.begin(), text.end(), word.begin(), word.end(),
                    [](char a, char b) { return lower(a) == b; });
}

// A number as C's strtod takes it, without hexadecimal ones.
std::optional<Datum> lax_number(std::string_view text) {
  const bool minus = text.starts_with('-');
  if (minus || text.starts_with('+')) text.remove_prefix(1);
  if (is_word(text, "nan")) return Datum::number(std::numeric_limits<double>::quiet_NaN());
  if (is_word(text, "inf") || is_word(text, "infinity")) {
    const double infinity = std::numeric_limits<double>::infinity();
    return Datum::number(minus ? -infinity : infinity);
  }
  if (text.empty() || (!digit(text.front()) && text.front() != '.')) return std::nullopt;
  const std::size_t letter = std::min(text.find_first_of("eE"), text.size());
  std::string_view whole = text.substr(0, letter);
  std::string_view fraction;
  if (const std::size_t point = whole.find('.'); point != std::string_view::npos) {
    fraction = whole.substr(point + 1);
    whole = whole.substr(0, point);
    if (whole.empty() && fraction.empty()) return std::nullopt;
  }
  if (!std::all_of(whole.begin(), whole.end(), digit)) return std::nullopt;
  whole.remove_prefix(std::min(whole.find_first_not_of('0'), whole.size()));
  std::string number(whole.empty() ? "0" : whole);
  if (!fraction.empty()) number.append(1, '.').append(fraction);
  number.append(text.substr(letter));
  if (minus) number.insert(0, 1, '-');
  if (!json::is_number(number)) return std::nullopt;
  return Datum::typed_number(number);
}

int unhex4(std::string_view digits) {
  int value = 0;
  for (const char c : digits.substr(0, 4)) {
    const char small = lower(c);
    if (!digit(c) && !(small >= 'a' && small <= 'f')) return -1;
    value = value * 16 + (digit(c) ? c - '0' : small - 'a' + 10);
  }
  return value;
}

// Characters go in one by one; a value at the outermost level comes out when the character that ends it has gone in.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {
    if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
  }

  // The next value, or none at the end of the text and after a fault, which is then in `error`.
  std::optional<Datum> next(std::string& error) {
    done_.reset();
    while (!text_.empty()) {
      const char c = text_.front();
      text_.remove_prefix(1);
      if (const Fault fault = scan(c)) return failed(error, fault, " at line ");
      if (done_) return std::exchange(done_, std::nullopt);
    }
    if (in_string_) return failed(error, "Unfinished string", " at EOF at line ");
    if (const Fault fault = end_literal()) return failed(error, fault, " at EOF at line ");
    if (!stack_.empty()) return failed(error, "Unfinished JSON term", " at EOF at line ");
    return std::exchange(next_, std::nullopt);
  }

 private:
  std::optional<Datum> failed(std::string& error, Fault fault, const char* where) {
    error = fault;
    error.append(where).append(std::to_string(line_)).append(", column ").append(std::to_string(column_));
    return std::nullopt;
  }

  Fault scan(char c) {
    ++column_;
    if (c == '\n') {
      ++line_;
      column_ = 0;
    }
    if (in_string_) {
      if (c == '"' && !escape_) {
        in_string_ = false;
        if (const Fault fault = end_string()) return fault;
        finish();
        return kFine;
      }
      token_ += c;
      escape_ = c == '\\' && !escape_;
      return kFine;
    }
    const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    const bool structure = std::string_view("[{:,]}").find(c) != std::string_view::npos;
    if (!blank && !structure && c != '"') {
      token_ += c;
      return kFine;
    }
    if (const Fault fault = end_literal()) return fault;
    finish();
    if (structure) {
      if (const Fault fault = structural(c)) return fault;
      finish();
    }
    in_string_ = c == '"';
    return kFine;
  }

  void finish() {
    if (stack_.empty() && next_) done_ = std::exchange(next_, std::nullopt);
  }

  Fault value(Datum datum) {
    if (next_) return kNoSeparator;
    next_ = std::move(datum);
    return kFine;
  }

  Fault end_literal() {
    if (token_.empty()) return kFine;
    const std::string token = std::exchange(token_, {});
    const auto word = [&](std::string_view name, Datum datum) {
      return token == name ? value(std::move(datum)) : "Invalid literal";
    };
    if (token[0] == 't') return word("true", Datum::boolean(true));
    if (token[0] == 'f') return word("false", Datum::boolean(false));
    if (token[0] == 'n' && token.size() != 3) return word("null", Datum());
    // As in C, a text ends at a zero byte; an empty one counts as 0.
    const std::string_view number = std::string_view(token).substr(0, token.find('\0'));
    if (number.empty()) return value(Datum::integer(0));
    std::optional<Datum> parsed = lax_number(number);
    return parsed ? value(std::move(*parsed)) : "Invalid numeric literal";
  }

  Fault end_string() {
    const std::string token = std::exchange(token_, {});
    std::string text;
    for (std::size_t i = 0; i < token.size(); ++i) {
      const char c = token[i];
      if (c == '\\') {
        if (const Fault fault = unescape(token, ++i, text)) return fault;
        continue;
      }
      if (c > 0 && c < 0x1F)
        return "Invalid string: control characters from U+0000 through U+001F must be escaped";
      text += c;
    }
    return value(Datum::string(text));
  }

  // `at` stands on the letter behind the backslash and is moved to the escape's last character.
  static Fault unescape(std::string_view token, std::size_t& at, std::string& text) {
    constexpr std::string_view kLetters = "\\\"/bfnrt";
    constexpr std::string_view kMeanings = "\\\"/\b\f\n\r\t";
    const std::size_t place = kLetters.find(token[at]);
    if (place != std::string_view::npos) {
      text += kMeanings[place];
      return kFine;
    }
    if (token[at] != 'u') return "Invalid escape";
    if (token.size() - at < 5) return "Invalid \\uXXXX escape";
    int code = unhex4(token.substr(at + 1));
    if (code < 0) return "Invalid characters in \\uXXXX escape";
    at += 4;
    if (code >= 0xD800 && code < 0xDC00) {
      const std::string_view low = token.substr(at + 1);
      const int second = low.size() >= 6 && low.starts_with("\\u") ? unhex4(low.substr(2)) : -1;
      if (second < 0xDC00 || second > 0xDFFF) return "Invalid \\uXXXX\\uXXXX surrogate pair escape";
      code = 0x10000 + ((code - 0xD800) << 10) + (second - 0xDC00);
      at += 6;
    }
    json::append_utf8(text, code >= 0xDC00 && code < 0xE000 ? char32_t{0xFFFD} : static_cast<char32_t>(code));
    return kFine;
  }

  Fault open(Datum container) {
    // Keys are on the stack as well, but only values count.
    if (depth_ >= kMaxDatumDepth) return "Exceeds depth limit for parsing";
    if (next_) return kNoSeparator;
    ++depth_;
    stack_.push_back(std::move(container));
    return kFine;
  }

  // The container on top of the stack is whole.
  Fault close() {
    next_ = std::move(stack_.back());
    stack_.pop_back();
    --depth_;
    return kFine;
  }

  // The waiting value goes to the key on top of the stack and the object below it.
  void set_member() {
    Datum key = std::move(stack_.back());
    stack_.pop_back();
    stack_.back().set(std::move(key), *std::exchange(next_, std::nullopt));
  }

  bool top(Kind kind) const { return !stack_.empty() && stack_.back().is(kind); }

  Fault structural(char c) {
    switch (c) {
      case '[':
        return open(Datum::array());
      case '{':
        return open(Datum::object());
      case ':':
        if (!next_) return "Expected string key before ':'";
        if (!top(Kind::object)) return "':' not as part of an object";
        if (!next_->is(Kind::string)) return "Object keys must be strings";
        stack_.push_back(*std::exchange(next_, std::nullopt));
        return kFine;
      case ',':
        if (!next_) return "Expected value before ','";
        if (top(Kind::object)) return "Objects must consist of key:value pairs";
        if (top(Kind::array)) {
          stack_.back().push(*std::exchange(next_, std::nullopt));
        } else {
          set_member();
        }
        return kFine;
      case ']':
        if (!top(Kind::array)) return "Unmatched ']'";
        if (next_) {
          stack_.back().push(*std::exchange(next_, std::nullopt));
        } else if (stack_.back().size() != 0) {
          return "Expected another array element";
        }
        return close();
      default:
        if (stack_.empty()) return "Unmatched '}'";
        if (next_) {
          if (!top(Kind::string)) return "Objects must consist of key:value pairs";
          set_member();
        } else {
          if (!top(Kind::object)) return "Unmatched '}'";
          if (stack_.back().size() != 0) return "Expected another key-value pair";
        }
        return close();
    }
  }

  std::string_view text_;
  std::vector<Datum> stack_;   // containers, and an object's key above it while its value is read
  std::optional<Datum> next_;  // read, and not yet in its container
  std::optional<Datum> done_;
  std::string token_;
  std::size_t line_ = 1, column_ = 0;
  std::size_t depth_ = 0;
  bool in_string_ = false, escape_ = false;
};

}  // namespace

bool read_json(std::string_view text, Datum& out, std::string& error) {
  Reader reader(text);
  error.clear();
  std::optional<Datum> value = reader.next(error);
  if (value && reader.next(error)) {
    error = "Unexpected extra JSON values";
  } else if (!value && error.empty()) {
    error = "Expected JSON value";
  }
  if (error.empty()) {
    out = std::move(*value);
    return true;
  }
  error.append(" (while parsing '").append(text.substr(0, text.find('\0'))).append("')");
  return false;
}

}  // namespace weir::expr
