// E6: the tools under tight limits. Each run either does its work or ends with an error that says what was missing; none
// hangs, crashes or calls it a bug.
#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

#include "e2e/shell.h"
#include "support/tally.h"
#include "support/temp_directory.h"

namespace weir::crash {
namespace {

e2e::Ran run(const testing::TempDirectory& temp, const std::string& script) {
  return e2e::run_shell(script, {}, temp.path(), {"PATH=" + std::string(WEIR_BIN) + ":/usr/bin:/bin"},
                        std::chrono::seconds(60));
}

// "" when the run ended as it may.
std::string wrong(const e2e::Ran& ran, int failure) {
  if (ran.timed_out) return "hangs";
  if (ran.exit == 0) return {};
  if (ran.exit != failure) return "exit " + std::to_string(ran.exit) + ": " + ran.err;
  if (ran.err.find("error: ") == std::string::npos) return "says nothing: " + ran.err;
  if (ran.err.find("internal error") != std::string::npos) return "calls it a bug: " + ran.err;
  return {};
}

}  // namespace

TEST_CASE("E6: with few descriptors a tool works or says so, and what it had said to be stored is there") {
  const testing::TempDirectory temp;
  REQUIRE(run(temp, "seq 1 100 | produce -q --partitions 4 t").exit == 0);
  std::uint64_t trials = 0, violations = 0, worked = 0, stored = 0;
  std::string first;
  const std::vector<std::string> tools = {"seq 1 5 | (ulimit -n LIMIT; exec produce -q new)",
                                          "seq 1 5 | (ulimit -n LIMIT; exec produce -q --durability os t)",
                                          "ulimit -n LIMIT; exec consume -e t",
                                          "ulimit -n LIMIT; exec consume -e -g g t",
                                          "seq 1 5 | (ulimit -n LIMIT; exec filter --dead-letter dead true)"};
  for (const std::string& tool : tools) {
    for (int limit = 4; limit <= 64; limit += limit < 24 ? 1 : 8) {
      std::string script = tool;
      script.replace(script.find("LIMIT"), 5, std::to_string(limit));
      const e2e::Ran ran = run(temp, script);
      ++trials;
      // The loader, too, needs a descriptor; it ends with 127.
      const bool loader = ran.exit == 127;
      const std::string fault = loader ? std::string() : wrong(ran, 4);
      if (!fault.empty() && violations++ == 0) first = script + ": " + fault;
      if (ran.exit == 0) ++worked;
      if (ran.exit == 0 && tool.find("new") != std::string::npos) stored += 5;
    }
  }
  const e2e::Ran all = run(temp, "consume -e new | wc -l");
  if (all.exit != 0 || std::stoull(all.out) < stored) ++violations;
  testing::counted("E6 descriptor limits 4 to 64", trials, violations,
                   std::to_string(worked) + " had enough");
  CAPTURE(first);
  CHECK(violations == 0);
  CHECK(worked > trials / 2);
}

TEST_CASE("E6: with little memory a long stream passes, and what does not fit is exit 8") {
  const testing::TempDirectory temp;
  std::uint64_t trials = 0, violations = 0;
  std::string first;
  const std::vector<std::string> tools = {
      "yes '{\"n\":1}' | head -c 64M | (ulimit -v LIMIT; exec filter '.n == 2')",
      "yes '{\"n\":1}' | head -c 16M | (ulimit -v LIMIT; exec produce -q --durability os t)",
      // One line of 15 MiB: it may need more than there is.
      "(ulimit -v LIMIT; head -c 15M /dev/zero | tr '\\0' 1 | filter -c true)"};
  for (const std::string& tool : tools) {
    // In KiB, from what cannot even start to what is plenty.
    for (const int limit : {16'000, 24'000, 32'000, 48'000, 64'000, 96'000, 256'000}) {
      std::string script = tool;
      script.replace(script.find("LIMIT"), 5, std::to_string(limit));
      const e2e::Ran ran = run(temp, script);
      ++trials;
      const bool loader = ran.exit == 127 || ran.err.find("loading shared libraries") != std::string::npos;
      std::string fault = loader && limit < 64'000 ? std::string() : wrong(ran, 8);
      if (fault.empty() && limit >= 256'000 && ran.exit != 0) fault = "does not do with 256 MB";
      if (!fault.empty() && violations++ == 0) first = script + ": " + fault;
    }
  }
  testing::counted("E6 memory limits 16 to 256 MB", trials, violations);
  CAPTURE(first);
  CHECK(violations == 0);
}

}  // namespace weir::crash
