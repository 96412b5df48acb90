#include "ops/patch.h"

#include <doctest/doctest.h>

namespace weir::ops {
namespace {

std::string merged(std::string_view row, std::string_view change) {
  std::string text;
  merge_members(row, change, text);
  return text;
}

TEST_CASE("members take the place of those of their name, and new ones come behind") {
  CHECK(merged(R"({"a":1,"b":2})", R"({"b":3})") == R"({"a":1,"b":3})");
  CHECK(merged(R"({"a":1})", R"({"c":3,"b":2})") == R"({"a":1,"c":3,"b":2})");
  CHECK(merged("{}", R"({"a":1})") == R"({"a":1})");
  CHECK(merged(R"({"a":1})", "{}") == R"({"a":1})");
  CHECK(merged("{}", "{}") == "{}");
}

TEST_CASE("names are equal by what they say, and values keep their bytes") {
  CHECK(merged(R"({"\u0061":1.50})", R"({"a":2.00})") == R"({"\u0061":2.00})");
  CHECK(merged(R"({ "b" : [ 1 ] })", R"({"a": { "x" : 1 }})") == R"({"b":[ 1 ],"a":{ "x" : 1 }})");
}

TEST_CASE("a member that is null is one, and members of members are not merged") {
  CHECK(merged(R"({"a":1,"b":{"x":1}})", R"({"a":null,"b":{"y":2}})") == R"({"a":null,"b":{"y":2}})");
}

TEST_CASE("of several members of one name in a change the last counts, once") {
  CHECK(merged(R"({"b":0})", R"({"a":1,"a":2,"b":3,"b":4})") == R"({"b":4,"a":2})");
}

TEST_CASE("what is no object takes the row's place, or has it taken") {
  CHECK(merged(R"({"a":1})", "[1]") == "[1]");
  CHECK(merged("[1]", R"({ "a":1})") == R"({ "a":1})");
  CHECK(merged("1", "2") == "2");
}

TEST_CASE("wide objects are merged as narrow ones") {
  std::string row = "{", change = "{", wanted = "{";
  for (int i = 0; i < 500; ++i) {
    const std::string name = (i == 0 ? "\"n" : ",\"n") + std::to_string(i) + "\":";
    row += name + "0";
    change += name + "1";
    wanted += name + "1";
  }
  CHECK(merged(row + "}", change + "}") == wanted + "}");
}

}  // namespace
}  // namespace weir::ops
