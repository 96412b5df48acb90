#include "expr/regex.h"

#include <re2/re2.h>

#include <utility>

namespace weir::expr {
namespace {

// A program of this size serves patterns of tens of thousands of characters; more is refused, not swallowed.
constexpr std::int64_t kMaxMemory = 8 << 20;

// jq writes a named group (?<n>...), RE2 (?P<n>...). Brackets and escapes are passed over.
std::string with_named_groups(std::string_view pattern) {
  std::string out;
  bool in_class = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    out.push_back(pattern[i]);
    if (pattern[i] == '\\' && i + 1 < pattern.size()) {
      out.push_back(pattern[++i]);
    } else if (pattern[i] == '[') {
      in_class = true;
    } else if (pattern[i] == ']') {
      in_class = false;
    } else if (!in_class && pattern.substr(i).starts_with("(?<") && i + 3 < pattern.size() &&
               pattern[i + 3] != '=' && pattern[i + 3] != '!') {
      out += "?P<";
      i += 2;
    }
  }
  return out;
}

std::string in_our_words(const re2::RE2& regex) {
  const std::string& what = regex.error_arg();
  if (what.starts_with("(?=") || what.starts_with("(?!") || what.starts_with("(?<")) {
    return "look-around " + what + " is not supported (regular expressions run in linear time)";
  }
  if (what.starts_with("(?>")) return "the atomic group (?> is not supported";
  if (what.size() > 1 && what[0] == '\\' && ((what[1] >= '1' && what[1] <= '9') || what[1] == 'k')) {
    return "the back-reference " + what + " is not supported (regular expressions run in linear time)";
  }
  return regex.error();
}

}  // namespace

struct Regex::Impl {
  Impl(const std::string& pattern, const re2::RE2::Options& options, bool reject_empty)
      : regex(pattern, options), not_empty(reject_empty) {}
  re2::RE2 regex;
  bool not_empty;
};

bool Regex::Flags::parse(std::string_view letters, std::string& error) {
  for (const char letter : letters) {
    switch (letter) {
      case 'g':
      case 's':
        break;
      case 'i':
        ignore_case = true;
        break;
      case 'l':
        longest = true;
        break;
      case 'n':
        not_empty = true;
        break;
      case 'p':
        dot_newline = true;
        break;
      case 'x':
        error = "the flag x is not supported";
        return true;
      default:
        return false;
    }
  }
  return true;
}

Regex Regex::compile(std::string_view pattern, const Flags& flags, std::string& error) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(!flags.ignore_case);
  options.set_dot_nl(flags.dot_newline);
  options.set_longest_match(flags.longest || flags.not_empty);
  options.set_never_capture(true);
  options.set_max_mem(kMaxMemory);
  Regex made;
  made.impl_ = std::make_unique<Impl>(with_named_groups(pattern), options, flags.not_empty);
  if (!made.impl_->regex.ok()) {
    error = in_our_words(made.impl_->regex);
    made.impl_.reset();
  }
  return made;
}

Regex::Regex() = default;
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;
Regex::~Regex() = default;

bool Regex::test(std::string_view text) const {
  const re2::StringPiece subject(text.data(), text.size());
  if (!impl_->not_empty)
    return impl_->regex.Match(subject, 0, subject.size(), re2::RE2::UNANCHORED, nullptr, 0);
  // The longest match at the leftmost place; when it is empty, nothing longer begins there.
  std::size_t from = 0;
  re2::StringPiece found;
  while (from <= text.size() &&
         impl_->regex.Match(subject, from, subject.size(), re2::RE2::UNANCHORED, &found, 1)) {
    if (!found.empty()) return true;
    from = static_cast<std::size_t>(found.data() - subject.data()) + 1;
    while (from < text.size() && (static_cast<unsigned char>(text[from]) & 0xC0) == 0x80) ++from;
  }
  return false;
}

}  // namespace weir::expr
