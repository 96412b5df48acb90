#include "expr/regex_pattern.h"

#include <algorithm>
#include <cstddef>

namespace weir::expr {
namespace {

constexpr auto npos = std::string_view::npos;

bool word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

class Translator {
 public:
  explicit Translator(std::string_view pattern) : rest_(pattern) {}

  RegexPattern run() {
    while (!rest_.empty()) step();
    out_.reads_ahead = choice_ && loop_followed_;
    return std::move(out_);
  }

 private:
  void copy(std::size_t count) {
    out_.re2.append(rest_.substr(0, count));
    rest_.remove_prefix(std::min(count, rest_.size()));
  }

  void step() {
    switch (rest_.front()) {
      case '\\':
        something();
        if (rest_.starts_with("\\Q")) {
          const std::size_t end = rest_.find("\\E");
          return copy(end == npos ? rest_.size() : end + 2);
        }
        return copy(2);
      case '[':
        something();
        return copy(class_length());
      case '(':
        return open();
      case '|':
        choice_ = true;
        return copy(1);
      case '?':
        choice_ = true;
        return copy(1);
      case '*':
        choice_ = true;
        [[fallthrough]];
      case '+':
      case '{':
        loop_ = true;
        return copy(1);
      case ')':
      case '$':
        return copy(1);
      default:
        something();
        return copy(1);
    }
  }

  // A part that a loop before it must wait for.
  void something() { loop_followed_ = loop_followed_ || loop_; }

  // From '[' to the ']' that ends the class: one that comes first, is escaped or belongs to [:name:] does not.
  std::size_t class_length() const {
    std::size_t at = rest_.starts_with("[^") ? 2 : 1;
    if (at < rest_.size() && rest_[at] == ']') ++at;
    while (at < rest_.size() && rest_[at] != ']') {
      const std::size_t name_end = rest_.substr(at).starts_with("[:") ? rest_.find(":]", at + 2) : npos;
      if (name_end != npos) {
        at = name_end + 2;
      } else {
        at += rest_[at] == '\\' ? 2 : 1;
      }
    }
    return at + 1;
  }

  void open() {
    something();
    if (rest_.starts_with("(?#")) {
      const std::size_t end = rest_.find(')');
      return rest_.remove_prefix(end == npos ? rest_.size() : end + 1);
    }
    const std::size_t from = rest_.starts_with("(?<") ? 3 : rest_.starts_with("(?P<") ? 4 : 0;
    std::size_t end = from;
    while (from > 0 && end < rest_.size() && word(rest_[end])) ++end;
    const bool named =
        end > from && end < rest_.size() && rest_[end] == '>' && !(rest_[from] >= '0' && rest_[from] <= '9');
    if (named) {
      out_.names.emplace_back(rest_.substr(from, end - from));
      out_.re2 += '(';
      return rest_.remove_prefix(end + 1);
    }
    if (!rest_.starts_with("(?")) out_.names.emplace_back();
    copy(1);
    // What follows the '?' is no quantifier.
    if (rest_.starts_with('?')) copy(1);
  }

  std::string_view rest_;
  RegexPattern out_;
  bool choice_ = false, loop_ = false, loop_followed_ = false;
};

}  // namespace

RegexPattern translate_pattern(std::string_view pattern) {
  return Translator(pattern).run();
}

}  // namespace weir::expr
