#include "json/sort_key.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "json/canonical.h"
#include "json/cursor.h"

namespace weir::json {
namespace {

std::string canonical(std::string_view json) {
  std::string text;
  append_canonical(text, parse_value(json));
  return text;
}

std::string sort_key(std::string_view json) {
  base::Buffer bytes;
  append_sort_key(canonical(json), bytes);
  return std::string(bytes.view());
}

// From every kind, with neighbours that differ in one place.
const std::vector<std::string> kValues = {"null",
                                          "false",
                                          "true",
                                          "0",
                                          "-0",
                                          "0.0",
                                          "1",
                                          "1.0",
                                          "-1",
                                          "1.5",
                                          "-1.5",
                                          "0.1",
                                          "-0.1",
                                          "1e-7",
                                          "5e-324",
                                          "-5e-324",
                                          "9007199254740991",
                                          "9007199254740992",
                                          "9007199254740993",
                                          "9007199254740992.0",
                                          "9007199254740994",
                                          "-9007199254740993",
                                          "-9007199254740992",
                                          "9223372036854775807",
                                          "9223372036854775808",
                                          "-9223372036854775808",
                                          "-9223372036854775809",
                                          "18446744073709551616",
                                          "18446744073709551617",
                                          "1e23",
                                          "99999999999999991611392",
                                          "99999999999999999999999",
                                          "100000000000000000000000",
                                          "1e308",
                                          "-1e308",
                                          "1e999",
                                          "-1e999",
                                          std::string(400, '9'),
                                          std::string(399, '9'),
                                          "-" + std::string(400, '9'),
                                          "-" + std::string(399, '9'),
                                          R"("")",
                                          R"("a")",
                                          R"("b")",
                                          R"("ab")",
                                          R"("a\u0000")",
                                          R"("a\u0000b")",
                                          R"("\u0000")",
                                          R"("\u0001")",
                                          R"("\u00ff")",
                                          R"("é")",
                                          R"("10")",
                                          R"("9")",
                                          "[]",
                                          "[null]",
                                          "[0]",
                                          "[1]",
                                          "[1,0]",
                                          "[1,null]",
                                          "[1,2]",
                                          "[\"a\"]",
                                          "[\"a\",1]",
                                          "[[]]",
                                          "[[1],2]",
                                          "[[1,2]]",
                                          "[{}]",
                                          "[12345678901234567890,1]",
                                          "[12345678901234567890,2]",
                                          "[12345678901234567891]",
                                          "{}",
                                          R"({"a":1})",
                                          R"({"a":2})",
                                          R"({"a":1,"b":1})",
                                          R"({"b":1,"a":1})",
                                          R"({"b":0})",
                                          R"({"a":[]})",
                                          R"({"a":{}})",
                                          R"({"a":"x","b":null})",
                                          R"({"\u0000":1})",
                                          R"({"":1})"};

TEST_CASE("sort keys are in the order of the values, for every two") {
  for (const std::string& a : kValues) {
    for (const std::string& b : kValues) {
      CAPTURE(a);
      CAPTURE(b);
      const auto wanted = compare_keys(parse_value(a), parse_value(b));
      CHECK((sort_key(a).compare(sort_key(b)) <=> 0) == wanted);
    }
  }
}

}  // namespace
}  // namespace weir::json
