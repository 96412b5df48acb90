// Batches as earlier builds and other writers wrote them: read for ever. Files are added, never changed.
#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

#include "base/file.h"
#include "support/records.h"

namespace weir::record {
namespace {

using namespace testing;

std::string path(const std::string& name) {
  return std::string(WEIR_TESTS_DIR) + "/golden/record/" + name;
}

// What every golden batch of ours holds.
std::string build(Codec codec) {
  HeadersBuilder headers;
  headers.add("content-type", Bytes("application/json"));
  headers.add("empty", Bytes(""));
  headers.add("null", Bytes{});
  headers.add("content-type", Bytes("again"));
  BatchBuilder builder;
  Record first = record("k1", R"({"id":1,"name":"one"})", 1700000000000);
  first.headers = headers.headers();
  Record tombstone = record("k2", "", 1700000000005);
  tombstone.value = {};
  const std::string long_value = std::string(2000, 'x') + "\xff\n";
  Record keyless = record("", long_value, 1699999999999);
  keyless.key = {};
  const Record empty = record("", "", -1);
  for (const Record& next : {first, tombstone, keyless, empty}) REQUIRE(builder.append(next));
  BatchBuilder::Seal seal;
  seal.codec = codec;
  seal.base_offset = {1234567890123};
  seal.leader_epoch = 5;
  seal.producer = {1000000000042, 1, 77};
  return text(builder.finish(seal));
}

TEST_CASE("golden batches of every codec are read as what was written") {
  const std::vector<Owned> expected = decode_batch(build(Codec::none)).records;
  REQUIRE(expected.size() == 4);
  for (int codec = 0; codec < kCodecs; ++codec) {
    const std::string file = path(std::string(name(static_cast<Codec>(codec))) + ".batch");
    CAPTURE(file);
    if (std::getenv("WEIR_UPDATE") != nullptr && !base::File::exists(base::real_sys(), file)) {
      base::File::replace(base::real_sys(), file, build(static_cast<Codec>(codec)));
    }
    std::string golden;
    REQUIRE(base::File::read_whole(base::real_sys(), file, &golden));
    const Decoded decoded = decode_batch(golden);
    REQUIRE_FALSE(decoded.fault);
    CHECK(decoded.records == expected);
    const BatchHeader header = BatchHeader::read(golden.data());
    CHECK(header.attributes.codec() == static_cast<Codec>(codec));
    CHECK(header.leader_epoch == 5);
    CHECK(header.producer_id == 1000000000042);
    CHECK(header.producer_epoch == 1);
    CHECK(header.base_sequence == 77);
  }
}

TEST_CASE("without a codec, what is written is the golden bytes") {
  std::string golden;
  REQUIRE(base::File::read_whole(base::real_sys(), path("none.batch"), &golden));
  CHECK(build(Codec::none) == golden);
}

}  // namespace
}  // namespace weir::record
