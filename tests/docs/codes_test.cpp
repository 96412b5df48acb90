// The stable codes of errors: weir(1) lists exactly those that the sources give. WEIR_UPDATE=1 rewrites the list.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <set>

#include "docs/workshop.h"

namespace {

using namespace weir;
namespace fs = std::filesystem;

constexpr const char* kBegin = ".\\\" codes begin: compared with the sources by a test\n";
constexpr const char* kEnd = ".\\\" codes end\n";

bool is_product(const fs::path& path) {
  const std::string name = path.filename().string();
  return (path.extension() == ".cpp" || path.extension() == ".h") && name.find("test") == std::string::npos;
}

void take(const std::string& text, const std::regex& form, std::set<std::string>* codes) {
  for (auto at = std::sregex_iterator(text.begin(), text.end(), form); at != std::sregex_iterator(); ++at) {
    for (std::size_t i = 1; i < at->size(); ++i) {
      if ((*at)[i].matched) codes->insert((*at)[i].str());
    }
  }
}

std::set<std::string> codes_of_sources() {
  // .code("x"), .code(bad ? "x" : "y"), {.code = "x", code = "x" as a default, and a fault made of its members in order.
  static const std::regex given(R"re(code\((?:[^()"]*\? *)?"([^"]+)"(?: *: *"([^"]+)")?\))re");
  static const std::regex member(R"re(code = "([^"]+)")re");
  static const std::regex in_order(R"re(\{"([a-z]+_[a-z_]+)", (?:json::describe|envelope_error))re");
  static const std::regex returned(R"re(return "([a-z_]+)";)re");
  std::set<std::string> codes;
  for (const char* folder : {"lib", "tools"}) {
    for (const auto& entry : fs::recursive_directory_iterator(docs::source_folder() / folder)) {
      if (!entry.is_regular_file() || !is_product(entry.path())) continue;
      const std::string text = docs::read_file(entry.path());
      for (const std::regex& form : {given, member, in_order}) take(text, form, &codes);
      if (entry.path().filename() == "failure.cpp") take(text, returned, &codes);
      // An error without a code of its own has its kind's.
      if (entry.path().filename() == "error.cpp" && entry.path().parent_path().filename() == "base")
        take(text, returned, &codes);
    }
  }
  return codes;
}

}  // namespace

TEST_CASE("weir(1) lists every error code there is, and every code is words joined by '_'") {
  const std::set<std::string> codes = codes_of_sources();
  CHECK(codes.size() > 60);
  std::string list = kBegin;
  for (const std::string& code : codes) {
    CAPTURE(code);
    CHECK(std::all_of(code.begin(), code.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; }));
    list += code + "\n";
  }
  list += kEnd;
  const fs::path page = docs::source_folder() / "man/weir.1";
  std::string text = docs::read_file(page);
  const std::size_t begin = text.find(kBegin), end = text.find(kEnd);
  REQUIRE(begin != std::string::npos);
  REQUIRE(end != std::string::npos);
  const std::string wanted = text.substr(0, begin) + list + text.substr(end + std::string(kEnd).size());
  if (docs::updating()) std::ofstream(page, std::ios::binary) << wanted;
  CHECK_MESSAGE(docs::read_file(page) == wanted, page,
                ": codes differ from the sources; WEIR_UPDATE=1 rewrites them");
}
