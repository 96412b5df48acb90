// weir-expressions(7) says what the tools do: every example gives what stands behind it, on the engine that is named, and
// the list of functions is the table of builtins. WEIR_UPDATE=1 rewrites the page.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "docs/workshop.h"

namespace {

using namespace weir;

constexpr const char* kBegin = ".\\\" functions begin: compared with the tools by a test\n";
constexpr const char* kEnd = ".\\\" functions end\n";

std::filesystem::path page_path() {
  return docs::source_folder() / "man/weir-expressions.7";
}

std::string without_roff(std::string_view text) {
  if (text.starts_with("\\&")) text.remove_prefix(2);
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '\\' && i + 1 < text.size();
    if (escape) ++i;
    plain += escape && text[i] == 'e' ? '\\' : text[i];
  }
  return plain;
}

std::string with_roff(std::string_view text) {
  std::string roff = text.starts_with('.') || text.starts_with('\'') ? "\\&" : "";
  for (const char c : text) {
    if (c == '-') roff += '\\';
    roff += c;
    if (c == '\\') roff += 'e';
  }
  return roff;
}

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

// "line" or "tree"; empty when it is not said.
std::string engine_of(const docs::Workshop& workshop, const std::string& expression) {
  const e2e::Ran ran = workshop.run("map --explain -- " + quoted(expression));
  if (ran.out == "EXPR: line engine\n") return "line";
  return ran.exit == 0 ? "tree" : "";
}

// The results on one line, as the page has them.
std::string results_of(const docs::Workshop& workshop, const std::string& expression,
                       const std::string& event) {
  const e2e::Ran ran = workshop.run("map -- " + quoted(expression), event + "\n");
  constexpr std::string_view kError = "error: expression failed: ";
  if (ran.exit == 3 && ran.err.find(kError) != std::string::npos) {
    const std::size_t at = ran.err.find(kError) + kError.size();
    return "error: " + ran.err.substr(at, ran.err.find('\n') - at);
  }
  if (ran.exit != 0) return ran.err;
  std::string all;
  for (const std::string& line : docs::lines_of(ran.out)) all += (all.empty() ? "" : " ") + line;
  return all.empty() ? "nothing" : all;
}

struct Example {
  std::string expression, event, results, engine;
};

// EXPR  <\- EVENT  \-> RESULTS  # ENGINE
bool parse(const std::string& line, Example& to) {
  const std::size_t event = line.find("  <\\- "), results = line.find("  \\-> "), engine = line.rfind("  # ");
  if (event == std::string::npos || results == std::string::npos || engine == std::string::npos) return false;
  to.expression = without_roff(line.substr(0, event));
  to.event = without_roff(line.substr(event + 6, results - event - 6));
  to.results = without_roff(line.substr(results + 6, engine - results - 6));
  to.engine = line.substr(engine + 4);
  return true;
}

std::string print(const Example& example) {
  return with_roff(example.expression) + "  <\\- " + with_roff(example.event) + "  \\-> " +
         with_roff(example.results) + "  # " + example.engine;
}

TEST_CASE("every example of the language gives what the page says, on the engine that it says") {
  const docs::Workshop workshop;
  std::string page;
  std::size_t examples = 0;
  for (const std::string& line : docs::lines_of(docs::read_file(page_path()))) {
    Example said;
    if (!parse(line, said)) {
      page += line + "\n";
      continue;
    }
    ++examples;
    Example is = said;
    is.results = results_of(workshop, said.expression, said.event);
    is.engine = engine_of(workshop, said.expression);
    CAPTURE(said.expression);
    if (!docs::updating()) {
      CHECK(said.results == is.results);
      CHECK_MESSAGE(said.engine == is.engine, "WEIR_UPDATE=1 rewrites the page");
    }
    page += print(is) + "\n";
  }
  CHECK(examples >= 100);
  if (docs::updating()) std::ofstream(page_path(), std::ios::binary) << page;
}

TEST_CASE("the page lists every function there is, with the engine that runs it") {
  const docs::Workshop workshop;
  const e2e::Ran listed = workshop.run("echo null | map -r 'builtins | sort | .[]'");
  REQUIRE_MESSAGE(listed.exit == 0, listed.err);
  std::map<std::string, std::string> by_engine;  // "line": ".BR ..." lines
  for (const std::string& entry : docs::lines_of(listed.out)) {
    const std::size_t slash = entry.rfind('/');
    std::string call = entry.substr(0, slash);
    const int arity = std::stoi(entry.substr(slash + 1));
    for (int i = 0; i < arity; ++i) call += i == 0 ? "(." : "; .";
    if (arity > 0) call += ")";
    const std::string engine = engine_of(workshop, call);
    CHECK_MESSAGE(!engine.empty(), call, " does not compile");
    std::string& list = by_engine[engine];
    list += (list.empty() ? "" : " ") + entry;
  }
  const std::string expected = ".TP\n.B line\n" + with_roff(by_engine["line"]) + "\n.TP\n.B tree\n" +
                               with_roff(by_engine["tree"]) + "\n";
  const std::string page = docs::read_file(page_path());
  const std::size_t begin = page.find(kBegin), end = page.find(kEnd);
  REQUIRE(begin != std::string::npos);
  REQUIRE(end != std::string::npos);
  const std::string wanted = page.substr(0, begin) + kBegin + expected + page.substr(end);
  if (docs::updating()) std::ofstream(page_path(), std::ios::binary) << wanted;
  const bool same = docs::read_file(page_path()) == wanted;
  CHECK_MESSAGE(same,
                "the functions of weir-expressions(7) differ from the tools'; WEIR_UPDATE=1 rewrites them");
}

}  // namespace
