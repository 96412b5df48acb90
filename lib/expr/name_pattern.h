// Names of topics or groups that are meant by one word of the command line: the name itself, or, where it begins with '^',
// a regular expression as Kafka's clients take it.
#pragma once

#include <string>
#include <string_view>

#include "expr/regex.h"

namespace weir::expr {

class NamePattern {
 public:
  enum class Form {
    name_or_caret,  // a regular expression only where the word begins with '^'; found anywhere from there on
    whole_regex,    // a regular expression that the whole name has to match
  };
  // Throws Error(Kind::usage) for a regular expression that is none.
  NamePattern(std::string word, Form form);

  bool is_regex() const { return static_cast<bool>(regex_); }
  bool matches(std::string_view name) const;
  const std::string& word() const { return word_; }

 private:
  std::string word_;
  Regex regex_;
};

}  // namespace weir::expr
