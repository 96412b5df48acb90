#include <doctest/doctest.h>

#include "record/control.h"
#include "record/testing.h"

namespace weir::record {
namespace {

using namespace testing;

// Bytes as Apache Kafka's Java client writes them.
const std::string kTwoRecords = hex(R"(
00 00 00 00 00 00 00 00 00 00 00 4a 00 00 00 00 02 8a 44 a6 3c 00 00 00 00 00 01
00 00 01 8b cf e5 68 00 00 00 01 8b cf e5 68 05 ff ff ff ff ff ff ff ff ff ff ff ff ff ff 00 00 00 02
18 00 00 00 02 6b 02 76 02 02 68 02 31
16 00 0a 02 01 0a 68 65 6c 6c 6f 00)");

const std::string kCommitMarker = hex(R"(
00 00 00 00 00 00 00 02 00 00 00 42 00 00 00 00 02 5f 55 75 44 00 30 00 00 00 00
00 00 01 8b cf e5 68 64 00 00 01 8b cf e5 68 64 00 00 00 00 00 00 00 07 00 00 ff ff ff ff 00 00 00 01
20 00 00 00 08 00 00 00 01 0c 00 00 00 00 00 00 00)");

TEST_CASE("a batch of two records is the bytes that Kafka writes") {
  HeadersBuilder headers;
  headers.add("h", Bytes("1"));
  Record first = record("k", "v", 1700000000000);
  first.headers = headers.headers();
  Record second = record("", "hello", 1700000000005);
  second.key = {};

  BatchBuilder builder;
  REQUIRE(builder.append(first));
  REQUIRE(builder.append(second));
  CHECK(text(builder.finish({})) == kTwoRecords);
}

TEST_CASE("a commit marker is the bytes that Kafka writes, and is read as one") {
  const std::string key = hex("00 00 00 01");
  const std::string value = hex("00 00 00 00 00 00");
  BatchBuilder builder;
  REQUIRE(builder.append(record(key, value, 1700000000100)));
  BatchBuilder::Seal seal;
  seal.base_offset = {2};
  seal.producer = {7, 0, kNoSequence};
  seal.transactional = seal.control = true;
  CHECK(text(builder.finish(seal)) == kCommitMarker);

  BatchView view;
  REQUIRE_FALSE(view.open(kCommitMarker));
  CHECK(view.header().attributes.control());
  CHECK(view.header().attributes.transactional());
  RecordCursor cursor(view.header(), view.payload());
  Record found;
  base::Offset offset;
  REQUIRE(cursor.next(found, offset));
  CHECK(offset.value == 2);
  CHECK(read_control(found).type == ControlType::commit);
  CHECK(read_control(found).coordinator_epoch == 0);
}

TEST_CASE("a control record of another type, or too short for one, is unknown") {
  CHECK(read_control(record(hex("00000000"), hex("0000 00000007"))).type == ControlType::abort);
  CHECK(read_control(record(hex("00000000"), hex("0000 00000007"))).coordinator_epoch == 7);
  CHECK(read_control(record(hex("00000000"), "")).coordinator_epoch == -1);
  CHECK(read_control(record(hex("00000005"), "x")).type == ControlType::unknown);
  CHECK(read_control(record("abc", "x")).type == ControlType::unknown);
}

TEST_CASE("what Kafka writes is read field by field") {
  const Decoded decoded = decode_batch(kTwoRecords);
  REQUIRE_FALSE(decoded.fault);
  REQUIRE(decoded.records.size() == 2);
  CHECK(decoded.records[0].key == "k");
  CHECK(decoded.records[0].value == "v");
  CHECK(decoded.records[0].ms == 1700000000000);
  CHECK(decoded.records[0].header_count == 1);
  CHECK(decoded.records[1].offset == 1);
  CHECK(decoded.records[1].null_key);
  CHECK(decoded.records[1].value == "hello");
  CHECK(decoded.records[1].ms == 1700000000005);
}

}  // namespace
}  // namespace weir::record
