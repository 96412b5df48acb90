// Every example in README, help and the man pages is run.
#include <doctest/doctest.h>

#include "docs/workshop.h"
#include "e2e/match.h"

namespace {

using namespace weir;
namespace fs = std::filesystem;

// What a reader of the page would paste, with roff's escapes taken back.
std::vector<std::string> man_examples(const fs::path& page) {
  std::vector<std::string> found;
  bool in_section = false;
  bool in_example = false;
  for (const std::string& line : docs::lines_of(docs::read_file(page))) {
    if (line.starts_with(".SH ")) in_section = line == ".SH EXAMPLES";
    if (line == ".EX" || line == ".EE") {
      in_example = line == ".EX";
    } else if (in_section && in_example) {
      std::string command;
      for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '\\' && i + 1 < line.size() && (line[i + 1] == '-' || line[i + 1] == 'e')) {
          command += line[++i] == '-' ? '-' : '\\';
        } else {
          command += line[i];
        }
      }
      found.push_back(command);
    }
  }
  return found;
}

std::vector<std::string> help_examples(const std::string& help) {
  std::vector<std::string> found;
  bool inside = false;
  for (const std::string& line : docs::lines_of(help)) {
    if (line == "Examples:") {
      inside = true;
    } else if (inside && line.empty()) {
      break;
    } else if (inside && !line.starts_with("  #")) {
      found.push_back(line.substr(2));
    }
  }
  return found;
}

// One that follows a topic never ends by itself: it is asked to, which must not be an error either.
bool follows(const std::string& command) {
  const bool reads_topic =
      command.find("consume") != std::string::npos || command.find("--follow") != std::string::npos;
  const bool ends =
      command.find("-e ") != std::string::npos || command.find("--until-end") != std::string::npos ||
      command.find("help consume") != std::string::npos || command.find("--timeout") != std::string::npos;
  return reads_topic && !ends;
}

void run_example(const docs::Workshop& workshop, const std::string& command) {
  CAPTURE(command);
  workshop.write("example.sh", command + "\n");
  const bool endless = follows(command);
  const e2e::Ran ran = workshop.run(endless ? "timeout -s TERM 2 sh example.sh" : "sh example.sh",
                                    workshop.read("orders.ndjson"));
  CHECK_MESSAGE((ran.exit == 0 || (endless && ran.exit == 124)), "exit ", ran.exit, ": ", ran.err);
  CHECK_MESSAGE(ran.err.find("error:") == std::string::npos, ran.err);
}

TEST_CASE("the examples of help do what they say") {
  const docs::Workshop workshop;
  if (!workshop.furnish()) return;
  std::size_t run = 0;
  std::vector<std::string> names = docs::tools();
  names.emplace_back("weir");
  for (const std::string& tool : names) {
    for (const std::string& command : help_examples(workshop.run(tool + " --help").out)) {
      run_example(workshop, command);
      ++run;
    }
  }
  CHECK(run >= names.size() * 3);
}

TEST_CASE("the examples of the man pages do what they say") {
  const docs::Workshop workshop;
  if (!workshop.furnish()) return;
  std::size_t run = 0;
  for (const auto& page : fs::directory_iterator(docs::source_folder() / "man")) {
    CAPTURE(page.path());
    const auto examples = man_examples(page.path());
    CHECK((page.path().extension() == ".5" || !examples.empty()));  // a file format has nothing to run
    for (const std::string& command : examples) run_example(workshop, command);
    run += examples.size();
  }
  CHECK(run >= 10);
}

struct ReadmeStep {
  std::string script;
  std::string expected;  // stdout and stderr together
};

std::vector<ReadmeStep> readme_steps() {
  std::vector<ReadmeStep> steps;
  bool inside = false;
  for (const std::string& line : docs::lines_of(docs::read_file(docs::source_folder() / "README.md"))) {
    if (line.starts_with("```")) {
      inside = line == "```console";
    } else if (!inside) {
      continue;
    } else if (line.starts_with("$ ")) {
      steps.push_back({line.substr(2) + "\n", {}});
    } else if (line.starts_with("> ")) {
      steps.back().script += line.substr(2) + "\n";
    } else {
      steps.back().expected += line + "\n";
    }
  }
  return steps;
}

TEST_CASE("README's tour is what happens") {
  const docs::Workshop workshop;
  if (!workshop.furnish()) return;
  workshop.run("rm -r *");
  fs::create_symlink(docs::source_folder() / "tests", workshop.path() / "tests");  // the real events
  const std::vector<ReadmeStep> steps = readme_steps();
  CHECK(steps.size() >= 8);
  for (const ReadmeStep& step : steps) {
    CAPTURE(step.script);
    const e2e::Ran ran = workshop.run("exec 2>&1\n" + step.script);
    CHECK_MESSAGE(e2e::matches(step.expected, ran.out), e2e::difference(step.expected, ran.out));
  }
}

}  // namespace
