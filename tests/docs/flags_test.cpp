// Help, man pages and completions say what the tools' declarations say. WEIR_UPDATE=1 rewrites the files.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

#include "docs/workshop.h"

namespace {

using namespace weir;
namespace fs = std::filesystem;

constexpr const char* kBegin = ".\\\" flags begin: compared with the tool by a test\n";
constexpr const char* kEnd = ".\\\" flags end\n";

std::string dumped(const docs::Workshop& workshop, const std::string& tool, const std::string& form) {
  const e2e::Ran ran = workshop.run(tool + " --dump-flags " + form);
  CHECK_MESSAGE(ran.exit == 0, tool, " --dump-flags ", form, ": ", ran.err);
  return ran.out;
}

void compare_file(const fs::path& path, const std::string& expected) {
  if (docs::updating()) std::ofstream(path, std::ios::binary) << expected;
  const bool same = docs::read_file(path) == expected;
  CHECK_MESSAGE(same, path, " differs from the tool's flags; WEIR_UPDATE=1 rewrites it");
}

TEST_CASE("there are tools to look at") {
  CHECK_FALSE(docs::tools().empty());
}

TEST_CASE("every tool has a completion for each shell, made of its flags") {
  const docs::Workshop workshop;
  for (const std::string& tool : docs::tools()) {
    compare_file(docs::source_folder() / "completions/bash" / ("weir-" + tool),
                 dumped(workshop, tool, "bash"));
    compare_file(docs::source_folder() / "completions/zsh" / ("_weir-" + tool),
                 dumped(workshop, tool, "zsh"));
    compare_file(docs::source_folder() / "completions/fish" / ("weir-" + tool + ".fish"),
                 dumped(workshop, tool, "fish"));
  }
}

TEST_CASE("every tool has a man page whose flags are its own") {
  const docs::Workshop workshop;
  for (const std::string& tool : docs::tools()) {
    CAPTURE(tool);
    const fs::path path = docs::source_folder() / "man" / ("weir-" + tool + ".1");
    const std::string page = docs::read_file(path);
    const std::size_t begin = page.find(kBegin);
    const std::size_t end = page.find(kEnd);
    REQUIRE(begin != std::string::npos);
    REQUIRE(end != std::string::npos);
    const std::string expected =
        page.substr(0, begin) + kBegin + dumped(workshop, tool, "man") + page.substr(end);
    compare_file(path, expected);
  }
}

TEST_CASE("man pages hold together: roff finds no fault, weir.1 names every tool") {
  const docs::Workshop workshop;
  if (workshop.run("command -v groff").exit != 0) {
    MESSAGE("groff is not installed: the pages' markup was not checked");
  } else {
    for (const auto& page : fs::directory_iterator(docs::source_folder() / "man")) {
      const e2e::Ran ran = workshop.run("groff -man -ww -z -Tutf8 -K utf8 " + page.path().string());
      CHECK_MESSAGE(ran.exit == 0, page.path(), ran.err);
      CHECK_MESSAGE(ran.err.empty(), page.path(), ": ", ran.err);
    }
  }
  const std::string overview = docs::read_file(docs::source_folder() / "man/weir.1");
  for (const std::string& tool : docs::tools()) CHECK(overview.find("weir\\-" + tool) != std::string::npos);
}

TEST_CASE("-h is one screen with three examples, --help is whole; both on stdout with exit 0") {
  const docs::Workshop workshop;
  for (const std::string& tool : docs::tools()) {
    CAPTURE(tool);
    const e2e::Ran brief = workshop.run(tool + " -h");
    const e2e::Ran whole = workshop.run(tool + " --help");
    CHECK(brief.exit == 0);
    CHECK(whole.exit == 0);
    CHECK(brief.err.empty());
    CHECK(whole.err.empty());
    CHECK(brief.out.starts_with("usage: " + tool));
    const std::vector<std::string> lines = docs::lines_of(brief.out);
    CHECK(lines.size() <= 80);
    CHECK(std::count_if(lines.begin(), lines.end(),
                        [](const std::string& line) { return line.starts_with("  # "); }) == 3);
    CHECK(whole.out.size() > brief.out.size());
    for (const std::string& text : {brief.out, whole.out}) {
      for (const std::string& line : docs::lines_of(text)) CHECK_MESSAGE(line.size() <= 100, line);
    }
    // Every flag is in both.
    for (const std::string& line : docs::lines_of(dumped(workshop, tool, "json"))) {
      const std::size_t from = line.find("\"name\":\"") + 8;
      const std::string name = line.substr(from, line.find('"', from) - from);
      CHECK_MESSAGE(brief.out.find(name) != std::string::npos, name);
      CHECK_MESSAGE(whole.out.find(name) != std::string::npos, name);
    }
  }
}

TEST_CASE("--version says tool and version, alone and with others, and more with --verbose") {
  const docs::Workshop workshop;
  for (const std::string& tool : docs::tools()) {
    CHECK(workshop.run(tool + " --version").out == tool + " (weir) " WEIR_VERSION "\n");
    CHECK(workshop.run(tool + " -q --version").out == tool + " (weir) " WEIR_VERSION "\n");
    CHECK(workshop.run(tool + " --version --verbose").out.find("durability:") != std::string::npos);
  }
  CHECK(workshop.run("weir --version").out == "weir " WEIR_VERSION "\n");
}

}  // namespace
