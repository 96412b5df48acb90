// How every tool ends and what it does to its descriptors: exit codes, closed descriptors, full disks, readers that go
// away, signals. Scripts wait for conditions, never for time.
#include <doctest/doctest.h>

#include <array>

#include "docs/workshop.h"
#include "support/tally.h"

namespace {

using namespace weir;
using docs::Workshop;

// A run of each tool that ends with 0 and writes a line or more to stdout, given orders.ndjson on stdin.
std::vector<std::string> runs() {
  std::vector<std::string> all;
  for (const std::string& tool : docs::tools()) {
    if (tool == "filter") all.emplace_back("filter '.id > 0'");
    if (tool == "map") all.emplace_back("map .id");
    if (tool == "consume") all.emplace_back("consume -e orders");
    if (tool == "produce") all.emplace_back("produce -q -T copy");
    all.push_back(tool + " -h");
    all.push_back(tool + " --version");
  }
  all.emplace_back("weir --help");
  all.emplace_back("weir --exec-path");
  return all;
}

// Whether one of runs() reads its stdin.
bool reads_stdin(const std::string& run) {
  const bool talks = run.ends_with("-h") || run.ends_with("--version");
  return !talks && !run.starts_with("consume") && !run.starts_with("weir");
}

TEST_CASE("a tool that needs a closed standard descriptor ends with 4, and any other does its work") {
  const Workshop workshop;
  if (!workshop.furnish()) return;
  const std::string orders = workshop.read("orders.ndjson");
  unsigned long long trials = 0;
  for (const std::string& run : runs()) {
    for (int closed = 0; closed < 8; ++closed) {
      std::string script = run;
      if (closed & 1) script += " <&-";
      if (closed & 2) script += " >&-";
      if (closed & 4) script += " 2>&-";
      CAPTURE(script);
      const e2e::Ran ran = workshop.run(script, orders);
      const bool no_input = (closed & 1) && reads_stdin(run), no_output = closed & 2;
      CHECK_MESSAGE(ran.exit == (no_input || no_output ? 4 : 0), ran.err);
      const std::string failed = no_input    ? "cannot read stdin: "
                                 : no_output ? "cannot write to stdout: "
                                             : "";
      if (failed.empty() || (closed & 4)) {
        CHECK(ran.err.empty());
      } else {
        CHECK_MESSAGE(
            ran.err.find(failed + "it is closed, or open the other way round\n") != std::string::npos,
            ran.err);
      }
      if (no_input || no_output) CHECK(ran.out.empty());
      ++trials;
    }
  }
  // What only reads files, or writes none, misses nothing.
  for (const char* script :
       {"produce -q files orders.ndjson <&- >&-", "filter .no_member orders.ndjson <&- >&-"}) {
    const e2e::Ran ran = workshop.run(script);
    CHECK_MESSAGE(ran.exit == 0, ran.err);
  }
  // Nothing that was said may have gone into a file of the log.
  const e2e::Ran strays = workshop.run("grep -rlE 'usage: |error: |produce: ' weir-data");
  CHECK_MESSAGE(strays.exit == 1, strays.out, strays.err);
  testing::counted("closed descriptors", trials, 0);
}

TEST_CASE("messages never land in a file that took a closed descriptor's number") {
  const Workshop workshop;
  workshop.write("bad.ndjson", "{\"a\":1}\n{\"a\":\n");
  for (const char* closed : {"2>&-", "<&- 2>&-"}) {
    const e2e::Ran ran = workshop.run(std::string("filter .a bad.ndjson > out ") + closed);
    CHECK(ran.exit == 3);
    CHECK(workshop.read("out") == "{\"a\":1}\n");
    const e2e::Ran kept =
        workshop.run(std::string("filter --summary --dead-letter dead.ndjson .b bad.ndjson >&- ") + closed);
    CHECK(kept.exit == 0);
    CHECK(docs::lines_of(workshop.read("dead.ndjson")).size() == 1);
    workshop.run("rm dead.ndjson");
  }
}

TEST_CASE("a full disk behind stdout is exit 4, with a message") {
  const Workshop workshop;
  if (!workshop.furnish()) return;
  const std::string orders = workshop.read("orders.ndjson");
  for (const std::string& run : runs()) {
    CAPTURE(run);
    const e2e::Ran ran = workshop.run(run + " >/dev/full", orders);
    CHECK(ran.exit == 4);
    CHECK_MESSAGE(ran.err.find("error: cannot write to stdout: disk full\n") != std::string::npos, ran.err);
  }
}

TEST_CASE("a reader that goes away is a normal end") {
  const Workshop workshop;
  if (!workshop.furnish()) return;
  workshop.run(
      "i=0; while [ $i -lt 20000 ]; do echo '{\"id\":1}'; i=$((i+1)); done > many; produce -q many many");
  unsigned long long trials = 0;
  for (const char* run :
       {"filter '.id > 0' many", "map .id many", "consume -e many", "produce -q -T copy many"}) {
    if (!std::filesystem::exists(docs::tools_folder() /
                                 std::string(run).substr(0, std::string(run).find(' '))))
      continue;
    for (int lines = 0; lines <= 100; lines += 25) {
      // sh may be done with the pipeline before its first part is.
      const std::string script = "rm -f code; { " + std::string(run) + "; echo $? > code; } | head -n " +
                                 std::to_string(lines) + " | wc -l; until [ -s code ]; do :; done";
      CAPTURE(script);
      const e2e::Ran ran = workshop.run(script);
      CHECK(ran.out == std::to_string(lines) + "\n");
      CHECK_MESSAGE(ran.err.empty(), ran.err);
      CHECK(workshop.read("code") == "0\n");
      ++trials;
    }
  }
  testing::counted("readers that go away", trials, 0);
}

TEST_CASE("the exit codes are those of the table") {
  const Workshop workshop;
  if (!workshop.furnish()) return;
  struct Row {
    const char* script;
    int code;
    const char* message;  // part of stderr; null: stderr is empty
  };
  const std::array rows = {
      Row{"filter '.id > 0' orders.ndjson", 0, nullptr},
      Row{"filter '.id > 9' orders.ndjson", 0, nullptr},
      Row{"filter -e '.id > 9' orders.ndjson", 1, nullptr},
      Row{"filter -e '.id > 0' orders.ndjson", 0, nullptr},
      Row{"filter", 2, "EXPR is missing"},
      Row{"filter '.id >' orders.ndjson", 2, "filter: error:"},
      Row{"filter --invrt .", 2, "did you mean --invert?"},
      Row{"filter --latency 10 .", 2, "--latency 10 has no unit\n  hint: 10s, 10m or 10h?"},
      Row{"filter --on-error skp .", 2, "did you mean 'skip'?"},
      Row{"filter --on-error dead-letter .", 2, "--dead-letter bad.ndjson"},
      Row{"filter --dead-letter orders.ndjson . ./orders.ndjson", 2, "is an input too"},
      Row{"filter --dead-letter topic:orders . topic:orders", 2, "is an input too"},
      Row{"filter --follow . orders.ndjson", 2, "--follow is for topics"},
      Row{"filter . topic:order", 2, "did you mean 'orders'?"},
      Row{"filter -b localhost . topic:orders", 2, "localhost"},
      Row{"echo '{' | filter .", 3, "at: stdin:1:"},
      Row{"echo '{' | filter --on-error skip .", 0, "1 skipped"},
      Row{"echo '{' | filter -q --on-error skip .", 0, nullptr},
      Row{"printf '{\\n{\\n' | filter --on-error skip --max-errors 1 .", 3, "filter: error:"},
      Row{"filter . missing.ndjson", 4, "missing.ndjson"},
      Row{"filter . /", 4, "/"},
      Row{"map .id orders.ndjson", 0, nullptr},
      Row{"map -n 0 .id orders.ndjson", 0, nullptr},
      Row{"map", 2, "EXPR is missing"},
      Row{"map '.id |' orders.ndjson", 2, "map: error:"},
      Row{"map --key .id . orders.ndjson", 2, "--key needs -J"},
      Row{"map -J --header source . orders.ndjson", 2, "source is no NAME=EXPR"},
      Row{"map .id.x orders.ndjson", 3, "Cannot index number with string \"x\""},
      Row{"map --on-error skip .id.x orders.ndjson", 0, "3 skipped"},
      Row{"weir", 2, "VERB is missing"},
      Row{"weir filtr", 2, "did you mean 'weir filter'?"},
      Row{"weir --nothing", 2, "no flag --nothing"},
      Row{"weir filter", 2, "weir filter: error: EXPR is missing"},
      Row{"consume -e order", 2, "did you mean 'orders'?"},
      Row{"consume -e -b 127.0.0.1:1 -g readers orders", 5, "cannot reach the Kafka cluster"},
      Row{"consume --timeout 10ms orders", 124, nullptr},
      Row{"produce 'bad name' < orders.ndjson", 2, "bad name"},
      Row{"produce -k .id orders < orders.ndjson", 2, "--key .id"},
  };
  for (const Row& row : rows) {
    const std::string script = row.script;
    CAPTURE(script);
    const e2e::Ran ran = workshop.run(script);
    CHECK_MESSAGE(ran.exit == row.code, ran.err);
    if (row.message == nullptr) {
      CHECK_MESSAGE(ran.err.empty(), ran.err);
    } else {
      CHECK_MESSAGE(ran.err.find(row.message) != std::string::npos, ran.err);
    }
    CHECK(docs::lines_of(ran.err).size() <= 5);
  }
}

TEST_CASE("errors as JSON are one object on one line") {
  const Workshop workshop;
  const e2e::Ran ran = workshop.run("filter --error-format=json --no-such-flag .");
  CHECK(ran.exit == 2);
  CHECK(ran.err ==
        "{\"tool\":\"filter\",\"error\":\"no flag --no-such-flag\",\"code\":\"unknown_flag\",\"exit\":2,"
        "\"hint\":\"-h lists the flags\"}\n");
}

TEST_CASE("--color and the environment decide about color; a pipe has none") {
  const Workshop workshop;
  const auto colored = [&](const std::string& command) {
    return workshop.run(command).err.find('\x1b') != std::string::npos;
  };
  CHECK_FALSE(colored("filter --nothing ."));
  CHECK(colored("filter --color always --nothing ."));
  CHECK(colored("FORCE_COLOR=1 filter --nothing ."));
  CHECK_FALSE(colored("FORCE_COLOR=0 filter --nothing ."));
  CHECK_FALSE(colored("NO_COLOR=1 FORCE_COLOR=1 filter --nothing ."));
  CHECK_FALSE(colored("FORCE_COLOR=1 filter --color never --nothing ."));
}

TEST_CASE("a terminal gets color, the place in the line, and a word when it is read from") {
  const Workshop workshop;
  if (workshop.run("command -v script").exit != 0) {
    testing::skip("script, which makes a terminal, is not installed");
    return;
  }
  workshop.write("bad.ndjson", "{\"a\": x}\n");
  const auto on_terminal = [&](const std::string& command) {
    return workshop.run("script -qec '" + command + "' /dev/null < /dev/null").out;
  };
  CHECK(on_terminal("filter .") == "filter: reading from the terminal; end with Ctrl-D\r\n");
  CHECK(on_terminal("filter -q .").empty());
  CHECK(on_terminal("NO_COLOR=1 filter . bad.ndjson") ==
        "filter: error: line is not valid JSON: expected a value\r\n  at: bad.ndjson:1:7\r\n  {\"a\": x}\r\n "
        "       ^\r\n"
        "  hint: keep going and save bad lines: --dead-letter bad.ndjson\r\n");
  CHECK(on_terminal("filter . bad.ndjson").find("\x1b[1;31merror:") != std::string::npos);
}

TEST_CASE("the summary adds up, in words and as JSON") {
  const Workshop workshop;
  if (!workshop.furnish()) return;
  const e2e::Ran text = workshop.run("filter --summary '.id > 1' orders.ndjson");
  CHECK(text.err.starts_with("filter: 3 read, 2 written, 1 dropped; "));
  const e2e::Ran json = workshop.run("filter --summary=json '.id > 1' orders.ndjson");
  CHECK(json.err.starts_with(
      "{\"tool\":\"filter\",\"read\":3,\"written\":2,\"dropped\":1,\"skipped\":0,\"late\":0,\"dead\":0,"
      "\"failed\":0,\"abandoned\":0,\"bytes\":"));
  CHECK(workshop.run("filter '.id > 1' orders.ndjson").err.empty());
}

// Starts `tool` on a pipe that stays open, waits until the first line came out, then does `then` with $pid.
std::string with_running(const std::string& tool, const std::string& then) {
  return "mkfifo in; env --default-signal=INT,TERM " + tool +
         " < in > out 2> err & pid=$!\n"
         "exec 3> in\n"
         "echo '{\"id\":1}' >&3\n"
         "until [ -s out ]; do :; done\n" +
         then +
         "\n"
         "wait $pid; echo $?\n";
}

TEST_CASE("the first SIGINT or SIGTERM ends a tool with 130 or 143 after it has settled") {
  for (const char* tool : {"filter .", "map .", "produce -q -T topic", "weir filter ."}) {
    const std::string binary = std::string(tool).substr(0, std::string(tool).find(' '));
    if (!std::filesystem::exists(docs::tools_folder() / binary)) continue;
    for (const auto& [signal, code] : {std::pair{"INT", "130\n"}, std::pair{"TERM", "143\n"}}) {
      const Workshop workshop;
      const e2e::Ran ran = workshop.run(with_running(tool, std::string("kill -") + signal + " $pid"));
      CAPTURE(tool);
      CHECK(ran.out == code);
      CHECK(workshop.read("out") == "{\"id\":1}\n");
      CHECK_MESSAGE(workshop.read("err").empty(), workshop.read("err"));
    }
  }
}

TEST_CASE("what was read before the signal is written, also while more keeps coming") {
  const Workshop workshop;
  const e2e::Ran ran = workshop.run(
      "yes '{\"id\":1}' | env --default-signal=TERM filter --summary=json .id > out 2> err & pid=$!\n"
      "until [ -s out ]; do :; done\n"
      "kill -TERM $pid; wait $pid; echo $?\n");
  CHECK(ran.out == "143\n");
  const std::string summary = workshop.read("err");
  const std::size_t lines = docs::lines_of(workshop.read("out")).size();
  CHECK(summary.find("\"read\":" + std::to_string(lines) + ",\"written\":" + std::to_string(lines) + ",") !=
        std::string::npos);
  CHECK(workshop.read("out").ends_with("\n"));
}

TEST_CASE("a second signal ends a tool at once, even one that is stuck in a write") {
  const Workshop workshop;
  // The reader holds the pipe open and never reads: the tool fills it and waits.
  const e2e::Ran ran = workshop.run(
      "mkfifo full; exec 4<> full\n"
      "yes '{\"id\":1}' | env --default-signal=INT,TERM filter .id > full & pid=$!\n"
      "until grep -q 'pipe_w' /proc/$pid/wchan 2>/dev/null || [ \"$(cut -d' ' -f1 /proc/$pid/syscall "
      "2>/dev/null)\" = 1 ]; do :; done\n"
      "kill -INT $pid; kill -TERM $pid; wait $pid; echo $?\n");
  CHECK((ran.out == "130\n" || ran.out == "143\n"));
}

TEST_CASE("a SIGINT that was ignored from the start stays ignored") {
  const Workshop workshop;
  // A shell starts background jobs so: Ctrl-C is not for them.
  const e2e::Ran ran = workshop.run(
      "mkfifo in; env --ignore-signal=INT filter . < in > out & pid=$!\n"
      "exec 3> in; echo '{\"id\":1}' >&3; until [ -s out ]; do :; done\n"
      "kill -INT $pid; echo '{\"id\":2}' >&3; exec 3>&-; wait $pid; echo $?; wc -l < out\n");
  CHECK(ran.out == "0\n2\n");
}

TEST_CASE("stopped and continued, a tool goes on as if nothing had been") {
  const Workshop workshop;
  const e2e::Ran ran = workshop.run(
      with_running("filter .", "kill -STOP $pid; echo '{\"id\":2}' >&3; kill -CONT $pid; exec 3>&-"));
  CHECK(ran.out == "0\n");
  CHECK(workshop.read("out") == "{\"id\":1}\n{\"id\":2}\n");
}

TEST_CASE("an unknown verb runs weir-VERB from PATH, with its arguments and its exit code") {
  const Workshop workshop;
  workshop.write("weir-hello", "#!/bin/sh\necho \"hello $*\"\nexit 7\n");
  const e2e::Ran ran = workshop.run("chmod +x weir-hello; PATH=$PATH:. weir hello a b");
  CHECK(ran.out == "hello a b\n");
  CHECK(ran.exit == 7);
}

}  // namespace
