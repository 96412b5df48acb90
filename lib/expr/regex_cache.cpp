#include "expr/regex_cache.h"

#include <algorithm>

namespace weir::expr {

const Regex* RegexCache::find(std::string_view pattern, const Regex::Flags& flags, std::string& error) {
  const auto known = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.flags == flags && entry.pattern == pattern;
  });
  if (known != entries_.end()) {
    entries_.splice(entries_.begin(), entries_, known);
  } else {
    Entry made{std::string(pattern), flags, {}, {}};
    made.regex = Regex::compile(pattern, flags, made.error);
    entries_.push_front(std::move(made));
    if (entries_.size() > kKept) entries_.pop_back();
  }
  const Entry& entry = entries_.front();
  if (entry.regex) return &entry.regex;
  error = entry.error;
  return nullptr;
}

}  // namespace weir::expr
