// e2e_runner BIN-DIR FOLDER|FILE...: runs *.case files (case_file.h) on the real binaries. WEIR_UPDATE=1
// rewrites what they expect to what came, for the reviewer to read in the diff.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

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

std::vector<std::string> environment(const fs::path& bin, const fs::path& home) {
  std::vector<std::string> variables = {"PATH=" + bin.string() + ":/usr/bin:/bin", "HOME=" + home.string(),
                                        "TMPDIR=" + home.string(), "LC_ALL=C.UTF-8", "TZ=UTC"};
  for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"}) {
    if (const char* text = std::getenv(name)) variables.push_back(std::string(name) + "=" + text);
  }
  // The folder both_buses says the same of a Kafka cluster; elsewhere it is ./weir-data.
  if (const char* bus = std::getenv("WEIR_E2E_BUS")) variables.push_back(std::string("WEIR_BUS=") + bus);
  return variables;
}

// Keeps `expected` where it matches already, so that an update does not lose its "[..]".
void check(const std::string& what, std::string& expected, const std::string& actual, std::string* report) {
  if (matches(expected, actual)) return;
  *report += what + " differs\n" + difference(expected, actual);
  expected = actual;
}

std::string run_step(Step& step, const fs::path& bin, const fs::path& directory) {
  std::string report;
  const Ran ran = run_shell(shell_script(step), step.in.value_or(""), directory.string(),
                            environment(bin, directory), kStepLimit);
  if (ran.timed_out) report += "still running after " + std::to_string(kStepLimit.count()) + " s\n";
  check("stdout", step.out, ran.out, &report);
  check("stderr", step.err, ran.err, &report);
  if (ran.exit != step.exit) {
    report += "exit " + std::to_string(ran.exit) + ", expected " + std::to_string(step.exit) + "\n";
    step.exit = ran.exit;
  }
  for (NamedText& file : step.files) {
    const fs::path path = directory / file.name;
    if (!fs::exists(path)) {
      report += "no file " + file.name + "\n";
      continue;
    }
    check("file " + file.name, file.text, read(path), &report);
  }
  if (!report.empty()) report = step.script.front() + "\n" + report;
  return report;
}

// What went wrong; empty when the case holds.
std::string run_case(const fs::path& path, const fs::path& bin, bool update) {
  Case test;
  try {
    test = parse(read(path));
  } catch (const std::exception& error) {
    return std::string(error.what()) + "\n";
  }
  const TempDirectory directory;
  for (const NamedText& file : test.files) write(directory.path() / file.name, file.text);
  std::string report;
  for (Step& step : test.steps) report += run_step(step, bin, directory.path());
  if (update && !report.empty()) {
    write(path, print(test));
    std::printf("updated %s\n", path.c_str());
    return {};
  }
  return report;
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

int run(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: e2e_runner BIN-DIR FOLDER|FILE...\n", stderr);
    return 2;
  }
  const fs::path bin = fs::absolute(argv[1]);
  const char* wish = std::getenv("WEIR_UPDATE");
  const bool update = wish != nullptr && std::string(wish) == "1";
  int passed = 0, failed = 0;
  for (int i = 2; i < argc; ++i) {
    for (const fs::path& path : cases_in(argv[i])) {
      const auto start = std::chrono::steady_clock::now();
      const std::string report = run_case(path, bin, update);
      const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
      const bool good = report.empty();
      testing::tally(good ? testing::Outcome::passed : testing::Outcome::failed, seconds.count(),
                     path.filename().string());
      ++(good ? passed : failed);
      if (!good) std::printf("FAILED %s\n%s\n", path.c_str(), report.c_str());
    }
  }
  std::printf("%d cases passed, %d failed\n", passed, failed);
  return failed == 0 && passed != 0 ? 0 : 1;
}

}  // namespace
}  // namespace weir::e2e

int main(int argc, char** argv) {
  return weir::e2e::run(argc, argv);
}
