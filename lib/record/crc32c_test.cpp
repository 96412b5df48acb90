#include <doctest/doctest.h>

#include "record/crc32c.h"

#include <string>

namespace weir::record {
namespace {

TEST_CASE("crc32c has the check value of its definition") {
  CHECK(crc32c("123456789") == 0xe3069283);
}

TEST_CASE("a sum taken in pieces is the sum of the whole") {
  const std::string text =
      "the quick brown fox jumps over the lazy dog, and over two more that came to see it";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    CHECK(crc32c(text.substr(cut), crc32c(text.substr(0, cut))) == crc32c(text));
  }
  CHECK(crc32c("") == 0);
}

}  // namespace
}  // namespace weir::record
