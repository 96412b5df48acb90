#include "expr/builtins.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "expr/expr_test_words.h"

namespace weir::expr {
namespace {

TEST_CASE("the table is sorted by name and number of arguments, and says nothing twice") {
  const auto rows = all_builtins();
  for (std::size_t i = 1; i < rows.size(); ++i) {
    CAPTURE(rows[i].name);
    CHECK(std::pair(rows[i - 1].name, rows[i - 1].arity) < std::pair(rows[i].name, rows[i].arity));
  }
}

TEST_CASE("every builtin compiles for the tree engine, or says that it is left out") {
  Setup setup;
  setup.engine = Engine::tree;
  for (const BuiltinRow& row : all_builtins()) {
    std::string call(row.name);
    for (int i = 0; i < row.arity; ++i) call += i == 0 ? "(." : ";.";
    if (row.arity > 0) call += ")";
    CAPTURE(call);
    const std::string complaint = testing::complaint(call, setup);
    if (row.builtin == Builtin::excluded) {
      CHECK(complaint.find("is left out on purpose") != std::string::npos);
    } else {
      CHECK(complaint.empty());
    }
  }
}

TEST_CASE("a pattern that cannot be had is told before any event, on every engine") {
  for (const Engine engine : {Engine::automatic, Engine::tree}) {
    Setup setup;
    setup.engine = engine;
    CHECK(testing::complaint("test(\"a(?=b)\")", setup).find("look-around (?=") != std::string::npos);
    CHECK(testing::complaint("gsub(\"(a)\\\\1\"; \"\")", setup).find("the back-reference \\1") !=
          std::string::npos);
    CHECK(testing::complaint("[match(\"a\"; \"gx\")]", setup).find("the flag x is not supported @ 1:13") !=
          std::string::npos);
    CHECK(testing::complaint("def test(f): f; test(\"(\")", setup).empty());
  }
}

TEST_CASE("replacing, with one result and with several") {
  CHECK(testing::results("[gsub(\"(?<x>a)\"; \"1\", \"2\")]", "\"abab\"") ==
        "[\"1b1b\",\"2b1b\",\"1b2b\",\"2b2b\"]");
  CHECK(testing::results("gsub(\"(?<l>[a-z])\"; \"<\\(.l)>\")", "\"aXb\"") == "\"<a>X<b>\"");
  CHECK(testing::results("sub(\"b\"; \"x\")", "\"abcb\"") == "\"axcb\"");
  CHECK(testing::results("[sub(\"a\"; empty)]", "\"a\"") == "[]");
  CHECK(testing::results("gsub(\"b\"; .)", "\"abcb\"") == "!string (\"c\") and object ({}) cannot be added");
  CHECK(testing::results("sub(\"a\"; \"b\"; 5)", "\"a\"") == "!Cannot index number with string \"g\"");
}

TEST_CASE("gsub goes over the text once, where jq 1.6 goes on for ever or begins again behind each match") {
  CHECK(testing::results("gsub(\"\"; \"-\")", "\"abc\"") == "\"-a-b-c-\"");
  CHECK(testing::results("gsub(\"^\"; \"-\")", "\"abc\"") == "\"-abc\"");
  CHECK(testing::results("gsub(\"^a\"; \"b\")", "\"aaa\"") == "\"baa\"");
}

}  // namespace
}  // namespace weir::expr
