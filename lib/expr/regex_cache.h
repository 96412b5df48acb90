// The patterns that came up last, compiled: an expression uses few, and computed ones are often the same again.
// Threads: one.
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>

#include "expr/regex.h"

namespace weir::expr {

struct RegexCache {
  // Null: the pattern cannot be had; `error` says why. Good until the cache is asked again.
  const Regex* find(std::string_view pattern, const Regex::Flags& flags, std::string& error);

 private:
  static constexpr std::size_t kKept = 32;
  struct Entry {
    std::string pattern;
    Regex::Flags flags;
    Regex regex;
    std::string error;
  };
  std::list<Entry> entries_;  // the last used first
};

}  // namespace weir::expr
