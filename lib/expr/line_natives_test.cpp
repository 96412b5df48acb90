#include "expr/line_natives.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "expr/expr_test_words.h"
#include "expr/native.h"

namespace weir::expr {
namespace {

using testing::results;

constexpr std::string_view kNames[] = {
    "@csv",         "@json",        "@text",      "@tsv",   "add",      "keys",     "ascii_downcase",
    "ascii_upcase", "from_entries", "to_entries", "tojson", "tonumber", "tostring", "type"};
constexpr std::string_view kNamesOfTwo[] = {"join", "ltrimstr", "rtrimstr", "split"};

// Values of every kind, among them all that is rare: escapes, DEL, names given twice, numbers in other forms.
constexpr std::string_view kValues[] = {
    "null",
    "true",
    "false",
    "0",
    "-0",
    "-0.0",
    "7",
    "1.50",
    "1e3",
    "1E400",
    "9007199254740993",
    "0.00001",
    R"("")",
    R"("a")",
    R"("Foo, \"bar\"\tbaz\\")",
    R"("\u0041\u00e9\ud83d\ude00")",
    R"("é😀zAZ[`{@")",
    "\"a\x7F,b\"",
    R"("a,b,,c,")",
    R"(",")",
    R"("1.50")",
    R"("-0")",
    R"("-12")",
    R"("01")",
    R"("1e3")",
    R"(" 5")",
    R"("nan")",
    R"("9007199254740993")",
    R"("null")",
    R"("\u002c")",
    R"("a\u0000b")",
    "[]",
    "[null]",
    "[1,2.50,null]",
    "[null,null,3.0]",
    R"(["a",null,"\u0062","c\"",true,1.0])",
    R"([ "x" , "y" ])",
    "[[1],[2]]",
    R"([{"a":1},{"b":2}])",
    "[true,1]",
    R"(["a",1])",
    "[\"\x7F\"]",
    R"([1,[2]])",
    R"(["a",{}])",
    "{}",
    R"({"b":1,"a":{"x": 1.0}})",
    R"({"a":1,"b":2,"a":3})",
    R"({"\u0062":1,"a":null})",
    "{\"\x7F\":1}",
    R"([{"key":"a","value":1.0},{"key":"b","value":null},{"key":"a","value":[ 2 ]}])",
    R"([{"name":"a","value":1}])",
    R"([{"key":null,"name":"n","value":false}])",
    R"([{"key":"a"}])",
    R"([{"key":1,"value":2}])",
    R"([{"key":"a","Value":3}])",
    R"([{"k\u0065y":"a","value":3}])",
    R"([{"key":"k","key":"l","value":3}])",
    "[null]",
    R"([{"key":"","value":0}])",
};

std::string on(Engine engine, const std::string& expression, const std::string& line) {
  Setup setup;
  setup.engine = engine;
  return results(expression, line, setup);
}

TEST_CASE("on text, functions of one value give what they give on values") {
  for (const std::string_view name : kNames) {
    REQUIRE((find_line_native(name, 0) != nullptr));
    REQUIRE((find_native(name, 0) != nullptr));
    for (const std::string_view value : kValues) {
      for (const std::string& expression :
           {"[try " + std::string(name) + " catch .]", "[.[]? | try " + std::string(name) + " catch .]"}) {
        CAPTURE(expression);
        CAPTURE(value);
        const std::string line(value);
        CHECK(on(Engine::fast, expression, line) == on(Engine::tree, expression, line));
      }
    }
  }
}

TEST_CASE("on text, functions of two values give what they give on values") {
  for (const std::string_view name : kNamesOfTwo) {
    REQUIRE((find_line_native(name, 1) != nullptr));
    REQUIRE((find_native(name, 1) != nullptr));
    const std::string expression = ".b as $b | .a | [try " + std::string(name) + "($b) catch .]";
    for (const std::string_view first : kValues) {
      for (const std::string_view second : kValues) {
        const std::string line = "{\"a\":" + std::string(first) + ",\"b\":" + std::string(second) + "}";
        CAPTURE(expression);
        CAPTURE(line);
        CHECK(on(Engine::fast, expression, line) == on(Engine::tree, expression, line));
      }
    }
  }
}

TEST_CASE("what is made of text can be computed on") {
  CHECK(results("@tsv | length", R"(["a","b\tc"])") == "6");
  CHECK(results("split(\",\") | .[1], length, join(\"-\")", R"("a,b,c")") == R"("b" 3 "a-b-c")");
  CHECK(results("split(\"b\")[0] == \"a\"",
                "\"a\x7F"
                "b\"") == "false");
  CHECK(results("ltrimstr(\"a\") | . + \"!\" | ascii_upcase", R"("abc")") == R"("BC!")");
  CHECK(results("tonumber + 1", R"("1.50")") == "2.5");
  CHECK(results("[tonumber]", R"("1.50")") == "[1.5]");
  CHECK(results("with_entries(select(.value > 1)) | keys", R"({"a":1,"c":3,"b":2})") == R"(["b","c"])");
  CHECK(results("[.[] | tostring] | add", "[1,\"a\",{\"b\": 2.0}]") == R"("1a{\"b\":2}")");
  CHECK(results("\"\\(type) \" + @json \"is \\(.)\"", R"(["\u0041"])") == R"("array is [\"A\"]")");
  CHECK(results("@csv", R"(["a\"b",1.0,null,true])") == R"("\"a\"\"b\",1,,true")");
}

TEST_CASE("text that grows without end costs memory, not the machine") {
  const std::string line = "{\"s\":\"" + std::string(100'000, 'x') + "\",\"a\":[" + [] {
    std::string ones = "1";
    for (int i = 0; i < 10'000; ++i) ones += ",1";
    return ones;
  }() + "]}";
  CHECK(results(".s as $s | .a | join($s) | length", line) ==
        "!the expression takes too much memory on this event");
}

}  // namespace
}  // namespace weir::expr
