#include "ops/group_key.h"

#include <doctest/doctest.h>

#include <string>

#include "json/cursor.h"

namespace weir::ops {
namespace {

std::string key_of(std::string_view json) {
  std::string key;
  append_key(key, json::parse_value(json));
  return key;
}

TEST_CASE("keys are equal when their bytes are, however they were written") {
  CHECK(key_of("1.0") == key_of("1"));
  CHECK(key_of("-0") == key_of("0"));
  CHECK(key_of(R"("\u0061")") == key_of(R"("a")"));
  CHECK(key_of("\"\x7f\"") == key_of(R"("\u007f")"));
  CHECK(key_of(R"({"b":1,"a":2})") == key_of(R"({"a":2,"b":1.0})"));
  CHECK(key_of("\"1\"") != key_of("1"));
}

TEST_CASE("no key at all sorts too") {
  base::Buffer bytes;
  sort_by_json("", bytes);
  CHECK(bytes.empty());
}

TEST_CASE("a plain string is its own key, and as the key of a record has no quotes") {
  CHECK(key_of(R"("a b")") == R"("a b")");
  std::string buffer;
  CHECK(record_key(R"("a b")", buffer) == "a b");
  CHECK(record_key(R"("a\nb")", buffer) == "a\nb");
  CHECK(record_key("[1,2]", buffer) == "[1,2]");
  CHECK(record_key("5", buffer) == "5");
}

}  // namespace
}  // namespace weir::ops
