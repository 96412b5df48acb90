#include "cli/read_file.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "base/error.h"

namespace {

using namespace weir;

std::string refusal(const std::string& path, base::Kind kind) {
  try {
    cli::read_file("--from-file", path, 100);
  } catch (const base::Error& error) {
    CHECK(error.kind() == kind);
    return error.what();
  }
  return "read";
}

TEST_CASE("a pipe is read to its end, though its size is said to be 0") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  REQUIRE(::write(ends[1], ".a ", 3) == 3);
  REQUIRE(::write(ends[1], "> 1", 3) == 3);
  ::close(ends[1]);
  CHECK(cli::read_file("--from-file", "/dev/fd/" + std::to_string(ends[0]), 100) == ".a > 1");
  ::close(ends[0]);
}

TEST_CASE("a file is read up to the limit, and one without an end no further") {
  char path[] = "/tmp/weir_read_file_XXXXXX";
  ::close(::mkstemp(path));
  const std::string text(200000, 'x');
  std::ofstream(path) << text;
  CHECK(cli::read_file("--from-file", path, 300000) == text);
  for (const std::size_t limit : {0, 1, 65536, 65537, 199999, 200000}) {
    CHECK(cli::read_file("--from-file", path, limit) == text.substr(0, limit));
  }
  std::remove(path);
  CHECK(cli::read_file("--from-file", "/dev/zero", 70000) == std::string(70000, '\0'));
}

TEST_CASE("a file that is missing is a mistake of usage, one that cannot be read is not") {
  CHECK(refusal("/nowhere/f.jq", base::Kind::usage) ==
        "--from-file /nowhere/f.jq: no such file or directory");
  CHECK(refusal("", base::Kind::usage) == "--from-file '': no such file or directory");
  CHECK(refusal("/", base::Kind::io) == "--from-file /: is a directory");
}

}  // namespace
