// Regular expressions: RE2's, so that matching takes linear time whatever the pattern.
// What jq has and RE2 has not (look-around, back-references, the x flag) is refused by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace weir::expr {

class Regex {
 public:
  struct Flags {
    bool global = false;       // g: every match, not only the first
    bool ignore_case = false;  // i
    bool dot_newline = false;  // p
    bool longest = false;      // l
    bool not_empty = false;    // n: an empty match does not count
    // False: a letter that jq does not know. s is known and changes nothing; x sets `error`.
    bool parse(std::string_view letters, std::string& error);
    friend bool operator==(const Flags&, const Flags&) = default;
  };

  // `error` is set, and the result empty, when the pattern cannot be had.
  static Regex compile(std::string_view pattern, const Flags& flags, std::string& error);

  Regex();
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;
  ~Regex();
  explicit operator bool() const { return impl_ != nullptr; }

  // `text` is valid UTF-8 in what follows.
  bool test(std::string_view text) const;

  // Bytes from `at` to before `end` of the text; a group that took no part in the match is none.
  struct Place {
    std::size_t at = std::string_view::npos;
    std::size_t end = std::string_view::npos;
    bool none() const { return at == std::string_view::npos; }
  };
  std::size_t groups() const;                      // those in parentheses
  std::string_view name(std::size_t group) const;  // of group 1 and on; empty: it has none
  bool global() const;                             // was compiled with g
  bool not_empty() const;                          // was compiled with n

  // One search is linear. All matches of a long text may need more than one pass over it where the pattern reads ahead
  // (regex_pattern.h); `effort` grows by one for about a hundred nanoseconds of that, for a limit of the caller's.
  // The leftmost match that begins at `from` or later; what stands before `from` counts for ^ and \b. Fills as many of
  // `places` as are asked for, at most 1 + groups(): first the whole match, then the groups.
  // With n, an empty match where there is no other is given to the caller, who goes on behind it.
  bool find(std::string_view text, std::size_t from, std::span<Place> places, std::uint64_t& effort) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace weir::expr
