#include <doctest/doctest.h>

#include "bus.h"
#include "case_file.h"
#include "match.h"
#include "shell.h"

using namespace weir::e2e;

namespace {

const std::vector<std::string> kEnvironment = {"PATH=/usr/bin:/bin"};

Ran run(const std::string& script, const std::string& in = "",
        std::chrono::seconds limit = std::chrono::seconds(60)) {
  return run_shell(script, in, "/", kEnvironment, limit);
}

}  // namespace

TEST_CASE("a case file is printed as it was read") {
  const std::string text =
      "# what it shows\n"
      "--- file events\n"
      "{\"n\":1}\n"
      "\n"
      "$ cat events\n"
      "$ tail \\\n"
      ">   -n 1\n"
      "--- stdin\n"
      "\\$ data, not a command\n"
      "\\\\\n"
      "--- stdout no-newline\n"
      "x\n"
      "--- file copy\n"
      "\n"
      "--- exit 3\n"
      "\n"
      "$ true\n"
      "--- exit 0\n";
  const Case test = parse(text);
  CHECK(print(test) == text);
  REQUIRE(test.steps.size() == 2);
  CHECK(*test.steps[0].in == "$ data, not a command\n\\\n");
  CHECK(test.steps[0].out == "x");
  CHECK(test.steps[0].files[0].text == "\n");
  CHECK(shell_script(test.steps[0]) == "cat events\ntail \\\n  -n 1\n");
}

TEST_CASE("what is no case file is refused with its line") {
  CHECK_THROWS_WITH(parse("--- stdout\nx\n"), "line 3: a section before the first '$ ' line");
  CHECK_THROWS_WITH(parse("$ true\n--- stdour\nx\n"), "line 4: no such section: stdour");
  CHECK_THROWS_WITH(parse("# nothing\n"), "line 2: no '$ ' line");
  CHECK_THROWS(parse("$ true\n--- exit none\n"));
}

TEST_CASE("a case says where the buses differ, and what is for one of them only") {
  const std::string text =
      "--- only local: it cuts a file\n"
      "\n"
      "$ true\n"
      "--- only kafka: its log is elsewhere\n"
      "--- stdout\n"
      "a\n"
      "--- stdout on kafka no-newline\n"
      "b\n"
      "--- stderr on kafka\n"
      "--- exit 0\n"
      "--- exit 5 on kafka\n";
  const Case test = parse(text);
  CHECK(print(test) == text);
  CHECK(test.only->bus == Bus::local);
  CHECK(test.only->reason == "it cuts a file");
  const Step& step = test.steps.at(0);
  CHECK(step.only->bus == Bus::kafka);
  CHECK(step.out == "a\n");
  CHECK(step.on_kafka.out == "b");
  CHECK(step.on_kafka.err == "");
  CHECK(step.exit == 0);
  CHECK(step.on_kafka.exit == 5);
  CHECK_THROWS_WITH(parse("--- only here: x\n$ true\n"), "line 2: no such bus: here");
  CHECK_THROWS_WITH(parse("$ true\n--- only local\n"), "line 3: only local, and no reason: only local: why");
  const CaseBus local("", "/bin"), cluster("127.0.0.1:9092", "/bin");
  CHECK(local.runs(test.only));
  CHECK(!cluster.runs(test.only));
  CHECK(cluster.runs(std::nullopt));
  CHECK(cluster.as_in_cases("no topic in 127.0.0.1:9092") == "no topic in ./weir-data");
  CHECK(local.as_in_cases("127.0.0.1:9092") == "127.0.0.1:9092");
}

TEST_CASE("output matches itself and the holes left in what is expected, nothing else") {
  CHECK(matches("a\nb\n", "a\nb\n"));
  CHECK_FALSE(matches("a\nb\n", "a\nb"));
  CHECK_FALSE(matches("a\n", "a\nb\n"));
  CHECK_FALSE(matches("", "a\n"));
  CHECK(matches("pid [..] at [..]\n", "pid 17 at noon\n"));
  CHECK_FALSE(matches("pid [..] at noon\n", "pid 17 at one\n"));
  CHECK_FALSE(matches("[..]\n", "a\nb\n"));
  CHECK(matches("a\n[...]\nz\n", "a\nb\nc\nz\n"));
  CHECK(matches("a\n[...]\nz\n", "a\nz\n"));
  CHECK_FALSE(matches("a\n[...]\nz\n", "a\nb\n"));
}

TEST_CASE("a difference shows the lines that differ and no others") {
  CHECK(difference("a\nb\nc\n", "a\nx\nc\n") == "  from line 2:\n-b\n+x\n");
  CHECK(difference("a\n", "a") == "  from line 1:\n-a\n+a (no newline)\n");
}

TEST_CASE("a script's output, errors and exit code come back") {
  const Ran ran = run("cat; echo e >&2; exit 3", "in\n");
  CHECK(ran.out == "in\n");
  CHECK(ran.err == "e\n");
  CHECK(ran.exit == 3);
  CHECK(run("kill -9 $$").exit == 128 + 9);
}

TEST_CASE("input larger than a pipe reaches a script, and one that reads none of it does not block") {
  const std::string much(1 << 20, 'x');
  CHECK(run("wc -c", much).out == "1048576\n");
  CHECK(run("exit 0", much).exit == 0);
}

TEST_CASE("a pipeline that never ends is ended with all of its processes") {
  const Ran ran = run("tail -f /dev/null | cat", "", std::chrono::seconds(0));
  CHECK(ran.timed_out);
  CHECK(ran.exit == 128 + 9);
}
