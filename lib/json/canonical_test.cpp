#include "json/canonical.h"

#include <doctest/doctest.h>

#include "json/cursor.h"

namespace weir::json {
namespace {

std::string canonical(std::string_view json) {
  std::string out;
  append_canonical(out, parse_value(json));
  return out;
}

std::string compact(std::string_view json) {
  std::string out;
  append_compact(out, parse_value(json));
  return out;
}

TEST_CASE("the canonical form has sorted members, canonical numbers and jq's escapes") {
  CHECK(canonical(R"({ "b" : 1.0 , "a" : [ -0 , "\u00e9\/" , { } ] })") == R"({"a":[0,"é/",{}],"b":1})");
  CHECK(canonical(R"({"a":1,"b":2,"a":3})") == R"({"a":3,"b":2})");
  CHECK(canonical(R"({"\u0061":1,"a":2,"b":null})") == R"({"a":2,"b":null})");
  CHECK(canonical(R"({"é":1,"z":2,"😀":3,"\uffee":4})") == "{\"z\":2,\"é\":1,\"\uffee\":4,\"😀\":3}");
  CHECK(canonical("[]") == "[]");
  CHECK(canonical("\"1\"") != canonical("1"));
}

TEST_CASE("the compact form keeps order and integers, and the last of duplicates in the place of the first") {
  CHECK(compact(R"( { "b" : 1.0 , "a" : [ -0 , 10000000000000000000001, 1e3 ] } )") ==
        R"({"b":1,"a":[-0,10000000000000000000001,1000]})");
  CHECK(compact(R"({"a":1,"b":2,"a":3})") == R"({"a":3,"b":2})");
  CHECK(compact(R"({"a":1,"b":2,"\u0061":3,"b":4,"a":{"x":1,"x":2}})") == R"({"a":{"x":2},"b":4})");
  CHECK(compact(R"("\u007f\u0041\/")") == R"("\u007fA/")");
  CHECK(compact("[ ]") == "[]");
  CHECK(compact(" null") == "null");
}

TEST_CASE("rows sort by key in the canonical order") {
  const std::vector<std::vector<std::string_view>> rising{
      {"null", ""},
      {"false"},
      {"true"},
      {"-1e400"},
      {"-1"},
      {"0", "-0", "0.0"},
      {"1", "1.0", "1e0"},
      {"1.5"},
      {"9007199254740993"},
      {R"("")"},
      {R"("A")", R"("\u0041")"},
      {R"("a")"},
      {R"("ab")"},
      {R"("é")"},
      {R"("\uffee")"},
      {R"("😀")", R"("\ud83d\ude00")"},
      {"[]"},
      {"[null]"},
      {"[1]", "[1.0]"},
      {"[1,2]"},
      {"[2]"},
      {"{}"},
      {R"({"a":1})"},
      {R"({"a":1,"b":2})", R"({"b":2,"a":1})", R"({"b":3,"a":1,"b":2})"},
      {R"({"a":2})"},
      {R"({"b":0})"}};
  for (std::size_t i = 0; i < rising.size(); ++i) {
    for (std::size_t k = 0; k < rising.size(); ++k) {
      for (const auto a : rising[i]) {
        for (const auto b : rising[k]) {
          CAPTURE(a);
          CAPTURE(b);
          CHECK(compare_keys(parse_value(a), parse_value(b)) == (i <=> k));
          CHECK((canonical(a) == canonical(b)) == (i == k));
        }
      }
    }
  }
}

TEST_CASE("jq orders objects by their names first") {
  // As `jq -c sort` prints them.
  const std::vector<std::string_view> rising{
      R"({})",      R"({"a":1})", R"({"a":2})", R"({"a":null,"b":5})", R"({"a":1,"b":0})",
      R"({"b":1})", R"({"c":0})"};
  for (std::size_t i = 0; i < rising.size(); ++i) {
    for (std::size_t k = 0; k < rising.size(); ++k) {
      CHECK(compare_jq(parse_value(rising[i]), parse_value(rising[k])) == (i <=> k));
    }
  }
  CHECK(compare_jq(parse_value("[[],1]"), parse_value("[[1]]")) < 0);
  CHECK(compare_jq(parse_value("true"), parse_value("-5")) < 0);
}

}  // namespace
}  // namespace weir::json
