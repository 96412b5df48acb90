#include "coord/group_hash.h"

#include <doctest/doctest.h>

namespace weir::coord {
namespace {

TEST_CASE("a group's positions are in the partition that Kafka chooses") {
  CHECK(partition_of_group("my-group", 50).value == 12);
  CHECK(partition_of_group("console-consumer-1", 50).value == 24);
  CHECK(partition_of_group("weir", 50).value == 9);
}

TEST_CASE("the hash is Java's, over UTF-16 units") {
  CHECK(java_hash("") == 0);
  CHECK(java_hash("a") == 97);
  CHECK(java_hash("hello") == 99162322);
  CHECK(java_hash("\xc3\xa4") == 0xe4);                          // one unit
  CHECK(java_hash("\xe2\x82\xac") == 0x20ac);                    // one unit
  CHECK(java_hash("\xf0\x9f\x98\x80") == 31 * 0xd83d + 0xde00);  // two units
  CHECK(java_hash("polygenelubricants") == INT32_MIN);
  CHECK(partition_of_group("polygenelubricants", 50).value == 0);
}

}  // namespace
}  // namespace weir::coord
