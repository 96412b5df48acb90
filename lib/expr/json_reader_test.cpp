// Expected values are jq 1.6's.
#include "expr/json_reader.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "expr/datum_text.h"
#include "expr/pool.h"

namespace weir::expr {
namespace {

std::string read(std::string_view text) {
  Datum value;
  std::string out;
  std::string error;
  if (!read_json(text, value, error)) return "!" + error.substr(0, error.find(" (while parsing"));
  append_compact(out, value);
  return out;
}

TEST_CASE("JSON is read as it is") {
  for (const char* const text : {"null", "true", "false", "0", "-1.5", "\"\"", "[]", "{}",
                                 "[1,[2,{\"a\":null}]]", "{\"a\":{\"b\":[true]}}"}) {
    CHECK(read(text) == text);
  }
  CHECK(read(" [ 1 , 2 ]\n") == "[1,2]");
  CHECK(read("{\"a\":1,\"b\":2,\"a\":3}") == "{\"a\":3,\"b\":2}");
  CHECK(read("\"\\u00e9\\ud83d\\ude00\\n\\/\"") == "\"é😀\\n/\"");
  CHECK(read("12345678901234567890") == "12345678901234567890");
  CHECK(read("\xEF\xBB\xBF"
             "1") == "1");
}

TEST_CASE("numbers may look as C takes them") {
  for (const auto& [text, number] : {std::pair{"05", "5"},
                                     {".5", "0.5"},
                                     {"5.", "5"},
                                     {"+5", "5"},
                                     {"-05", "-5"},
                                     {"00", "0"},
                                     {"5.e1", "50"},
                                     {"nan", "null"},
                                     {"NaN", "null"},
                                     {"-nan", "null"},
                                     {"Infinity", "1.7976931348623157e+308"},
                                     {"1e1000", "1.7976931348623157e+308"}})
    CHECK(read(text) == number);
  for (const char* const text : {"+-5", "0-5", ".", "-", "1e", "5..0", "0e05.", "0x10", "1.2.3", "1nan"}) {
    CAPTURE(text);
    CHECK(read(text).starts_with("!Invalid numeric literal"));
  }
}

TEST_CASE("what is refused says where") {
  const std::pair<const char*, const char*> kCases[] = {
      {"", "Expected JSON value"},
      {" ", "Expected JSON value"},
      {"1 2", "Unexpected extra JSON values"},
      {"[1,2", "Unfinished JSON term at EOF at line 1, column 4"},
      {"{a:1}", "Invalid numeric literal at line 1, column 3"},
      {"[1,]", "Expected another array element at line 1, column 4"},
      {"{\"a\":1,}", "Expected another key-value pair at line 1, column 8"},
      {"tru", "Invalid literal at EOF at line 1, column 3"},
      {"nul", "Invalid numeric literal at EOF at line 1, column 3"},
      {"\"\\x\"", "Invalid escape at line 1, column 4"},
      {"\"\\u12\"", "Invalid \\uXXXX escape at line 1, column 6"},
      {"\"\\uzzzz\"", "Invalid characters in \\uXXXX escape at line 1, column 8"},
      {"\"\\ud800\"", "Invalid \\uXXXX\\uXXXX surrogate pair escape at line 1, column 8"},
      {"\"a\nb\"",
       "Invalid string: control characters from U+0000 through U+001F must be escaped at line 2, column 2"},
      {"[1]x", "Invalid numeric literal at EOF at line 1, column 4"},
      {"]", "Unmatched ']' at line 1, column 1"},
      {"[}", "Unmatched '}' at line 1, column 2"},
      {"{\"a\"}", "Objects must consist of key:value pairs at line 1, column 5"},
      {"{,}", "Expected value before ',' at line 1, column 2"},
      {"[1 2]", "Expected separator between values at line 1, column 5"},
      {"[1:2]", "':' not as part of an object at line 1, column 3"},
      {"5:", "Expected string key before ':' at line 1, column 2"},
      {"{1:2}", "Object keys must be strings at line 1, column 3"},
      {"\"abc", "Unfinished string at EOF at line 1, column 4"},
  };
  for (const auto& [text, error] : kCases) {
    CAPTURE(text);
    CHECK(read(text) == "!" + std::string(error));
  }
}

TEST_CASE("the message ends with what was read") {
  Datum value;
  std::string error;
  CHECK_FALSE(read_json("0x10", value, error));
  CHECK(error == "Invalid numeric literal at EOF at line 1, column 4 (while parsing '0x10')");
}

TEST_CASE("nesting has a limit that is an error, not an end") {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(read(nested(kMaxDatumDepth)).size() == 2 * kMaxDatumDepth);
  CHECK(read(nested(kMaxDatumDepth + 1)).starts_with("!Exceeds depth limit for parsing"));
}

}  // namespace
}  // namespace weir::expr
