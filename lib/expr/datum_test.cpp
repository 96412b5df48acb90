#include "expr/datum.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>

#include "expr/datum_text.h"
#include "expr/pool.h"
#include "json/canonical.h"
#include "json/cursor.h"

namespace weir::expr {
namespace {

Datum datum(std::string_view json) {
  Datum value;
  REQUIRE(parse(json, Text::goes, value));
  return value;
}

std::string text(const Datum& value) {
  std::string out;
  append_compact(out, value);
  return out;
}

const std::string_view kValues[] = {"null",
                                    "false",
                                    "true",
                                    "0",
                                    "-0",
                                    "-1",
                                    "1",
                                    "1.5",
                                    "1e3",
                                    "100000000000000000000",
                                    "9007199254740993",
                                    "-9223372036854775808",
                                    "1e400",
                                    "\"\"",
                                    "\"a\"",
                                    "\"b\\u00e9\\n\\\"\\\\\"",
                                    "\"\\ud83d\\ude00\"",
                                    "\"abcdefghijklmnopqrstuvwxyz\\u007f\"",
                                    "[]",
                                    "[1]",
                                    "[1,2]",
                                    "[[],{}]",
                                    "{}",
                                    "{\"a\":1}",
                                    "{\"b\":1}",
                                    "{\"a\":2}",
                                    "{\"b\":1,\"a\":2}",
                                    "{\"a\":1,\"b\":{\"a\":1},\"a\":3}",
                                    " [ 1 , { \"x\" : null } ] "};

TEST_CASE("a value is written as the text it came from is made compact") {
  for (const std::string_view json : kValues) {
    CAPTURE(json);
    std::string expected;
    json::append_compact(expected, json::parse_value(json));
    CHECK(text(datum(json)) == expected);
    Datum borrowed;
    CHECK(parse(json, Text::stays, borrowed));
    CHECK(text(borrowed) == expected);
  }
}

TEST_CASE("values are in the order of their texts") {
  for (const std::string_view a : kValues) {
    for (const std::string_view b : kValues) {
      CAPTURE(a);
      CAPTURE(b);
      const auto order = json::compare_jq(json::parse_value(a), json::parse_value(b));
      CHECK(compare(datum(a), datum(b)) == order);
      CHECK(equal(datum(a), datum(b)) == (order == 0));
    }
  }
}

TEST_CASE("text that is no JSON is refused wherever it was cut") {
  const std::string whole = R"({"a":[1,-2.5e3,"x\n"],"b":{"c":null,"d":true}})";
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    CAPTURE(cut);
    const std::string part = whole.substr(0, cut);  // a copy: reading behind its end is an error under ASan
    Datum value;
    CHECK_FALSE(parse(part, Text::goes, value));
  }
}

TEST_CASE("a change leaves other holders of the value as they are") {
  const Datum before = datum(R"({"a":[1,2],"b":"x"})");
  Datum after = before;
  Datum list = *after.find("a");
  list.push(Datum::integer(3));
  after.set(Datum::string("a"), list);
  after.set(Datum::string("c"), Datum());
  CHECK(after.erase("b"));
  CHECK_FALSE(after.erase("b"));
  CHECK(text(before) == R"({"a":[1,2],"b":"x"})");
  CHECK(text(after) == R"({"a":[1,2,3],"c":null})");
  Datum string = *before.find("b");
  string.append("yz");
  string.append(string.text());
  CHECK(text(string) == "\"xyzxyz\"");
  CHECK(text(before) == R"({"a":[1,2],"b":"x"})");
}

TEST_CASE("an element beyond the end is set behind nulls") {
  Datum list = Datum::array();
  list.set(2, Datum::boolean(true));
  CHECK(text(list) == "[null,null,true]");
  list.truncate(1);
  CHECK(text(list) == "[null]");
}

TEST_CASE("a large object finds, replaces and erases its members") {
  Datum object = Datum::object();
  for (int i = 0; i < 1000; ++i) object.set(Datum::string("key" + std::to_string(i)), Datum::integer(i));
  const Datum copy = object;
  for (int i = 0; i < 1000; i += 2) CHECK(object.erase("key" + std::to_string(i)));
  object.set(Datum::string("key1"), Datum::integer(-1));
  for (int i = 0; i < 1000; ++i) {
    const std::string name = "key" + std::to_string(i);
    const Datum* const found = object.find(name);
    CHECK((found != nullptr) == (i % 2 == 1));
    if (found != nullptr) CHECK(found->int64() == (i == 1 ? -1 : i));
    CHECK(copy.find(name)->int64() == i);
  }
  CHECK(object.size() == 500);
}

TEST_CASE("whatever is erased and set in whatever order, an object keeps its members and their order") {
  std::mt19937 random(7);
  for (const int names : {4, 13, 60}) {
    std::vector<std::pair<std::string, int>> model;
    Datum object = Datum::object();
    Datum copy;
    std::string copied = "null";
    for (int i = 0; i < 5000; ++i) {
      const std::string name = "k" + std::to_string(random() % static_cast<unsigned>(names));
      const auto known =
          std::find_if(model.begin(), model.end(), [&](const auto& m) { return m.first == name; });
      switch (random() % 8) {
        case 0:
        case 1:
        case 2:
          object.set(Datum::string(name), Datum::integer(i));
          if (known == model.end()) {
            model.emplace_back(name, i);
          } else {
            known->second = i;
          }
          break;
        case 3:
        case 4:
        case 5:
          CHECK(object.erase(name) == (known != model.end()));
          if (known != model.end()) model.erase(known);
          break;
        case 6: {
          const Datum* const found = object.find(name);
          REQUIRE((found != nullptr) == (known != model.end()));
          if (found != nullptr) CHECK(found->int64() == known->second);
          break;
        }
        default:
          if (random() % 4 != 0) break;
          CHECK(text(copy) == copied);
          copy = object;
          copied = "{";
          for (const auto& [key, value] : model) {
            copied += (copied.size() > 1 ? ",\"" : "\"") + key + "\":" + std::to_string(value);
          }
          copied += "}";
      }
      REQUIRE(object.size() == model.size());
    }
    CHECK(text(copy) == copied);
  }
}

TEST_CASE("taking an element out copies only what others hold") {
  Datum list = datum("[[1],[2]]");
  const Datum other = list;
  CHECK(text(list.take(0)) == "[1]");
  CHECK(text(other) == "[[1],[2]]");
  Datum mine = datum("[[1],[2]]");
  CHECK(text(mine.take(1)) == "[2]");
  CHECK(text(mine) == "[[1],null]");
}

TEST_CASE("a value nested too deep ends in an error, and one just below can be written and compared") {
  Datum deep = Datum::array();
  deep.push(Datum());
  for (std::uint32_t i = 1; i < kMaxDatumDepth; ++i) {
    Datum outer = Datum::array();
    outer.push(std::move(deep));
    deep = std::move(outer);
  }
  CHECK(equal(deep, deep));
  CHECK(text(deep).size() == 2 * kMaxDatumDepth + 4);
  Datum outer = Datum::array();
  CHECK_THROWS_AS(outer.push(deep), LimitReached);
}

TEST_CASE("everything goes back to the pool, and its budget holds") {
  Pool& pool = Pool::mine();
  const std::size_t before = pool.bytes_in_use();
  {
    Datum value = datum(R"({"a":[1,2,{"b":"cccccccccccccccccccccccc\n"}],"d":100000000000000000000000})");
    Datum copy = value;
    copy.set(Datum::string("e"), value);
    CHECK(pool.bytes_in_use() > before);
    pool.allow(10'000);
    Datum text = Datum::string("x");
    CHECK_THROWS_AS(for (int i = 0; i < 100; ++i) text.append(std::string(1000, 'y')), LimitReached);
    pool.allow(~std::size_t{0} - pool.bytes_in_use());
  }
  CHECK(pool.bytes_in_use() == before);
}

}  // namespace
}  // namespace weir::expr
