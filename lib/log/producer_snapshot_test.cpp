#include "log/producer_snapshot.h"

#include <doctest/doctest.h>

#include "log/storage_test_words.h"

using namespace weir;
using namespace weir::log;
using namespace weir::log::testing;

namespace {

record::BatchHeader header(std::int64_t producer, std::int32_t sequence, std::int32_t records,
                           std::int64_t base, std::int16_t epoch = 0) {
  record::BatchHeader made;
  made.producer_id = producer;
  made.producer_epoch = epoch;
  made.base_sequence = sequence;
  made.last_offset_delta = records - 1;
  made.records_count = records;
  made.base_offset = base;
  made.max_timestamp = 1'700'000'000'000;
  return made;
}

}  // namespace

TEST_CASE("a snapshot keeps the last batch of each producer, and any damage to it is noticed") {
  ProducerStates states;
  states.take(header(7, 0, 3, 10));
  states.take(header(7, 3, 2, 13));
  states.take(header(8, INT32_MAX, 2, 15, 4));  // wraps to 0
  const std::string bytes = encode_snapshot(states);
  const auto again = decode_snapshot(bytes);
  REQUIRE(again);
  CHECK(encode_snapshot(*again) == bytes);
  CHECK(again->judge(header(7, 3, 2, 0)).verdict == ProducerVerdict::duplicate);
  CHECK(again->judge(header(7, 3, 2, 0)).original.first.value == 13);
  CHECK(again->judge(header(7, 5, 1, 0)).verdict == ProducerVerdict::append);
  CHECK(again->judge(header(8, 1, 1, 0, 4)).verdict == ProducerVerdict::append);
  CHECK(again->judge(header(8, INT32_MAX, 2, 0, 4)).verdict == ProducerVerdict::duplicate);
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    CHECK(!decode_snapshot(flipped));
  }
  for (std::size_t cut = 0; cut < bytes.size(); ++cut)
    CHECK(!decode_snapshot(std::string_view(bytes).substr(0, cut)));
}

TEST_CASE("sequence numbers run on over the largest one and over many batches") {
  ProducerStates states;
  std::int32_t sequence = INT32_MAX - 20;
  for (int i = 0; i < 30; ++i) {
    const auto batch = header(1, sequence, 3, i * 3);
    REQUIRE(states.judge(batch).verdict == ProducerVerdict::append);
    states.take(batch);
    CHECK(states.judge(batch).verdict == ProducerVerdict::duplicate);
    sequence = sequence_after(sequence, 3);
  }
  CHECK(sequence == 69);
}

TEST_CASE("a marker of the same epoch leaves the sequence alone, one of a higher epoch starts it again") {
  ProducerStates states;
  states.take(header(1, 0, 5, 0));
  record::BatchHeader marker = header(1, -1, 1, 5);
  marker.attributes.bits = record::Attributes::kControl | record::Attributes::kTransactional;
  states.take(marker, ProducerStates::Marker{2});
  CHECK(states.judge(header(1, 5, 1, 6)).verdict == ProducerVerdict::append);
  marker.producer_epoch = 1;
  states.take(marker, ProducerStates::Marker{3});
  CHECK(states.judge(header(1, 5, 1, 6, 1)).verdict == ProducerVerdict::out_of_order);
  CHECK(states.judge(header(1, 0, 1, 6, 1)).verdict == ProducerVerdict::append);
  CHECK(states.find(1)->coordinator_epoch == 3);
}
