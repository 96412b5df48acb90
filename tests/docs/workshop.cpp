#include "docs/workshop.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include "support/tally.h"

namespace weir::docs {

namespace fs = std::filesystem;

Workshop::Workshop() : tools_(tools_folder()) {
  std::string name = (fs::temp_directory_path() / "weir-docs-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
  path_ = name;
}

Workshop::~Workshop() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

e2e::Ran Workshop::run(const std::string& script, const std::string& in) const {
  std::vector<std::string> variables = {"PATH=" + tools_.string() + ":/usr/bin:/bin",
                                        "HOME=" + path_.string(), "TMPDIR=" + path_.string(),
                                        "LC_ALL=C.UTF-8"};
  for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"}) {
    if (const char* text = std::getenv(name)) variables.push_back(std::string(name) + "=" + text);
  }
  return e2e::run_shell(script, in, path_.string(), variables, std::chrono::seconds(60));
}

void Workshop::write(const std::string& name, const std::string& text) const {
  std::ofstream(path_ / name, std::ios::binary) << text;
}

std::string Workshop::read(const std::string& name) const {
  return read_file(path_ / name);
}

bool Workshop::furnish() const {
  write("orders.ndjson",
        R"({"id":1,"customer":"ada","price":120,"placed_at":"2024-05-01T09:00:00Z"}
{"id":2,"customer":"bob","price":35.50,"placed_at":"2024-05-01T09:00:05Z"}
{"id":3,"customer":"ada","price":980,"placed_at":"2024-05-01T09:01:00Z"}
)");
  write("paid.ndjson", R"({"order":1,"amount":120,"at":"2024-05-01T09:04:00Z"}
{"order":3,"amount":980,"at":"2024-05-01T09:30:00Z"}
)");
  write("customers.ndjson", R"({"id":"ada","city":"London","updated":"2024-04-01"}
{"id":"bob","city":"Ulm","updated":"2024-04-02"}
)");
  std::string events;
  for (int i = 0; i < 10; ++i) {
    events += R"({"level":")" + std::string(i % 3 == 0 ? "error" : "info") + R"(","host":"web)" +
              std::to_string(i % 2) + R"(","price":)" + std::to_string(i * 30) + R"(,"delay":)" +
              std::to_string(i * 15) + R"(,"tags":["urgent"]})" + "\n";
  }
  write("events.ndjson", events);
  if (!fs::exists(tools_folder() / "produce")) {
    testing::skip("produce is not built");
    return false;
  }
  const e2e::Ran made =
      run("produce -q orders orders.ndjson && produce -q flights events.ndjson && "
          "consume -e -n 1 -g billing orders > first");
  if (made.exit != 0) throw std::runtime_error("cannot fill the topics: " + made.err);
  return true;
}

fs::path source_folder() {
  return WEIR_SOURCE_DIR;
}
fs::path tools_folder() {
  return fs::path(WEIR_BUILD_DIR) / "bin";
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> tools() {
  std::vector<std::string> built;
  for (const char* name : {"produce", "consume", "filter", "map", "join", "window", "table", "replay",
                           "trigger", "serve-log", "topics", "groups"}) {
    if (fs::exists(tools_folder() / name)) built.emplace_back(name);
  }
  return built;
}

bool updating() {
  const char* wish = std::getenv("WEIR_UPDATE");
  return wish != nullptr && std::string(wish) == "1";
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace weir::docs
