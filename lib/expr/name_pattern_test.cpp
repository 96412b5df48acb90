#include "expr/name_pattern.h"

#include <doctest/doctest.h>

#include "base/error.h"

namespace {

using weir::expr::NamePattern;
using Form = NamePattern::Form;

TEST_CASE("a word is a name, unless it begins with a caret") {
  const NamePattern name("or.ers", Form::name_or_caret);
  CHECK(name.matches("or.ers"));
  CHECK_FALSE(name.matches("orders"));
  CHECK_FALSE(name.is_regex());
  const NamePattern start("^or.ers", Form::name_or_caret);
  CHECK(start.matches("orders"));
  CHECK(start.matches("orders-eu"));
  CHECK_FALSE(start.matches("reorders"));
}

TEST_CASE("a regular expression of whole names matches nothing less") {
  const NamePattern whole("a|bc", Form::whole_regex);
  CHECK(whole.matches("a"));
  CHECK(whole.matches("bc"));
  CHECK_FALSE(whole.matches("ab"));
  CHECK_FALSE(whole.matches("abc"));
}

TEST_CASE("what is no regular expression is refused") {
  CHECK_THROWS_AS(NamePattern("^(", Form::name_or_caret), weir::base::Error);
}

}  // namespace
