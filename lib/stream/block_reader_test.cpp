#include "stream/block_reader.h"

#include <doctest/doctest.h>

#include <cstdio>
#include <fstream>

#include "support/temp_directory.h"

namespace weir::stream {
namespace {

TEST_CASE("a block grows no further than to what may be left in it, and reads all that is left as it stood") {
  const testing::TempDirectory directory;
  const std::string path = directory.path() + "/bytes";
  std::string bytes;
  while (bytes.size() < 20'000) bytes += std::to_string(bytes.size()) + ' ';
  std::ofstream(path) << bytes;
  constexpr std::size_t kBlock = 64;
  for (const std::size_t left_max : {1, 64, 65, 127, 128, 129, 1000, 1024, 1025, 5000}) {
    CAPTURE(left_max);
    BlockReader reader({{.name = path}}, kBlock, left_max);
    std::size_t largest = 0;
    std::string read;
    do {
      while (!reader.ended()) {
        if (!reader.fill()) FAIL("a file is always ready");
        largest = std::max(largest, reader.block()->capacity());
        if (reader.size() < left_max) continue;
        read.append(reader.data(), reader.size());
        reader.take(reader.size());
      }
      read.append(reader.data(), reader.size());
    } while (reader.next_input());
    CHECK(read == bytes);
    CHECK(largest == std::max(kBlock, left_max));
  }
}

}  // namespace
}  // namespace weir::stream
