#include "expr/regex.h"

#include <execinfo.h>
#include <re2/re2.h>

#include <array>
#include <utility>
#include <vector>

#include "expr/regex_pattern.h"

namespace weir::expr {
namespace {

// A program of this size serves patterns of tens of thousands of characters; more is refused, not swallowed.
constexpr std::int64_t kMaxMemory = 8 << 20;
// What RE2's automaton reads in about a hundred nanoseconds.
constexpr std::size_t kBytesPerEffort = 64;

// An exception that leaves RE2 for want of memory passes through libc (pthread_once), which looks up how to unwind when it
// is needed first: that takes memory too, and without any the process would be aborted.
void have_libc_know_the_unwinder() {
  void* frame = nullptr;
  (void)::backtrace(&frame, 1);
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
  Impl(RegexPattern translated, const re2::RE2::Options& options, const Flags& wanted)
      : pattern(std::move(translated)), regex(pattern.re2, options), flags(wanted) {
    if (!flags.not_empty || flags.longest) return;
    re2::RE2::Options longest = options;
    longest.set_longest_match(true);
    longer = std::make_unique<re2::RE2>(pattern.re2, longest);
  }
  RegexPattern pattern;
  re2::RE2 regex;
  std::unique_ptr<re2::RE2> longer;  // n: takes over where `regex` finds nothing but an empty match
  Flags flags;
};

bool Regex::Flags::parse(std::string_view letters, std::string& error) {
  for (const char letter : letters) {
    switch (letter) {
      case 's':
        break;
      case 'g':
        global = true;
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
  options.set_longest_match(flags.longest);
  options.set_max_mem(kMaxMemory);
  have_libc_know_the_unwinder();
  Regex made;
  made.impl_ = std::make_unique<Impl>(translate_pattern(pattern), options, flags);
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

std::size_t Regex::groups() const {
  return impl_->pattern.names.size();
}

std::string_view Regex::name(std::size_t group) const {
  return impl_->pattern.names[group - 1];
}

bool Regex::global() const {
  return impl_->flags.global;
}

bool Regex::not_empty() const {
  return impl_->flags.not_empty;
}

bool Regex::test(std::string_view text) const {
  const re2::StringPiece subject(text.data(), text.size());
  if (!impl_->flags.not_empty)
    return impl_->regex.Match(subject, 0, subject.size(), re2::RE2::UNANCHORED, nullptr, 0);
  Place whole;
  std::uint64_t effort = 0;
  std::size_t from = 0;
  while (find(text, from, {&whole, 1}, effort)) {
    if (whole.end > whole.at) return true;
    if (whole.at == text.size()) return false;
    from = whole.at + 1;
    while (from < text.size() && (static_cast<unsigned char>(text[from]) & 0xC0) == 0x80) ++from;
  }
  return false;
}

bool Regex::find(std::string_view text, std::size_t from, std::span<Place> places,
                 std::uint64_t& effort) const {
  constexpr std::size_t kFew = 16;
  std::array<re2::StringPiece, kFew> few;
  std::vector<re2::StringPiece> many(places.size() > kFew ? places.size() : 0);
  re2::StringPiece* const found = many.empty() ? few.data() : many.data();
  if (text.data() == nullptr) text = {"", 0};  // RE2 tells a group that took no part by its null pointer
  const re2::StringPiece subject(text.data(), text.size());
  const auto match = [&](const re2::RE2& regex, std::size_t at, re2::RE2::Anchor anchor) {
    if (impl_->pattern.reads_ahead) effort += (text.size() - at) / kBytesPerEffort;
    return regex.Match(subject, at, subject.size(), anchor, found, static_cast<int>(places.size()));
  };
  if (!match(impl_->regex, from, re2::RE2::UNANCHORED)) return false;
  if (impl_->longer && found[0].empty()) {
    const auto at = static_cast<std::size_t>(found[0].data() - text.data());
    match(*impl_->longer, at, re2::RE2::ANCHOR_START);  // finds at least the empty match again
  }
  for (std::size_t i = 0; i < places.size(); ++i) {
    places[i] = {};
    if (found[i].data() == nullptr) continue;
    places[i].at = static_cast<std::size_t>(found[i].data() - text.data());
    places[i].end = places[i].at + found[i].size();
  }
  return true;
}

}  // namespace weir::expr
