// The meaning of expressions. What is not said here is held against jq itself, on generated and real events
// (tests/diff); here stand the rules, and each difference from jq 1.6 that is meant.
#include "expr/line_engine.h"

#include <doctest/doctest.h>

#include <string>

#include "expr/expr_test_words.h"

namespace weir::expr {
namespace {

using testing::judge;
using testing::results;

TEST_CASE("a missing member is null, a member of null is null, a member of anything else is an error") {
  CHECK(results(".a", R"({"b":1})") == "null");
  CHECK(results(".a.b.c", R"({"a":null})") == "null");
  CHECK(results(".a.b", R"({"a":5})") == "!Cannot index number with string \"b\"");
  CHECK(results(".a.b.c", R"({"a":{"b":"x"}})") == "!Cannot index string with string \"c\"");
  CHECK(results(".[0]", R"({"a":1})") == "!Cannot index object with number");
  CHECK(results(".a", "[1]") == "!Cannot index array with string \"a\"");
}

TEST_CASE("elements count from both ends") {
  CHECK(results(".[0], .[-1], .[2], .[-3]", "[7,8]") == "7 8 null null");
  CHECK(results(".[1.0], .[0.5]", "[7,8]") == "8 null");
  CHECK(results(".a[1].b", R"({"a":[0,{"b":9}]})") == "9");
}

TEST_CASE("? forgives the step it follows and no other") {
  CHECK(results(".a.b?", R"({"a":5})").empty());
  CHECK(results(".a.b?", "5") == "!Cannot index number with string \"a\"");
  CHECK(results("(.a.b)?", "5").empty());
  CHECK(results(".[]?", "5").empty());
  CHECK(results(".a?, 1", "5") == "1");
}

TEST_CASE("of duplicate members the last counts, and escaped names match") {
  CHECK(results(".a", R"({"a":1,"b":2,"a":3})") == "3");
  CHECK(results(".a", "{\"\\u0061\":4}") == "4");
  CHECK(results("length", R"({"a":1,"a":2,"b":3})") == "2");
  CHECK(results("[.[]]", R"({"a":1,"b":2,"a":3})") == "[3,2]");
}

TEST_CASE("types are ordered as in jq") {
  const std::string_view order[] = {"null",
                                    "false",
                                    "true",
                                    "-1",
                                    "0",
                                    "1.5",
                                    "\"\"",
                                    "\"a\"",
                                    "\"b\"",
                                    "[]",
                                    "[0]",
                                    "[1]",
                                    "{}",
                                    "{\"a\":1}",
                                    "{\"a\":2}",
                                    "{\"b\":0}",
                                    "{\"a\":0,\"b\":0}"};
  // Objects compare by their sorted names first: {"a"} < {"a","b"} < {"b"}.
  for (std::size_t i = 0; i + 2 < std::size(order); ++i) {
    for (std::size_t j = 0; j + 2 < std::size(order); ++j) {
      const std::string line = "[" + std::string(order[i]) + "," + std::string(order[j]) + "]";
      CAPTURE(line);
      CHECK(results(".[0] < .[1]", line) == (i < j ? "true" : "false"));
      CHECK(results(".[0] == .[1]", line) == (i == j ? "true" : "false"));
      CHECK(results(".[0] >= .[1]", line) == (i >= j ? "true" : "false"));
    }
  }
  CHECK(results(".[0] < .[1]", R"([{"a":0,"b":0},{"b":0}])") == "true");
}

TEST_CASE("integers compare exactly, where jq 1.6 rounds them to doubles") {
  CHECK(results(".a == 9007199254740993", R"({"a":9007199254740992})") == "false");
  CHECK(results(".a > 9007199254740992", R"({"a":9007199254740993})") == "true");
  CHECK(results(".a == .b", R"({"a":123456789012345678901234567890,"b":123456789012345678901234567891})") ==
        "false");
  CHECK(results(".a", R"({"a":123456789012345678901234567890})") == "123456789012345678901234567890");
  CHECK(results("123456789012345678901234567890 == .a", R"({"a":123456789012345678901234567890})") == "true");
}

TEST_CASE("numbers of any form compare by their value") {
  CHECK(results(".a == 1, .a == 1.0, .a == 1e0", R"({"a":1.00})") == "true true true");
  CHECK(results(".a > 100", R"({"a":100.00000001})") == "true");
  CHECK(results(".a > 100", R"({"a":100})") == "false");
  CHECK(results(".a > 100", R"({"a":99.99999})") == "false");
  CHECK(results(".a > 100", R"({"a":1e3})") == "true");
  CHECK(results(".a < -100", R"({"a":-100.5})") == "true");
  CHECK(results(".a < -100", R"({"a":-99.5})") == "false");
  CHECK(results(".a == 0, .a >= 0, .a < 0", R"({"a":-0.0})") == "true true false");
  CHECK(results(".a > -1, .a < 0", R"({"a":-0.5})") == "true true");
  CHECK(results(".a > 9223372036854775807", R"({"a":9223372036854775808})") == "true");
  CHECK(results(".a == 01, .a == 1., .a > .5", R"({"a":1})") == "true true true");
}

TEST_CASE("and, or and // look no further than they must") {
  CHECK(results("false and .a.b", "{\"a\":1}") == "false");
  CHECK(results("true or .a.b", "{\"a\":1}") == "true");
  CHECK(results("true and .a.b", "{\"a\":1}") == "!Cannot index number with string \"b\"");
  CHECK(results("1 // .a.b", "{\"a\":1}") == "1");
  CHECK(results("(null, false) // 2", "null") == "2");
  CHECK(results("(1, null, 3) // 2", "null") == "1 3");
  CHECK(results("(.[]?) // \"none\"", "5") == "\"none\"");
}

TEST_CASE("an error to the left of // is an error, as in jq 1.6") {
  CHECK(results(".a.b // 1", "{\"a\":1}") == "!Cannot index number with string \"b\"");
  CHECK(results(".a.b? // 1", "{\"a\":1}") == "1");
}

TEST_CASE("several results combine as in jq: the right side turns slowest") {
  CHECK(results("[(1, 2) == (1, 2)]", "null") == "[true,false,false,true]");
  CHECK(results("[(true, false) and (true, null)]", "null") == "[true,false,false]");
  CHECK(results("[{a: (1, 2), b: (3, 4)}.b]", "null") == "[3,4,3,4]");
}

TEST_CASE("an event passes when any result is true, and errors behind that result do not matter") {
  CHECK(judge("false, null, 0", "1") == Verdict::yes);
  CHECK(judge("false, null", "1") == Verdict::no);
  CHECK(judge(".a?", "1") == Verdict::no);
  CHECK(judge(".[] > 2", "[1,2,3]") == Verdict::yes);
  CHECK(judge("1, .a", "1") == Verdict::yes);
  CHECK(judge(".a, 1", "1") == Verdict::bad);
}

TEST_CASE("length") {
  CHECK(results("[.[] | length]", R"([null,-5,1.5,"aé😀","\u00e9\n",[1,[2]],{"a":1}])") ==
        "[0,5,1.5,3,2,2,1]");
  CHECK(results("length", "true") == "!boolean (true) has no length");
}

TEST_CASE("has asks for a name of an object or a place of an array") {
  CHECK(results("has(\"a\"), has(\"b\")", R"({"a":null})") == "true false");
  CHECK(results("has(0), has(1), has(-1), has(0.9)", "[9]") == "true false false true");
  CHECK(results("has(-0.5)", "[]") == "false");
  CHECK(results("has(\"a\")", "null") == "false");
  CHECK(results("has(0)", "{}") == "!Cannot check whether object has a number key");
}

TEST_CASE("contains looks for parts, all the way down") {
  CHECK(results("contains(\"bar\")", "\"foobar\"") == "true");
  CHECK(results("contains([\"baz\",\"bar\"])", R"(["foobar","foobaz"])") == "true");
  CHECK(results("contains({foo:12,bar:[{barp:12}]})", R"({"foo":12,"bar":[1,2,{"barp":12,"blip":13}]})") ==
        "true");
  CHECK(results("contains({foo:12,bar:[{barp:15}]})", R"({"foo":12,"bar":[1,2,{"barp":12,"blip":13}]})") ==
        "false");
  CHECK(results("contains({a:null})", "{}") == "false");
  CHECK(results("contains(1)", "\"a\"") ==
        "!string (\"a\") and number (1) cannot have their containment checked");
}

TEST_CASE("contains sees what stands behind a NUL, where jq 1.6 stops at it") {
  CHECK(results("contains(\"b\")", R"("a\u0000b")") == "true");
  CHECK(results("contains(\"\\u0000x\")", R"("a\u0000b")") == "false");
}

TEST_CASE("startswith and endswith compare text, not its spelling") {
  CHECK(results("startswith(\"é\"), endswith(\"\\n\")", R"("\u00e9x\n")") == "true true");
  CHECK(results("startswith(1)", "\"a\"") == "!startswith() requires string inputs");
  CHECK(results("endswith(\"a\")", "1") == "!endswith() requires string inputs");
}

TEST_CASE("test matches by RE2 with jq's flags") {
  CHECK(results("test(\"^ab+$\")", "\"abbb\"") == "true");
  CHECK(results("test(\"AB\"; \"i\"), test(\"AB\")", "\"xabx\"") == "true false");
  CHECK(results("test(\"a.b\"), test(\"a.b\"; \"s\"), test(\"a.b\"; \"p\")", R"("a\nb")") ==
        "false false true");
  CHECK(results("test(\"x*\"), test(\"x*\"; \"n\"), test(\"b*\"; \"n\")", "\"aébb\"") == "true false true");
  CHECK(results("test([\"A\",\"i\"]), test([\"A\"])", "\"a\"") == "true false");
  CHECK(results("test(\"(?<year>[0-9]{4})\")", "\"in 2001\"") == "true");
  CHECK(results("test(\"a\"; \"q\")", "\"a\"") == "!q is not a valid modifier string");
  CHECK(results("test(\"a\")", "5") == "!number (5) cannot be matched, as it is not a string");
  CHECK(results("test(1)", "\"a\"") == "!number not a string or array");
}

TEST_CASE("a pattern that is computed is compiled when it changes") {
  CHECK(results("\"abc\" | test(\"b\", \"x\", \"c$\")", "null") == "true false true");
  CHECK(results(".s | test([\"b\", \"i\"], \"[\")", R"({"s":"ABC"})") == "true !Regex failure: missing ]: [");
  CHECK(results(".s | test(\"(a)\\\\1\", \"a\")?", R"({"s":"a"})").empty());
}

TEST_CASE("regular expressions take linear time, where jq's backtracks") {
  const std::string line = "\"" + std::string(20000, 'a') + "\"";
  CHECK(results("test(\"^(a+)+$\"), test(\"(a*)*b\")", line) == "true false");
}

TEST_CASE("a minus turns the sign and keeps the digits") {
  CHECK(results("-.a, -1, -(-.a)", R"({"a":12345678901234567890})") ==
        "-12345678901234567890 -1 12345678901234567890");
  CHECK(results("-.a", R"({"a":"x"})") == "!string (\"x\") cannot be negated");
}

TEST_CASE("arrays and objects are made of results") {
  CHECK(results("[.a, .b]", R"({"a":1,"b":"x"})") == R"([1,"x"])");
  CHECK(results("[]", "1") == "[]");
  CHECK(results("{a: 1} == {\"a\": 1.0}", "1") == "true");
  CHECK(results("{b, (.a): .b}", R"({"a":"x","b":2})") == R"({"b":2,"x":2})");
  CHECK(results("{(.a): 1}", R"({"a":5})") == "!Cannot use number (5) as object key");
}

TEST_CASE("what jq 1.6 swallows behind a ? is swallowed here too") {
  // jq 1.6 takes an error further down the pipe for one of the body it has already left.
  CHECK(results("((1, 2))? | .a", "null").empty());
  CHECK(results("(.a?, 1) | .b", R"({"a":{"b":7}})") == "7 !Cannot index number with string \"b\"");
}

TEST_CASE("names may begin with e and a digit, which jq 1.6 takes for a number") {
  CHECK(results(".e1", R"({"e1":7})") == "7");
}

TEST_CASE("what jq lets through and JSON does not is a bad event") {
  for (const char* line : {"01", "[.5]", "NaN", "{\"a\":1} {\"a\":2}", "\"\xff\"", "{'a':1}", "[1,]", "nul",
                           "\"a\nb\"", "\xEF\xBB\xBF{}"}) {
    CAPTURE(line);
    CHECK(judge("true", line) == Verdict::bad);
  }
}

TEST_CASE("a bad line is bad even where the expression never looks") {
  CHECK(judge(".price > 1", R"({"price":2.5,"b":})") == Verdict::bad);
  CHECK(judge(".price > 1", R"({"price":2.5 "b":3})") == Verdict::bad);
  CHECK(judge(".price > 1", R"({"a":tru,"price":2.5})") == Verdict::bad);
}

TEST_CASE(
    "a surrogate escape without its other half is read as the replacement character, where jq 1.6 refuses "
    "the line") {
  CHECK(results(".a == \"\\ufffd\"", R"({"a":"\ud800"})") == "true");
}

TEST_CASE("messages show the beginning of a value, cut between characters") {
  CHECK(results("-.", R"("éééééééééééé")") == "!string (\"ééééé...) cannot be negated");
  CHECK(results("-.", "[1,2,3,4,5,6,7,8,9]") == "!array ([1,2,3,4,5,...) cannot be negated");
}

TEST_CASE("an expression that would run for ages on an event is stopped") {
  const Program program({"[.[] | . == 1] | .[] | .[]?"}, {});
  Evaluator::Settings settings;
  settings.max_steps = 100;
  Evaluator evaluator(program, settings);
  std::string line = "[1";
  for (int i = 0; i < 200; ++i) line += ",1";
  line += "]";
  const std::string bytes = testing::padded(line);
  CHECK(evaluator.judge({bytes.data(), line.size()}) == Verdict::bad);
  CHECK(evaluator.fault().code == "step_limit");
  const std::string small = testing::padded("[1]");
  CHECK(evaluator.judge({small.data(), 3}) == Verdict::no);
}

TEST_CASE("? does not hide the step limit") {
  const Program program({"(.[] | .[])?"}, {});
  Evaluator::Settings settings;
  settings.max_steps = 10;
  Evaluator evaluator(program, settings);
  const std::string line = testing::padded("[[0,0,0,0,0,0,0,0,0,0,0,0,0,0]]");
  CHECK(evaluator.each({line.data(), line.size() - json::kPadding},
                       [](const Value&) { return Status::more; }) == Verdict::bad);
}

}  // namespace
}  // namespace weir::expr
