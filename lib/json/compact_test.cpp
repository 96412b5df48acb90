#include "json/compact.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "json/canonical.h"
#include "json/cursor.h"
#include "json/json_test_words.h"
#include "json/judge.h"
#include "json/number.h"
#include "json/text.h"

namespace weir::json {
namespace {

std::string text_of(const Value& string) {
  std::string buffer;
  return std::string(json::text_of(string, buffer));
}

// The plain way: every member, the last of duplicates at the first one's place.
std::string expected(const Value& value) {
  std::string out;
  if (value.kind == Kind::array) {
    Value element;
    for (Elements elements(value); elements.next(element);)
      out += (out.empty() ? "" : ",") + expected(element);
    return '[' + out + ']';
  }
  if (value.kind == Kind::object) {
    std::vector<Member> kept;
    Member member;
    for (Members members(value); members.next(member);) {
      bool known = false;
      for (Member& one : kept) {
        if (text_of(one.name) != text_of(member.name)) continue;
        one.value = member.value;
        known = true;
      }
      if (!known) kept.push_back(member);
    }
    for (const Member& one : kept) {
      if (!out.empty()) out += ',';
      append_quoted(out, text_of(one.name));
      out += ':' + expected(one.value);
    }
    return '{' + out + '}';
  }
  if (value.kind == Kind::string) {
    append_quoted(out, text_of(value));
  } else if (value.kind == Kind::number) {
    append_number(out, value.raw());
  } else {
    out = value.raw();
  }
  return out;
}

bool copied(std::string_view text, std::string& out) {
  return copy_compact(out, parse_value(text));
}

void check(std::string_view text, std::size_t& compared) {
  // An exact buffer, for the address sanitizer.
  const std::vector<char> exact(text.begin(), text.end());
  const Value value = parse_value({exact.data(), exact.size()});
  if (value.kind < Kind::string || value.kind == Kind::misfit) return;
  std::string out = "x";
  const bool done = copy_compact(out, value);
  if (!done && out != "x") FAIL_CHECK(text);
  if (judge(text).fault != Fault::none) return;
  ++compared;
  const std::string wanted = expected(value);
  if (done && out != "x" + wanted) FAIL_CHECK(text);
  out.clear();
  append_compact(out, value);
  if (out != wanted) FAIL_CHECK(text);
}

TEST_CASE("values are copied as the plain way writes them, changed documents too") {
  std::size_t compared = 0;
  for (const std::string& line : accepts()) check(line, compared);
  for (const std::string& document : documents()) {
    check(document, compared);
    for (std::size_t i = 0; i < document.size(); ++i) {
      check(std::string_view(document).substr(0, i), compared);
      for (const char c : std::string_view("\"\\{}[],:0e x\n\x7f")) {
        std::string changed = document;
        changed[i] = c;
        check(changed, compared);
        check(document.substr(0, i) + c + document.substr(i), compared);
      }
    }
  }
  CHECK(compared > 2000);
}

TEST_CASE("space is left out, numbers and strings are written in their one form") {
  std::string out;
  CHECK(copied("{ \"a\" : [ 1 , 2.50 , {} , [ ] ] ,\t\"b\":\"\\u0041\\/\", \"c\" :null\r}", out));
  CHECK(out == R"({"a":[1,2.5,{},[]],"b":"A/","c":null})");
}

TEST_CASE("duplicate, escaped and very many names are left to the slow way") {
  std::string out;
  CHECK_FALSE(copied(R"({"a":1,"b":2,"a":3})", out));
  CHECK_FALSE(copied(R"({"a":{"x":1,"x":2}})", out));
  CHECK_FALSE(copied(R"({"\u0061":1})", out));
  CHECK_FALSE(copied("{\"\xc3\xa9\":1}", out));
  CHECK(out.empty());
  CHECK(copied(R"({"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]})", out));
  for (const int count : {64, 65}) {
    std::string many = "{";
    for (int i = 0; i < count; ++i) many += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":0";
    many += '}';
    out.clear();
    CHECK(copied(many, out) == (count == 64));
    std::size_t compared = 0;
    check(many, compared);
    CHECK(compared == 1);
  }
}

TEST_CASE("nesting is followed as deep as lines may be and no deeper") {
  std::string out;
  CHECK(copied(std::string(kMaxDepth, '[') + std::string(kMaxDepth, ']'), out));
  CHECK_FALSE(copied(std::string(kMaxDepth + 1, '[') + std::string(kMaxDepth + 1, ']'), out));
  CHECK_FALSE(copied(std::string(100'000, '['), out));
}

}  // namespace
}  // namespace weir::json
