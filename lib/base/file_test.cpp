#include "base/file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "support/temp_directory.h"

using namespace weir;
using base::File;

namespace {

std::string refusal(const std::string& path, File::Mode mode) {
  try {
    File::open(base::real_sys(), path, mode);
    return "opened";
  } catch (const base::Error& error) {
    CHECK(error.kind() == base::Kind::io);
    return error.what();
  }
}

}  // namespace

TEST_CASE("nothing is written through a symbolic link; reading follows it") {
  const testing::TempDirectory directory;
  const std::string real = directory.path() + "/real", link = directory.path() + "/link";
  std::ofstream(real) << "kept";
  std::filesystem::create_symlink(real, link);
  const std::string why = link + " is a symbolic link, and nothing is written through one";
  CHECK(refusal(link, File::Mode::read_write) == why);
  CHECK(refusal(link, File::Mode::create) == why);
  std::filesystem::create_symlink(real, link + ".tmp");
  CHECK_THROWS_AS(File::replace(base::real_sys(), link, "new"), base::Error);
  CHECK(File::open(base::real_sys(), link, File::Mode::read).size() == 4);
}

TEST_CASE("a FIFO where a file should be is an error, not a wait for its other end") {
  const testing::TempDirectory directory;
  const std::string path = directory.path() + "/fifo";
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  const std::string why = path + " is no regular file";
  CHECK(refusal(path, File::Mode::read) == why);
  CHECK(refusal(path, File::Mode::read_write) == why);
  std::string text;
  CHECK_THROWS_AS(File::read_whole(base::real_sys(), path, &text), base::Error);
}
