// Regular expressions of test(): RE2's, so that matching takes linear time whatever the pattern.
// What jq has and RE2 has not (look-around, back-references, the x flag) is refused by name.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace weir::expr {

class Regex {
 public:
  // `error` is set, and the result empty, when the pattern or a flag cannot be had.
  struct Flags {
    bool ignore_case = false;  // i
    bool dot_newline = false;  // p
    bool longest = false;      // l
    bool not_empty = false;    // n: an empty match does not count
    // False: a letter that jq does not know. g and s are known and change no test.
    bool parse(std::string_view letters, std::string& error);
  };

  static Regex compile(std::string_view pattern, const Flags& flags, std::string& error);

  Regex();
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;
  ~Regex();
  explicit operator bool() const { return impl_ != nullptr; }

  bool test(std::string_view text) const;  // valid UTF-8

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace weir::expr
