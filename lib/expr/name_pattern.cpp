#include "expr/name_pattern.h"

#include <utility>

#include "base/error.h"

namespace weir::expr {

NamePattern::NamePattern(std::string word, Form form) : word_(std::move(word)) {
  if (form == Form::name_or_caret && !word_.starts_with('^')) return;
  const std::string pattern = form == Form::whole_regex ? "^(?:" + word_ + ")$" : word_;
  std::string error;
  regex_ = Regex::compile(pattern, {}, error);
  if (!regex_) {
    throw base::Error(base::Kind::usage, "'" + word_ + "' is no regular expression: " + error)
        .code("bad_regex");
  }
}

bool NamePattern::matches(std::string_view name) const {
  return regex_ ? regex_.test(name) : name == word_;
}

}  // namespace weir::expr
