// e2e_runner BIN-DIR FOLDER|FILE...: runs *.case files (case_file.h) on the real binaries. WEIR_UPDATE=1
// rewrites what they expect to what came, for the reviewer to read in the diff. With WEIR_E2E_BUS=HOST:PORT they run on
// that Kafka cluster, which must be empty; with WEIR_E2E_SKIP=WHY none runs, and each that would on one counts as skipped.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "bus.h"
#include "case_file.h"
#include "match.h"
#include "shell.h"
#include "support/tally.h"

namespace weir::e2e {
namespace {

namespace fs = std::filesystem;
constexpr std::chrono::seconds kStepLimit{60};

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(const fs::path& path, const std::string& text) {
  if (path.has_parent_path()) fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

class TempDirectory {
 public:
  TempDirectory() {
    std::string name = (fs::temp_directory_path() / "weir-e2e-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
    path_ = name;
  }
  ~TempDirectory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// Keeps `expected` where it matches already, so that an update does not lose its "[..]".
void check(const std::string& what, std::string& expected, const std::string& actual, std::string* report) {
  if (matches(expected, actual)) return;
  *report += what + " differs\n" + difference(expected, actual);
  expected = actual;
}

// The place for what a step is expected to write on this bus; an update makes one of its own.
std::string& place(std::string& both, std::optional<std::string>& on_kafka, const std::string& actual,
                   Bus bus) {
  if (bus == Bus::kafka && !on_kafka && !matches(both, actual)) on_kafka = both;
  return bus == Bus::kafka && on_kafka ? *on_kafka : both;
}

std::string run_step(Step& step, const CaseBus& bus, const fs::path& directory) {
  std::string report;
  const Ran ran = run_shell(shell_script(step), step.in.value_or(""), directory.string(),
                            bus.environment(directory), kStepLimit);
  if (ran.timed_out) report += "still running after " + std::to_string(kStepLimit.count()) + " s\n";
  const std::string out = bus.as_in_cases(ran.out), err = bus.as_in_cases(ran.err);
  check("stdout", place(step.out, step.on_kafka.out, out, bus.kind()), out, &report);
  check("stderr", place(step.err, step.on_kafka.err, err, bus.kind()), err, &report);
  const int exit = bus.kind() == Bus::kafka ? step.on_kafka.exit.value_or(step.exit) : step.exit;
  if (ran.exit != exit) {
    report += "exit " + std::to_string(ran.exit) + ", expected " + std::to_string(exit) + "\n";
    bus.kind() == Bus::kafka ? step.on_kafka.exit = ran.exit : step.exit = ran.exit;
  }
  for (NamedText& file : step.files) {
    const fs::path path = directory / file.name;
    if (!fs::exists(path)) {
      report += "no file " + file.name + "\n";
      continue;
    }
    check("file " + file.name, file.text, bus.as_in_cases(read(path)), &report);
  }
  if (!report.empty()) report = step.script.front() + "\n" + report;
  return report;
}

struct Outcome {
  bool ran = true;     // false: it is for the other bus only
  bool used = false;   // it made topics or groups on a cluster
  std::string report;  // what went wrong; empty when the case holds
};

Outcome run_case(const fs::path& path, const CaseBus& bus, bool update) {
  Outcome outcome;
  Case test;
  try {
    test = parse(read(path));
  } catch (const std::exception& error) {
    outcome.report = std::string(error.what()) + "\n";
    return outcome;
  }
  outcome.ran = bus.runs(test.only);
  if (!outcome.ran) return outcome;
  const TempDirectory directory;
  for (const NamedText& file : test.files) write(directory.path() / file.name, file.text);
  for (Step& step : test.steps) {
    if (bus.runs(step.only)) outcome.report += run_step(step, bus, directory.path());
  }
  if (update && !outcome.report.empty()) {
    write(path, print(test));
    std::printf("updated %s\n", path.c_str());
    outcome.report.clear();
  }
  if (const std::string left = bus.empty(directory.path(), &outcome.used); !left.empty())
    outcome.report += "topics and groups that cannot be taken away:\n" + left;
  return outcome;
}

std::vector<fs::path> cases_in(const fs::path& place) {
  if (!fs::is_directory(place)) return {place};
  std::vector<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(place)) {
    if (entry.path().extension() == ".case") found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string variable(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? "" : text;
}

bool runs_on_kafka(const fs::path& path) {
  const Case test = parse(read(path));
  return !test.only || test.only->bus == Bus::kafka;
}

int skip_all(const std::vector<fs::path>& cases, const std::string& why) {
  int skipped = 0;
  for (const fs::path& path : cases) {
    if (!runs_on_kafka(path)) continue;
    testing::tally(testing::Outcome::skipped, 0, path.filename().string(), why);
    ++skipped;
  }
  std::printf("%d cases skipped: %s\n", skipped, why.c_str());
  return 0;
}

int run(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: e2e_runner BIN-DIR FOLDER|FILE...\n", stderr);
    return 2;
  }
  std::vector<fs::path> cases;
  for (int i = 2; i < argc; ++i) {
    for (const fs::path& path : cases_in(argv[i])) cases.push_back(path);
  }
  if (const std::string why = variable("WEIR_E2E_SKIP"); !why.empty()) return skip_all(cases, why);
  const CaseBus bus(variable("WEIR_E2E_BUS"), fs::absolute(argv[1]));
  const bool update = variable("WEIR_UPDATE") == "1";
  int passed = 0, failed = 0, used = 0, left_out = 0;
  for (const fs::path& path : cases) {
    const auto start = std::chrono::steady_clock::now();
    const Outcome outcome = run_case(path, bus, update);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    if (!outcome.ran) {
      ++left_out;
      continue;
    }
    const bool good = outcome.report.empty();
    testing::tally(good ? testing::Outcome::passed : testing::Outcome::failed, seconds.count(),
                   path.filename().string());
    ++(good ? passed : failed);
    used += outcome.used;
    if (!good) std::printf("FAILED %s\n%s\n", path.c_str(), outcome.report.c_str());
  }
  std::printf("%d cases passed, %d failed", passed, failed);
  if (bus.kind() == Bus::kafka) std::printf("; %d of them used topics or groups of the cluster", used);
  if (left_out != 0) std::printf("; %d are for the other bus only", left_out);
  std::printf("\n");
  return failed == 0 && passed != 0 ? 0 : 1;
}

}  // namespace
}  // namespace weir::e2e

int main(int argc, char** argv) {
  return weir::e2e::run(argc, argv);
}
