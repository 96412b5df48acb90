#include <doctest/doctest.h>

#include "record/partitioner.h"
#include "support/records.h"

namespace weir::record {
namespace {

TEST_CASE("murmur2 gives what the Java client computes") {
  CHECK(murmur2("21") == -973932308);
  CHECK(murmur2("foobar") == -790332482);
  CHECK(murmur2("a-little-bit-long-string") == -985981536);
  CHECK(murmur2("a-little-bit-longer-string") == -1486304829);
  CHECK(murmur2("abc") == 479470107);
}

TEST_CASE("a key's partition lies within the topic, also where the hash is negative") {
  CHECK(partition_of_key("21", 1).value == 0);
  CHECK(partition_of_key("21", 6).value == (-973932308 & 0x7fffffff) % 6);
  for (int i = 0; i < 1000; ++i) {
    const auto found = partition_of_key(std::to_string(i), 7);
    CHECK(found.value >= 0);
    CHECK(found.value < 7);
  }
}

}  // namespace
}  // namespace weir::record
