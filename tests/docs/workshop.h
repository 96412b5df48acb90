// A folder to work in, with the built tools first on PATH, for tests that do what a user does.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "e2e/shell.h"

namespace weir::docs {

class Workshop {
 public:
  Workshop();
  ~Workshop();
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;

  // Runs an sh script here; a minute at most.
  e2e::Ran run(const std::string& script, const std::string& in = {}) const;
  void write(const std::string& name, const std::string& text) const;
  std::string read(const std::string& name) const;
  const std::filesystem::path& path() const { return path_; }
  // Put in front of the rest of PATH; the build's own folder unless it is set.
  void set_tools(const std::filesystem::path& folder) { tools_ = folder; }

  // Three orders, ten events and a topic of each, as the examples of help and man pages expect them. Without produce
  // there are no topics: the test is counted as skipped, and is to return.
  [[nodiscard]] bool furnish() const;

 private:
  std::filesystem::path path_, tools_;
};

std::filesystem::path source_folder();
std::filesystem::path tools_folder();
std::string read_file(const std::filesystem::path& path);  // empty when there is none
// Tools that declare flags, as far as they are built: "consume", "filter", ...
std::vector<std::string> tools();
bool updating();  // WEIR_UPDATE=1
std::vector<std::string> lines_of(const std::string& text);

}  // namespace weir::docs
