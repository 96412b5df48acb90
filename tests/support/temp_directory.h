// A folder of its own under /tmp for one test, gone afterwards.
#pragma once

#include <filesystem>
#include <string>

#include <stdlib.h>

namespace weir::testing {

class TempDirectory {
 public:
  TempDirectory() {
    char name[] = "/tmp/weir-test-XXXXXX";
    path_ = ::mkdtemp(name);
  }
  ~TempDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDirectory(const TempDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace weir::testing
