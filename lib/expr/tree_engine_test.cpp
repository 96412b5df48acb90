#include "expr/tree_engine.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "expr/datum_text.h"
#include "expr/parser.h"
#include "expr/pool.h"
#include "expr/tree_compile.h"

namespace weir::expr {
namespace {

constexpr std::uint64_t kManySteps = 20'000'000;

// Every result of an expression on a value, blanks between; behind them the error that ended it: `1 2 !message`.
std::string run(std::string_view expression, std::string_view input = "null",
                std::uint64_t steps = kManySteps) {
  const Source source{std::string(expression)};
  const TreeProgram program = compile_tree(*parse(source), source, {});
  TreeEngine engine(program, {steps, std::size_t{64} << 20});
  Datum value;
  REQUIRE(parse(input, Text::goes, value));
  std::string out;
  const Status status = engine.run(std::move(value), [&](Datum& result) {
    if (!out.empty()) out += ' ';
    append_compact(out, result);
    return Status::more;
  });
  if (status == Status::failed) out += (out.empty() ? "!" : " !") + engine.message();
  return out;
}

TEST_CASE("recursion in tail position takes no stack") {
  CHECK(run("def f: if . > 1000000 then . else . + 1 | f end; 0 | f") == "1000001");
  CHECK(run("def f($n): if $n > 300000 then $n else f($n + 1) end; f(0)") == "300001");
  CHECK(run("def f(stop; next): if stop then . else next | f(stop; next) end; 0 | f(. > 300000; . + 1)") ==
        "300001");
  CHECK(run("last(range(1000000))") == "999999");
  CHECK(run("[0, 1] | until(.[0] > 300000; [.[0] + 1, .[1]])") == "[300001,1]");
  CHECK(run("last(0 | recurse(if . < 300000 then . + 1 else empty end))") == "300000");
  CHECK(run("last(0 | while(. < 300000; . + 1))") == "299999");
  CHECK(run("def r: ., (. + 1 | r); [limit(3; 0 | r)], first(0 | r | select(. > 300000))") ==
        "[0,1,2] 300001");
  CHECK(run("last(limit(300000; repeat(1)))") == "1");
}

TEST_CASE("no expression takes more than its limits: it ends in an error that nothing catches") {
  const std::string kDepth = "!the expression nests calls too deep on this event";
  const std::string kSteps = "!the expression takes too many steps on this event";
  const std::string kMemory = "!the expression takes too much memory on this event";
  const std::string kValue = "!the expression nests values too deep on this event";
  CHECK(run("def f: 1 + f; f") == kDepth);
  CHECK(run("def f: [f]; try f catch 1") == kDepth);
  CHECK(run("def f(g): f(g | g) | g; f(.)") == kDepth);
  CHECK(run("def f: f, f; f").starts_with("!the expression "));
  CHECK(run("[recurse(., .)]").starts_with("!"));
  CHECK(run("first(range(1; 0; -1) | recurse(.; .)) | empty").empty());
  CHECK(run("def f: f; f") == kSteps);
  CHECK(run("[range(1000000000000)]") == kMemory);
  CHECK(run("[limit(1000000000; repeat(\"x\"))]") == kMemory);
  CHECK(run("\"x\" * 1000000000") == kMemory);
  CHECK(run("reduce range(100) as $i (\"xx\"; . + .)") == kMemory);
  CHECK(run(".[1000000000] = 1") == kMemory);
  CHECK(run("reduce range(1000000) as $i (0; [.])") == kValue);
  CHECK(run("reduce range(1000000) as $i (0; {a: .})") == kValue);
  CHECK(run("setpath([range(100000) | 0]; 1)") == kValue);
  // Small, but with a million million values in it.
  CHECK(run("reduce range(40) as $i (0; [., .]) | tojson") == kMemory);
  CHECK(run("reduce range(40) as $i (0; [., .]) | . == .") == kSteps);
  CHECK(run("reduce range(40) as $i (0; {a: ., b: .}) | error").ends_with("(not a string)"));
  CHECK(run("(\"x\" * 10000000) as $s | [range(100000) | $s] | sort | length") == "100000");
  CHECK(run("try repeat(empty) catch 1") == kSteps);
  CHECK(run("range(3) | ., (select(. == 1) | def f: f; f)", "null", 1000) == "0 1 " + kSteps);
}

TEST_CASE("everything is given back when a run ends, however it ends") {
  const std::size_t before = Pool::mine().bytes_in_use();
  for (const char* expression : {"[range(100)] | map({a: .}) | first(.[])", "error([1, 2])", "def f: [f]; f",
                                 "[range(1000000000)]", "def f(g): [g, g]; f(def h: 1; [h])"}) {
    CAPTURE(expression);
    run(expression);
    CHECK(Pool::mine().bytes_in_use() == before);
  }
}

TEST_CASE("appending in a loop is linear") {
  // Each of these would take billions of steps of copying were it not done in place.
  CHECK(run("reduce range(200000) as $i ([]; . + [$i]) | .[-1]") == "199999");
  CHECK(run("reduce range(200000) as $i ([]; .[$i] = $i) | .[-1]") == "199999");
  CHECK(run("reduce range(200000) as $i ({}; .a += [$i]) | .a[-1]") == "199999");
  CHECK(run("reduce range(200000) as $i ({}; .[\"k\\($i % 1000)\"] += 1) | .k7") == "200");
  CHECK(run("reduce range(200000) as $i (\"\"; . + \"x\") | .[199999:]") == "\"x\"");
  CHECK(run("[range(200000)] | .[] += 1 | .[-1]") == "200000");
}

TEST_CASE("wherever the steps or the memory run out, it is an error and no end of the program") {
  const std::string expression =
      "([range(60) | {(tostring): [.]}] | add) as $x | $x * $x, ($x | .a.b = 1 | del(.a) | keys), ($x < $x), "
      "($x | tojson | fromjson | .[\"5\"]), ([$x, $x] | sort | unique | group_by(.) | flatten | add)";
  const Source source{expression};
  const TreeProgram program = compile_tree(*parse(source), source, {});
  std::size_t failed = 0;
  const auto ends = [&](const TreeEngine::Limits& limits) {
    TreeEngine engine(program, limits);
    failed += engine.run(Datum(), [](Datum&) { return Status::more; }) == Status::failed;
  };
  for (std::uint64_t steps = 0; steps < 6000; steps += 3) ends({steps, std::size_t{64} << 20});
  CHECK(failed > 500);
  failed = 0;
  for (std::size_t bytes = 0; bytes < 40'000; bytes += 16) ends({kManySteps, bytes});
  CHECK(failed > 1000);
}

TEST_CASE("work that is no step of an engine is taken from the steps all the same") {
  const std::string kSteps = "!the expression takes too many steps on this event";
  // Without that each of these would take a few ten thousand steps.
  for (const char* expression : {
           "[range(1000)] as $x | [range(3000) | $x | .[0] = 1 | length]",
           "[range(1000)] as $x | [range(3000) | $x | .[1:] | length]",
           "[range(1000)] as $x | [range(3000) | $x | reverse | length]",
           "[range(1000)] as $x | [range(1000)] as $y | [range(3000) | $x == $y]",
           "[range(1000)] as $x | [range(1000)] as $y | [range(3000) | $x < $y]",
           "[range(1000) | null] as $x | [range(6000) | $x | any]",
           "[range(1000) | true] as $x | [range(6000) | $x | all]",
           "([range(1000) | {(tostring): .}] | add) as $x | [range(3000) | $x | keys | length]",
           "([range(1000) | {(tostring): .}] | add) as $x | [range(3000) | $x | .a = 1 | length]",
           "([range(1000) | {(tostring): .}] | add) as $x | {a: ., b: 2} as $y | [range(600) | $y + $x | 1]",
           "(\"x\" * 100000) as $x | [range(3000) | $x | startswith(\"y\")]",
           "(\"x\" * 100000) as $x | [range(3000) | $x | test(\"y\")]",
           "(\"x\" * 100000) as $x | [range(3000) | $x | ltrimstr(\"y\") | 1]",
           "(\"x\" * 100000) as $x | [range(3000) | $x | .[-10:]]",
           "(\"x\" * 100000) as $x | (\"x\" * 100000) as $y | [range(3000) | $x == $y]",
           "[range(1000)] as $x | [range(3000) | $x | tojson | length]",
       }) {
    CAPTURE(expression);
    CHECK(run(expression, "null", 300'000) == kSteps);
  }
}

// Bytes that the pool hands out for a run: what is copied shows here.
std::size_t bytes_made(std::string expression, int times) {
  expression.replace(expression.find('N'), 1, std::to_string(times));
  const std::size_t before = Pool::mine().bytes_made();
  run(expression);
  return Pool::mine().bytes_made() - before;
}

TEST_CASE("an assignment in a loop copies nothing, however its place is computed") {
  for (const char* expression : {
           "reduce range(N) as $i ({}; .[$i|tostring] = $i)",
           "reduce range(N) as $i ({}; .[$i|tostring] |= $i)",
           "reduce range(N) as $i ({}; .[$i|tostring] += $i)",
           "reduce range(N) as $i ([]; .[$i] = $i)",
           "reduce range(N) as $i ([]; .[$i + 0] = $i)",
           "reduce range(N) as $i ({}; setpath([$i|tostring]; $i))",
           "reduce range(N) as $i ({}; .a[$i|tostring].b += $i)",
           "reduce range(N) as $i ({}; getpath([\"a\", ($i|tostring)]) = $i)",
           "reduce range(N) as $i ({}; (if $i > 5 then .a else .b end) |= . + [$i])",
           "reduce range(N) as $i ({}; (.[$i|tostring], .last) = $i)",
           "[range(N) | {(tostring): 1}] | add | reduce keys_unsorted[] as $k (.; del(.[$k]))",
           "[range(N) | {(tostring): 1}] | add | reduce keys_unsorted[] as $k (.; delpaths([[$k]]))",
       }) {
    CAPTURE(expression);
    CHECK(bytes_made(expression, 8000) < 6 * bytes_made(expression, 2000));
  }
}

}  // namespace
}  // namespace weir::expr
