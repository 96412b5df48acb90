#include <doctest/doctest.h>

#include "record/control.h"
#include "support/random_records.h"
#include "support/records.h"

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

TEST_CASE("what finish seals may be placed at any offset without a new checksum") {
  BatchBuilder builder;
  REQUIRE(builder.append(record("k", "a")));
  REQUIRE(builder.append(record("k", "b")));
  const std::span<char> batch = builder.finish({});
  set_base_offset(batch, {1000000});
  set_leader_epoch(batch, 3);
  const Decoded decoded = decode_batch(text(batch));
  REQUIRE_FALSE(decoded.fault);
  CHECK(decoded.records[0].offset == 1000000);
  CHECK(decoded.records[1].offset == 1000001);
  CHECK(BatchHeader::read(batch.data()).leader_epoch == 3);
}

TEST_CASE("a batch with append time gives that time to every record") {
  BatchBuilder builder;
  REQUIRE(builder.append(record("k", "a", 5)));
  REQUIRE(builder.append(record("k", "b", 7)));
  const std::string as_created = text(builder.finish({}));

  SUBCASE("set when it is sealed") {
    BatchBuilder::Seal seal;
    seal.append_time = true;
    seal.append_at = {99};
    const Decoded decoded = decode_batch(text(builder.finish(seal)));
    REQUIRE_FALSE(decoded.fault);
    for (const Owned& found : decoded.records) {
      CHECK(found.ms == 99);
      CHECK(found.append_time);
    }
  }
  SUBCASE("set by whoever appends it") {
    std::string batch = as_created;
    set_append_time(batch, {99});
    const Decoded decoded = decode_batch(batch);
    REQUIRE_FALSE(decoded.fault);
    CHECK(decoded.records[0].ms == 99);
    CHECK(decoded.records[1].append_time);
  }
  CHECK(decode_batch(as_created).records[1].ms == 7);
  CHECK_FALSE(decode_batch(as_created).records[1].append_time);
}

TEST_CASE("a producer's stamp can be set late, under a new checksum") {
  BatchBuilder builder;
  REQUIRE(builder.append(record("k", "a")));
  const std::span<char> batch = builder.finish({});
  set_producer(batch, {12, 3, 400});
  BatchView view;
  REQUIRE_FALSE(view.open({batch.data(), batch.size()}));
  CHECK(view.header().producer_id == 12);
  CHECK(view.header().producer_epoch == 3);
  CHECK(view.header().base_sequence == 400);
}

TEST_CASE("holes that compaction left keep every record at its own offset") {
  BatchBuilder builder;
  REQUIRE(builder.append(record("k", "a"), 3));
  REQUIRE(builder.append(record("k", "b"), 70));
  BatchBuilder::Seal seal;
  seal.base_offset = {100};
  seal.last_offset_delta = 90;
  const std::string batch = text(builder.finish(seal));
  const Decoded decoded = decode_batch(batch);
  REQUIRE_FALSE(decoded.fault);
  REQUIRE(decoded.records.size() == 2);
  CHECK(decoded.records[0].offset == 103);
  CHECK(decoded.records[1].offset == 170);
  CHECK(BatchHeader::read(batch.data()).next_offset().value == 191);
}

TEST_CASE("an empty batch, as compaction leaves it, holds no record but its offsets") {
  BatchBuilder builder;
  BatchBuilder::Seal seal;
  seal.codec = Codec::zstd;
  seal.base_offset = {7};
  seal.last_offset_delta = 4;
  seal.producer = {1, 0, 20};
  const std::string batch = text(builder.finish(seal));
  CHECK(batch.size() == kBatchHeaderBytes);
  const Decoded decoded = decode_batch(batch);
  CHECK_FALSE(decoded.fault);
  CHECK(decoded.records.empty());
  CHECK(BatchHeader::read(batch.data()).next_offset().value == 12);
}

TEST_CASE("with a delete horizon the times still count from the base timestamp") {
  // As the cleaner writes it: bit 6, a base timestamp in the future and negative deltas.
  BatchBuilder builder;
  REQUIRE(builder.append(record("ignored", "x", 5000)));
  REQUIRE(builder.append(record("k", "a", 1000)));
  std::string batch = text(builder.finish({}));
  batch[22] = static_cast<char>(Attributes::kDeleteHorizon);
  set_producer(batch, {});  // renews the checksum
  const Decoded decoded = decode_batch(batch);
  REQUIRE_FALSE(decoded.fault);
  CHECK(decoded.records[1].ms == 1000);
  CHECK(BatchHeader::read(batch.data()).attributes.delete_horizon());
}

TEST_CASE("a record without a time stands among others, and does not become the newest") {
  BatchBuilder builder;
  REQUIRE(builder.append(record("k", "a", -1)));
  REQUIRE(builder.append(record("k", "b", 1700000000000)));
  REQUIRE(builder.append(record("k", "c", -1)));
  const std::string batch = text(builder.finish({}));
  const Decoded decoded = decode_batch(batch);
  REQUIRE_FALSE(decoded.fault);
  CHECK(decoded.records[0].ms == -1);
  CHECK(decoded.records[1].ms == 1700000000000);
  CHECK(decoded.records[2].ms == -1);
  CHECK(BatchHeader::read(batch.data()).max_timestamp == 1700000000000);
}

TEST_CASE("a builder takes records up to its limits, the first one always") {
  BatchBuilder by_bytes({.bytes = 200, .records = 100});
  const std::string big(500, 'x');
  CHECK(by_bytes.append(record("k", big)));
  CHECK_FALSE(by_bytes.append(record("k", "y")));
  CHECK(by_bytes.records() == 1);
  by_bytes.clear();
  std::size_t taken = 0;
  while (by_bytes.append(record("k", "0123456789"))) ++taken;
  CHECK(by_bytes.bytes() <= 200);
  CHECK(taken == (200 - kBatchHeaderBytes) / 18);
  CHECK(decode_batch(text(by_bytes.finish({}))).records.size() == taken);

  BatchBuilder by_count({.bytes = 1000, .records = 2});
  CHECK(by_count.append(record("k", "a")));
  CHECK(by_count.append(record("k", "b")));
  CHECK_FALSE(by_count.append(record("k", "c")));
}

TEST_CASE("records come out of every codec as they went in") {
  RandomRecords records(20240501);
  BatchBuilder builder({.bytes = 64u << 10});
  for (int round = 0; round < 400; ++round) {
    CAPTURE(round);
    builder.clear();
    std::vector<Owned> expected;
    const std::size_t count = 1 + records.below(60);
    while (expected.size() < count) {
      const Record& next = records.next();
      if (!builder.append(next)) break;
      Owned owned = own(next, {static_cast<std::int64_t>(expected.size())});
      expected.push_back(std::move(owned));
    }
    BatchBuilder::Seal seal;
    seal.codec = static_cast<Codec>(round % kCodecs);
    const Decoded decoded = decode_batch(text(builder.finish(seal)));
    REQUIRE_MESSAGE(!decoded.fault, (decoded.fault.what == nullptr ? "" : decoded.fault.what));
    REQUIRE(decoded.records == expected);
  }
}

TEST_CASE("a value of a mebibyte comes out of every codec as it went in") {
  std::string value(1u << 20, '\0');
  std::mt19937_64 random(7);
  for (std::size_t i = 0; i < value.size(); ++i) value[i] = static_cast<char>(i % 3 == 0 ? random() : i >> 8);
  for (int codec = 0; codec < kCodecs; ++codec) {
    CAPTURE(codec);
    BatchBuilder builder;
    REQUIRE(builder.append(record("k", value)));
    REQUIRE_FALSE(builder.append(record("k", value)));
    BatchBuilder::Seal seal;
    seal.codec = static_cast<Codec>(codec);
    const Decoded decoded = decode_batch(text(builder.finish(seal)));
    REQUIRE_FALSE(decoded.fault);
    CHECK(decoded.records[0].value == value);
  }
}

}  // namespace
}  // namespace weir::record
