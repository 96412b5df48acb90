// Batches that were cut, flipped or made up: always a fault that says where, never a crash, never another record.
#include <doctest/doctest.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/byte_order.h"
#include "record/crc32c.h"
#include "record/varint.h"
#include "support/random_records.h"
#include "support/records.h"

namespace weir::record {
namespace {

using namespace testing;

std::string sample(Codec codec) {
  HeadersBuilder headers;
  headers.add("trace", Bytes("0123456789"));
  headers.add("none", Bytes{});
  BatchBuilder builder;
  for (int i = 0; i < 5; ++i) {
    const std::string key = "key" + std::to_string(i);
    const std::string value = "value value value " + std::to_string(i);
    Record next = record(key, value, 1700000000000 + i);
    if (i == 2) next.headers = headers.headers();
    if (i == 3) next.value = {};
    REQUIRE(builder.append(next));
  }
  BatchBuilder::Seal seal;
  seal.codec = codec;
  seal.base_offset = {40};
  return text(builder.finish(seal));
}

// Decodes from memory of exactly that size, so that a sanitizer sees a read behind it.
Decoded decode_exactly(std::string_view bytes, std::size_t limit = kMaxUnpackedBytes) {
  const auto exact = std::make_unique<char[]>(bytes.size());
  std::copy(bytes.begin(), bytes.end(), exact.get());
  return decode_batch({exact.get(), bytes.size()}, limit);
}

void renew_crc(std::string& batch) {
  base::store_be(batch.data() + 17, crc32c(std::string_view(batch).substr(kCrcCountsFrom)));
}

template <typename T>
std::string with(std::string batch, std::size_t at, T number) {
  base::store_be(batch.data() + at, number);
  renew_crc(batch);
  return batch;
}

TEST_CASE("a batch cut off anywhere is partial until its last byte") {
  for (int codec = 0; codec < kCodecs; ++codec) {
    const std::string whole = sample(static_cast<Codec>(codec));
    for (std::size_t cut = 0; cut < whole.size(); ++cut) {
      CAPTURE(cut);
      const Frame found = frame(std::string_view(whole).substr(0, cut));
      CHECK(found.state == Frame::State::partial);
      CHECK(found.bytes == (cut < kLengthCountsFrom ? 0 : whole.size()));
      CHECK(decode_exactly(whole.substr(0, cut)).fault);
    }
    const Frame found = frame(whole + "next");
    CHECK(found.state == Frame::State::whole);
    CHECK(found.bytes == whole.size());
    CHECK(decode_exactly(whole + "n").fault);
  }
}

TEST_CASE("any flipped bit under the checksum is a fault; above it no record changes") {
  for (int codec = 0; codec < kCodecs; ++codec) {
    CAPTURE(codec);
    std::string bytes = sample(static_cast<Codec>(codec));
    const std::vector<Owned> expected = decode_exactly(bytes).records;
    REQUIRE(expected.size() == 5);
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      CAPTURE(bit);
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
      const Decoded decoded = decode_exactly(bytes);
      if (bit / 8 >= 8 && (bit / 8 < 12 || bit / 8 >= 16)) {
        CHECK(decoded.fault);
        CHECK(decoded.records.empty());
      } else if (!decoded.fault) {
        // Offset and leader epoch are not covered: whoever reads a log knows which offset comes next.
        REQUIRE(decoded.records.size() == expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
          Owned moved = decoded.records[i];
          moved.offset = expected[i].offset;
          CHECK(moved == expected[i]);
        }
      }
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
    }
  }
}

TEST_CASE("a fault says what is wrong and where") {
  std::string bytes = sample(Codec::none);
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  CHECK(std::string(decode_exactly(bytes).fault.what) == "checksum does not match");
  CHECK(decode_exactly(bytes).fault.at == 17);
  bytes[16] = 1;
  CHECK(std::string(frame(bytes).fault.what) == "message format of before Kafka 0.11 (magic 0 or 1)");
  bytes[16] = 3;
  CHECK(std::string(frame(bytes).fault.what) == "unknown magic");
  CHECK(frame(bytes).fault.at == 16);
  CHECK(frame(std::string(100, '\0')).state == Frame::State::bad);
}

TEST_CASE("lengths in front of a batch are believed only between the smallest and the largest batch") {
  std::string bytes = sample(Codec::none);
  for (const std::int32_t length : {INT32_MIN, -2, -1, 0, 1, 48, INT32_MAX, 32 << 20}) {
    CAPTURE(length);
    base::store_be(bytes.data() + 8, length);
    CHECK(frame(bytes).state == Frame::State::bad);
  }
  base::store_be(bytes.data() + 8, std::int32_t{49});
  CHECK(frame(bytes).state == Frame::State::whole);
  base::store_be(bytes.data() + 8, static_cast<std::int32_t>(kMaxBatchBytes - kLengthCountsFrom));
  CHECK(frame(bytes).state == Frame::State::partial);
}

TEST_CASE("header fields that contradict one another are faults under a right checksum") {
  for (const Codec codec : {Codec::none, Codec::zstd}) {
    const std::string good = sample(codec);
    REQUIRE_FALSE(decode_exactly(with(good, 53, std::int32_t{9})).fault);
    for (const std::int32_t count : {INT32_MIN, -2, -1, 0, 4, 6, INT32_MAX}) {
      CAPTURE(count);
      CHECK(decode_exactly(with(good, 57, count)).fault);
      // With room for the offsets only the bytes tell.
      if (count > 5) CHECK(decode_exactly(with(with(good, 23, INT32_MAX), 57, count)).fault);
    }
    for (const std::int32_t delta : {INT32_MIN, -2, -1, 0, 3})
      CHECK(decode_exactly(with(good, 23, delta)).fault);
    CHECK(decode_exactly(with(good, 0, std::int64_t{-1})).fault);
    CHECK(decode_exactly(with(good, 0, INT64_MAX)).fault);
    for (const std::uint16_t bits : {std::uint16_t{5}, std::uint16_t{6}, std::uint16_t{7}})
      CHECK(decode_exactly(with(good, 21, bits)).fault);
  }
}

// One record whose integers can be set to anything.
struct Fields {
  std::int64_t length = -1;  // -1: the right one
  std::int64_t time_delta = 0, offset_delta = 0, key = 1, value = 2, headers = 1, name = 1, header_value = 1;
  std::string long_form;  // in place of the number in `replaced`
  int replaced = -1;
};

std::string batch_of(const Fields& fields) {
  int index = 0;
  const auto put = [&](std::int64_t number) {
    char bytes[kMaxVarlongBytes];
    return index++ == fields.replaced ? fields.long_form : std::string(bytes, put_varint(bytes, number));
  };
  ++index;  // 0 is the length
  std::string body(1, '\0');
  body += put(fields.time_delta);
  body += put(fields.offset_delta);
  body += put(fields.key) + "k";
  body += put(fields.value) + "vv";
  body += put(fields.headers);
  body += put(fields.name) + "n";
  body += put(fields.header_value) + "h";
  index = 0;
  const std::string length =
      put(fields.length == -1 ? static_cast<std::int64_t>(body.size()) : fields.length);
  BatchBuilder builder;
  std::string batch = text(builder.finish({})) + length + body;
  base::store_be(batch.data() + 8, static_cast<std::int32_t>(batch.size() - kLengthCountsFrom));
  base::store_be(batch.data() + 57, std::int32_t{1});
  renew_crc(batch);
  return batch;
}

TEST_CASE("every length and count of a record, set to anything else, is a fault") {
  REQUIRE_FALSE(decode_exactly(batch_of({})).fault);
  std::int64_t Fields::*const kLengths[] = {&Fields::length,      &Fields::offset_delta, &Fields::key,
                                            &Fields::value,       &Fields::headers,      &Fields::name,
                                            &Fields::header_value};
  const auto whole = static_cast<std::int64_t>(batch_of({}).size() - kBatchHeaderBytes);
  int tried = 0;
  for (const auto field : kLengths) {
    Fields fields;
    const std::int64_t right = fields.*field == -1 ? whole - 1 : fields.*field;
    for (std::int64_t wrong :
         {std::int64_t{INT32_MIN}, std::int64_t{-2}, std::int64_t{-1}, std::int64_t{0}, right - 1, right + 1,
          whole - 1, whole, whole + 1, std::int64_t{INT32_MAX}, std::int64_t{1} << 40}) {
      // -1 means null for key and values, and is the right length here; what follows no longer adds up all the same.
      if (wrong == right || (field == &Fields::length && wrong == -1)) continue;
      fields.*field = wrong;
      CAPTURE(wrong);
      CHECK(decode_exactly(batch_of(fields)).fault);
      ++tried;
    }
  }
  CHECK(tried > 60);
}

TEST_CASE("over-long varints in any place are faults, or the number they stand for") {
  for (int place = 0; place < 8; ++place) {
    for (const std::string_view form :
         {"8080808000", "8080808080", "80808080808080808000", "80808080808080808080", "ffffffffffffffffffff",
          "ffffffff0f", "ffffffff1f"}) {
      Fields fields;
      fields.replaced = place;
      fields.long_form = hex(form);
      CAPTURE(place);
      CAPTURE(form);
      const Decoded decoded = decode_exactly(batch_of(fields));
      if (!decoded.fault) CHECK((place == 1 || place == 2));  // the deltas may be any number, even spelt out
    }
  }
}

TEST_CASE("bytes behind the last record, or before the record's end, are faults") {
  std::string batch = batch_of({}) + "x";
  base::store_be(batch.data() + 8, static_cast<std::int32_t>(batch.size() - kLengthCountsFrom));
  renew_crc(batch);
  CHECK(std::string(decode_exactly(batch).fault.what) == "bytes behind the last record");
}

TEST_CASE("offsets that do not rise are a fault") {
  BatchBuilder builder;
  REQUIRE(builder.append(record("k", "a")));
  REQUIRE(builder.append(record("k", "b")));
  std::string batch = text(builder.finish({}));
  // length, attributes, time delta, offset delta
  REQUIRE(batch[kBatchHeaderBytes + 9 + 3] == 2);
  batch[kBatchHeaderBytes + 9 + 3] = 0;
  renew_crc(batch);
  const Decoded decoded = decode_exactly(batch);
  CHECK(std::string(decoded.fault.what) == "offset delta out of order");
  CHECK(decoded.records.size() == 1);
}

TEST_CASE("bytes changed at random under a right checksum never crash and never pass the limit") {
  std::mt19937_64 random(11);
  std::size_t faults = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string bytes = sample(static_cast<Codec>(round % kCodecs));
    const auto changes = 1 + random() % 4;
    for (std::size_t i = 0; i < changes; ++i) {
      const std::size_t at = kCrcCountsFrom + random() % (bytes.size() - kCrcCountsFrom);
      bytes[at] = static_cast<char>(random() % 3 == 0 ? 0xff : random());
    }
    renew_crc(bytes);
    faults += decode_exactly(bytes, 1u << 20).fault ? 1 : 0;
  }
  CHECK(faults > 5000);
}

}  // namespace
}  // namespace weir::record
