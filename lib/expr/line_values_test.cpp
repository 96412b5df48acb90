#include <doctest/doctest.h>

#include <string>

#include "expr/expr_test_words.h"

namespace weir::expr {
namespace {

using testing::results;

constexpr std::string_view kLine =
    R"({"id":7,"price":2.5,"qty":4,"big":9007199254740993,"s":"Foo bar","e":"\u00e9\"x","n":null,"tags":["a","b","c"],)"
    R"("items":[{"k":"x","v":3},{"k":"y","v":1},{"k":"z","v":2}],"o":{"b":1,"a":2}})";

std::string both(std::string_view expression) {
  Setup fast, tree;
  fast.engine = Engine::fast;
  tree.engine = Engine::tree;
  const std::string line = results(expression, kLine, fast);
  const std::string other = results(expression, kLine, tree);
  return line == other ? line : line + " BUT ON THE TREE " + other;
}

TEST_CASE("numbers are computed as doubles and written once") {
  CHECK(both(".price * .qty") == "10");
  CHECK(both(".id + .qty - 1") == "10");
  CHECK(both(".id / .qty") == "1.75");
  CHECK(both(".id % .qty") == "3");
  CHECK(both("-.price") == "-2.5");
  CHECK(both(".big + 0") == "9007199254740992");
  CHECK(both(".big") == "9007199254740993");
  CHECK(both("{id, total: (.price * .qty)}") == R"({"id":7,"total":10})");
  CHECK(both("1 / 0") == "!number (1) and number (0) cannot be divided because the divisor is zero");
  CHECK(both(".id + .s") == "!number (7) and string (\"Foo bar\") cannot be added");
  CHECK(both("[1, 2] | (.[0] + 1) == .[1]") == "true");
  CHECK(both("(.price * 2 | tostring) + \"!\"") == "\"5!\"");
}

TEST_CASE("other values add as jq adds them") {
  CHECK(both(".n + 1") == "1");
  CHECK(both(".s + \"-\" + .e") == R"("Foo bar-é\"x")");
  CHECK(both(".tags + [1]") == R"(["a","b","c",1])");
  CHECK(both("[] + .tags + []") == R"(["a","b","c"])");
  CHECK(both(".o + {a: 3, c: 4}") == R"({"b":1,"a":3,"c":4})");
  CHECK(both(".tags - [\"b\"]") == R"(["a","c"])");
  CHECK(both(".s / \" \"") == R"(["Foo","bar"])");
}

TEST_CASE("what select lets through is still looked for by the scanner") {
  CHECK(both("select(.id > 5) | {id, s}") == R"({"id":7,"s":"Foo bar"})");
  CHECK(both("select(.id > 9) | {id}") == "");
  CHECK(both(".o | select(.a, .zz) | .b") == "1");
  CHECK(both(".o | select(.a, .b) | .b") == "1 1");
  CHECK(both(".o | objects | .b") == "1");
  CHECK(both(".tags | strings | .b") == "");
  CHECK(both(".s | select(length > 3) | .b") == "!Cannot index string with string \"b\"");
  CHECK(both("if .id > 5 then .o else empty end | .a") == "2");
  CHECK(both("if .id > 5 then .o else .n end | .a") == "2");
  CHECK(both("if .id > 9 then .o else . end | .id") == "7");
  CHECK(both("if .id > 5 then . end | .id") == "7");
  CHECK(both("if .id > 5 then .items[0] else .items[1] end | .k") == "\"x\"");
  CHECK(both("(select(.id > 5) | .items) | .[1] | .k") == "\"y\"");
  CHECK(both("select(.o | .a == 2) | has(\"n\"), .tags[0]") == "true \"a\"");
}

TEST_CASE("has looks where the scanner looked") {
  CHECK(both("has(\"n\"), has(\"id\"), has(\"zz\"), has(\"\\u0069d\")") == "true true false true");
  CHECK(both(".o | has(\"a\"), has(\"id\")") == "true false");
  CHECK(both(".zz | has(\"a\")") == both(".n | has(\"a\")"));
  CHECK(both(".tags | has(\"a\")") == "!Cannot check whether array has a string key");
  CHECK(both(".s | has(\"a\")") == "!Cannot check whether string has a string key");
  CHECK(both(".s.a | has(\"a\")") == "!Cannot index string with string \"a\"");
  CHECK(both("[.o, .id | has(\"a\")?]") == "[true]");
  CHECK(both(".o | has(0)") == "!Cannot check whether object has a number key");
}

TEST_CASE("conditions, selections and several results") {
  CHECK(both("if .id > 5 then \"big\" elif .id > 2 then \"mid\" else \"small\" end") == "\"big\"");
  CHECK(both("if .n then 1 end | .id") == "7");
  CHECK(both(".items[] | select(.v > 1) | .k") == R"("x" "z")");
  CHECK(both("[.items[] | select(.v > 5)]") == "[]");
  CHECK(both("empty") == "");
  CHECK(both("if (true, false) then 1 else 2 end") == "1 2");
  CHECK(both("(1, 2) + (10, 20)") == "11 12 21 22");
  CHECK(both("[limit(2; .tags[])]") == R"(["a","b"])");
  CHECK(both("[limit(0; .tags[])]") == R"(["a"])");  // as jq 1.6 has it
  CHECK(both("[limit(-1; .tags[])]") == R"(["a","b","c"])");
  CHECK(both("first(.items[] | select(.v < 3)) | .k") == "\"y\"");
  CHECK(both("[first(empty)]") == "[]");
  CHECK(both("[range(3)], [range(1; 3)]") == "[0,1,2] [1,2]");
  CHECK(both("range(\"a\")") == "!Range bounds must be numeric");
  CHECK(both("any(.items[]; .v > 2), all(.items[]; .v > 2), (.items | any(.v == 1))") == "true false true");
  CHECK(both("[.[] | strings]") == R"(["Foo bar","é\"x"])");
}

TEST_CASE("what is no number is a number still, and equals nothing") {
  CHECK(both("(.id * nan) as $x | $x | contains($x)") == "false");
  CHECK(both("(.id * nan) as $x | null | contains($x)") ==
        "!null (null) and number (null) cannot have their containment checked");
  CHECK(both(".id * nan | length") == "null");
  CHECK(both(".id * nan | test(\"a\")") == "!number (null) cannot be matched, as it is not a string");
  CHECK(both("(.id * nan) as $x | .s | test($x)") == "!number not a string or array");
  CHECK(both("(.id * 1.5) as $x | .s | test($x)") == "!number not a string or array");
  CHECK(both("(.id - 10.5) | length") == "3.5");
}

TEST_CASE("what is no pattern is called so by both engines, in jq's words") {
  CHECK(both(".s | test([0])") == "!number (0) is not a string");
  CHECK(both(".o as $o | .s | test($o; \"g\")") == "!object ({\"b\":1,\"a\":2}) is not a string");
  CHECK(both(".s | test(\"a\"; 1)") == "!number (1) is not a string");
  CHECK(both("[limit(.s; .id, .qty)]") == "!string (\"Foo bar\") and number (1) cannot be subtracted");
  CHECK(both("[limit(.s; empty)], [limit(.n; .id, .qty)]") == "[] [7,4]");
  CHECK(both("[limit(.o; .id)?]") == "[]");
}

TEST_CASE("variables hold what is on the line") {
  CHECK(both(".id as $id | .items | map(.v + $id)") == "[10,8,9]");
  CHECK(both("(1, 2) as $x | (10, 20) as $y | $x + $y") == "11 21 12 22");
  CHECK(both(".id as $x | (.qty as $x | $x), $x") == "4 7");
}

TEST_CASE("strings are put together, cut and looked up") {
  CHECK(both("\"\\(.id): \\(.e) \\(.o)\"") == R"("7: é\"x {\"b\":1,\"a\":2}")");
  CHECK(both("@base64 \"<\\(.s)>\"") == "\"<Rm9vIGJhcg==>\"");
  CHECK(both(".s[0:3], .tags[1:], .tags[:-1]") == R"("Foo" ["b","c"] ["a","b"])");
  CHECK(both(".[.tags[0:1][0] + \"\"]") == "null");
  CHECK(both(".tags[.items[1].v]") == "\"b\"");
  CHECK(both(".tags[.n]?") == "");
  CHECK(both(".id[.s]?, 1") == "1");
  CHECK(both(".id[.s]") == "!Cannot index number with string \"Foo bar\"");
  CHECK(results("try error({a: 1}) catch .a", kLine) == "1");  // a part of it on the tree
  CHECK(both("any(true, .s.further; .)") == "!Cannot index string with string \"further\"");
  // Of several parts that fail, the last is told of.
  CHECK(both("\"\\(.s.x) \\(.s.y)\"") == "!Cannot index string with string \"y\"");
}

TEST_CASE("every function of values is called from the line") {
  CHECK(both(".s | ascii_downcase, ascii_upcase, length") == R"("foo bar" "FOO BAR" 7)");
  CHECK(both(".tags | join(\"-\"), add, length, index(\"b\")") == R"("a-b-c" "abc" 3 1)");
  CHECK(both(".o | keys, to_entries[0], with_entries({key, value: (.value + 1)})") ==
        R"(["a","b"] {"key":"b","value":1} {"b":2,"a":3})");
  CHECK(both(".items | sort_by(.v) | map(.k)") == R"(["y","z","x"])");
  CHECK(both(".items | min_by(.v).k, max_by(.v).k") == R"("y" "x")");
  CHECK(both(".items | first, last | .k") == R"("x" "z")");
  CHECK(both("try (.s | tonumber) catch .") ==
        "\"Invalid numeric literal at line 1, column 4 (while parsing 'Foo bar')\"");
  CHECK(both(".s | tonumber? // 0") == "0");
}

TEST_CASE("what no text can hold keeps its nature inside of arrays and objects") {
  CHECK(both("[nan] | .[0] | isnan") == "true");
  CHECK(both("[-1 | sqrt] | .[0] | isnan") == "true");
  CHECK(both("{a: (1e308 * 10)} | .a | isinfinite") == "true");
  CHECK(both("[nan] == [nan]") == "false");
  CHECK(both(".tags | has(nan), has(1 + 1)") == "false true");
  CHECK(both("1, 2, ([infinite, .id] | .[0] | isinfinite), 4") == "1 2 true 4");
  CHECK(results("[nan], (.s | error)", kLine) == "[null] !Foo bar");
  CHECK(both("nan < 1, ([nan] | sort), [infinite]") == "true [null] [1.7976931348623157e+308]");
}

TEST_CASE("deleting at not-a-number ends") {
  CHECK(results("[0, 1, 2] | del(.[nan])", kLine) == results("[0, 1, 2] | delpaths([[nan]])", kLine));
}

TEST_CASE("dates obey the zone that was asked for") {
  const Program program({".id | localtime | .[3]"}, {});
  Evaluator::Settings settings;
  settings.zone = base::Zone::open("Asia/Tokyo");
  Evaluator evaluator(program, settings);
  const std::string bytes = testing::padded(kLine);
  std::string hour;
  evaluator.each({bytes.data(), kLine.size()}, [&](const Value& value) {
    hour = value.raw();
    return Status::more;
  });
  CHECK(hour == "9");
}

TEST_CASE("looking for a match that is not empty takes steps") {
  CHECK(both("(.s | test(\"x*\"; \"n\")), (.s | test(\"o*\"; \"n\")), (.s as $p | \"oo\" | test(\"o|\" + $p; "
             "\"n\"))") == "false true true");
  Evaluator::Settings settings;
  settings.max_steps = 1000;
  const std::string line = "\"" + std::string(100'000, 'a') + "\"";
  const std::string bytes = testing::padded(line);
  for (const char* expression : {"test(\"(a*b)?\"; \"n\")", "test(\"(a*b)?\" + \"\"; \"n\")"}) {
    const Program program({expression}, {});
    Evaluator evaluator(program, settings);
    CHECK(evaluator.judge({bytes.data(), line.size()}) == Verdict::bad);
    CHECK(evaluator.fault().code == "step_limit");
  }
}

TEST_CASE("a value that holds another twice, forty times over, is not looked at without end") {
  const std::string bytes = testing::padded("null");
  Evaluator::Settings settings;
  settings.max_steps = 1'000'000;
  for (const char* use : {"[$x] - [$x]", "$x == $x", "[$x] | index($x)", "$x | contains($x)",
                          "[$x, $x] | sort", "[$x] | length"}) {
    const std::string expression = std::string("(reduce range(40) as $i ([1]; [., .])) as $x | ") + use;
    for (const Engine engine : {Engine::automatic, Engine::tree}) {
      Setup setup;
      setup.engine = engine;
      const Program program({expression}, setup);
      Evaluator evaluator(program, settings);
      const bool ends =
          evaluator.judge({bytes.data(), 4}) != Verdict::bad || evaluator.fault().code.ends_with("_limit");
      CHECK_MESSAGE(ends, expression);
    }
  }
}

TEST_CASE(
    "walking long values again and again takes steps, and functions stay within the memory of an event") {
  std::string line = "[0";
  for (int i = 1; i < 20'000; ++i) line += "," + std::to_string(i);
  line += "]";
  const std::string bytes = testing::padded(line);
  Evaluator::Settings settings;
  settings.max_steps = 1'000'000;
  const auto fault = [&](const char* expression) {
    Setup fast;
    fast.engine = Engine::fast;
    const Program program({expression}, fast);
    Evaluator evaluator(program, settings);
    CHECK(evaluator.judge({bytes.data(), line.size()}) == Verdict::bad);
    return std::string(evaluator.fault().code);
  };
  CHECK(fault(". as $d | [.[] | ($d | length)]") == "step_limit");
  CHECK(fault(". as $d | [.[] | $d[-1]]") == "step_limit");
  CHECK(fault(". as $d | [.[] | $d[0 + .]]") == "step_limit");
  CHECK(fault(". as $d | [.[] | $d == $d]") == "step_limit");
  CHECK(fault(". as $d | [.[] | ($d | tojson)]") == "step_limit");
  CHECK(fault("[range(1e12)]") == "step_limit");
  CHECK(fault("\"x\" * 1e9") == "step_limit");
  CHECK(fault("setpath([1e9]; 1)") == "memory_limit");
}

TEST_CASE("a part that the line engine cannot run goes to the tree alone") {
  const auto parts = [](std::string_view expression) {
    const Program program({std::string(expression)}, {});
    if (program.tree() != nullptr) return std::string("all");
    std::string text;
    for (const TreePart& part : program.compiled().parts) text += (text.empty() ? "" : ", ") + part.construct;
    return text;
  };
  CHECK(parts(".id + 1") == "");
  CHECK(parts("reduce .tags[] as $t (\"\"; . + $t)") == "all");
  CHECK(parts("{id, text: (.tags | reduce .[] as $t (\"\"; . + $t))}") == "'reduce'");
  CHECK(parts("select(.id > 1) | .price |= floor | del(.s) | {id}") == "assignment with '|='");
  CHECK(parts(".id as $x | [.items[] | reduce .v as $v (0; $v + $x)]") == "all");
  CHECK(results("{id, text: (.tags | reduce .[] as $t (\"\"; . + $t))}", kLine) ==
        R"({"id":7,"text":"abc"})");
  CHECK(results("select(.id > 1) | .price |= floor | del(.s) | {id, price}", kLine) ==
        R"({"id":7,"price":2})");
  CHECK(results(".items[] | [recurse] | length", kLine) == "3 3 3");
  CHECK(results("[.items[] | reduce .v as $v (0; error(\"no\"))?]", kLine) == "[]");
  CHECK(results(".items[] | reduce .v as $v (0; error(\"no\"))", kLine) == "!no");
}

}  // namespace
}  // namespace weir::expr
