#include "coord/offset_record.h"

#include <doctest/doctest.h>

#include "support/records.h"

namespace weir::coord {
namespace {

using record::testing::hex;

// group "g", topic "t", partition 3
const std::string kKey = hex("0001 0001 67 0001 74 00000003");
// offset 42, no leader epoch, metadata "m", time 1700000000000
const std::string kValue = hex("0003 000000000000002a ffffffff 0001 6d 0000018bcfe56800");

TEST_CASE("a position is written as Kafka 4.0 writes it") {
  CHECK(encode(OffsetKey{"g", {"t", {3}}}) == kKey);
  StoredOffset value;
  value.next = {42};
  value.metadata = "m";
  value.committed_ms = 1700000000000;
  CHECK(encode(value) == kValue);
}

TEST_CASE("keys of both versions are read, and no other kind of record") {
  const OffsetKey expected{"g", {"t", {3}}};
  CHECK(decode_offset_key(kKey) == expected);
  CHECK(decode_offset_key(hex("0000 0001 67 0001 74 00000003")) == expected);
  CHECK_FALSE(decode_offset_key(hex("0002 0001 67")));  // group metadata
  CHECK_FALSE(decode_offset_key(hex("ffff 0001 67 0001 74 00000003")));
  CHECK_FALSE(decode_offset_key(hex("0001 0001 67 0001 74 ffffffff")));
  CHECK_FALSE(decode_offset_key(kKey + "x"));
  for (std::size_t cut = 0; cut < kKey.size(); ++cut) CHECK_FALSE(decode_offset_key(kKey.substr(0, cut)));
}

TEST_CASE("values of every version are read") {
  struct Case {
    const char* bytes;
    std::int32_t leader_epoch;
  };
  for (const auto& [bytes, leader_epoch] : {
           Case{"0000 000000000000002a 0001 6d 0000018bcfe56800", -1},
           Case{"0001 000000000000002a 0001 6d 0000018bcfe56800 0000018bcfe56801", -1},
           Case{"0002 000000000000002a 0001 6d 0000018bcfe56800", -1},
           Case{"0003 000000000000002a 00000005 0001 6d 0000018bcfe56800", 5},
           Case{"0004 000000000000002a 00000005 02 6d 0000018bcfe56800 00", 5},
           Case{"0004 000000000000002a 00000005 02 6d 0000018bcfe56800 01 00 10 "
                "000102030405060708090a0b0c0d0e0f",
                5},
       }) {
    CAPTURE(bytes);
    const std::string value = hex(bytes);
    const auto read = decode_offset_value(value);
    REQUIRE(read);
    CHECK(read->next.value == 42);
    CHECK(read->metadata == "m");
    CHECK(read->committed_ms == 1700000000000);
    CHECK(read->leader_epoch == leader_epoch);
    for (std::size_t cut = 0; cut < value.size(); ++cut)
      CHECK_FALSE(decode_offset_value(value.substr(0, cut)));
    CHECK_FALSE(decode_offset_value(value + "x"));
  }
}

TEST_CASE("a value that is none is refused, whatever its lengths say") {
  CHECK_FALSE(decode_offset_value(hex("0005 000000000000002a 00000005 0001 6d 0000018bcfe56800")));
  CHECK_FALSE(decode_offset_value(hex("0003 000000000000002a 00000005 ffff 0000018bcfe56800")));
  CHECK_FALSE(decode_offset_value(hex("0003 000000000000002a 00000005 7fff 6d 0000018bcfe56800")));
  CHECK_FALSE(decode_offset_value(hex("0004 000000000000002a 00000005 00 0000018bcfe56800 00")));
  CHECK_FALSE(decode_offset_value(hex("0004 000000000000002a 00000005 ffffffff0f 0000018bcfe56800 00")));
  CHECK_FALSE(decode_offset_value(hex("0004 000000000000002a 00000005 02 6d 0000018bcfe56800 ffffffff0f")));
  CHECK_FALSE(decode_offset_value(""));
}

}  // namespace
}  // namespace weir::coord
