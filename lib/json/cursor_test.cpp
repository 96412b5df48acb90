#include "json/cursor.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>

#include "json/json_test_words.h"

namespace weir::json {
namespace {

std::string walked(const Value& value) {
  std::string out;
  if (value.kind == Kind::object) {
    Member member;
    for (Members members(value); members.next(member);) {
      out += join({member.name.raw(), "=", member.value.raw(), ";"});
    }
  } else {
    Value element;
    for (Elements elements(value); elements.next(element);) out += join({element.raw(), ";"});
  }
  return out;
}

TEST_CASE("a value is seen with its kind and without the space around it") {
  CHECK(parse_value(" null ").kind == Kind::null);
  CHECK(parse_value("false").kind == Kind::false_);
  CHECK(parse_value("true").kind == Kind::true_);
  CHECK(parse_value("\t{\"a\":[1]} ").raw() == "{\"a\":[1]}");
  CHECK(parse_value("[\"]\"]").raw() == "[\"]\"]");
  CHECK(parse_value("-12 ").integer);
  CHECK_FALSE(parse_value("-12.0").integer);
  CHECK_FALSE(parse_value("1E5").integer);
  CHECK_FALSE(parse_value("\"a\"").escaped);
  CHECK(parse_value("\"\\\"\"").escaped);
  CHECK(parse_value("\"\\\"\"").raw() == "\"\\\"\"");
  CHECK(parse_value("").kind == Kind::missing);
}

TEST_CASE("members and elements come in order, duplicates too, one level deep") {
  CHECK(walked(parse_value(R"({ "a" : 1 ,"b":{"c":[1,2]}, "a":"x,y" })")) ==
        R"("a"=1;"b"={"c":[1,2]};"a"="x,y";)");
  CHECK(walked(parse_value(R"([ 1 ,[2,{"a":"]"}],"]", null ])")) == R"(1;[2,{"a":"]"}];"]";null;)");
  CHECK(walked(parse_value("{}")).empty());
  CHECK(walked(parse_value("[ ]")).empty());
  CHECK(walked(parse_value("12")).empty());
}

TEST_CASE("strings and containers end where they end, however long they are") {
  for (std::size_t size = 0; size <= 40; ++size) {
    CAPTURE(size);
    const std::string filler(size, 'x');
    for (const std::string_view special : {"", "\\\"", "\\\\", "]", "}", "[", "{"}) {
      const std::string text = join({"\"", filler, special, filler, "\""});
      CHECK(parse_value(text + ",\"y\"").raw() == text);
      CHECK(parse_value(text).escaped == special.starts_with('\\'));
      for (const auto& [open, close] : {std::pair("[[", "]]"), std::pair("{\"a\":[", "]}")}) {
        const std::string container = join({open, text, ",", text, close});
        CHECK(parse_value(container + ",]}").raw() == container);
      }
    }
  }
}

TEST_CASE("a path is followed as jq follows it") {
  const Value root =
      parse_value(R"({"a":{"b":[10,20,{"c":30}]},"n":null,"s":"x","pri\u0063e":1,"d":1,"d":{"e":2}})");
  const auto at = [&](std::initializer_list<Step> path) {
    return find(root, std::span(path.begin(), path.size()));
  };
  CHECK(at({}).kind == Kind::object);
  CHECK(at({Step::member("a"), Step::member("b"), Step::element(1)}).raw() == "20");
  CHECK(at({Step::member("a"), Step::member("b"), Step::element(-1), Step::member("c")}).raw() == "30");
  CHECK(at({Step::member("a"), Step::member("b"), Step::element(-3)}).raw() == "10");
  CHECK(at({Step::member("a"), Step::member("b"), Step::element(-4)}).kind == Kind::missing);
  CHECK(at({Step::member("a"), Step::member("b"), Step::element(3)}).kind == Kind::missing);
  CHECK(at({Step::member("price")}).raw() == "1");
  CHECK(at({Step::member("d"), Step::member("e")}).raw() == "2");
  CHECK(at({Step::member("n"), Step::member("x"), Step::element(0)}).kind == Kind::missing);
  CHECK(at({Step::member("zzz"), Step::member("x")}).kind == Kind::missing);
  CHECK(at({Step::member("s"), Step::member("x")}).kind == Kind::misfit);
  CHECK(at({Step::member("s"), Step::member("x"), Step::member("y")}).raw() == "\"x\"");
  CHECK(at({Step::element(0)}).kind == Kind::misfit);
  CHECK(at({Step::member("a"), Step::member("b"), Step::member("c")}).kind == Kind::misfit);
}

TEST_CASE("on text that is not JSON a walk stays inside of it and ends") {
  for (const std::string& document : documents()) {
    for (std::size_t cut = 0; cut < document.size(); ++cut) {
      for (std::size_t from = 0; from < cut; from += 5) {
        const std::vector<char> piece(document.begin() + static_cast<std::ptrdiff_t>(from),
                                      document.begin() + static_cast<std::ptrdiff_t>(cut));
        const Value value = parse_value({piece.data(), piece.size()});
        if (value.data != nullptr) CHECK(value.data + value.size <= piece.data() + piece.size());
        CHECK(walked(value).size() <= 3 * piece.size());
      }
    }
  }
}

}  // namespace
}  // namespace weir::json
