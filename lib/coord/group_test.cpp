#include "coord/group.h"

#include <doctest/doctest.h>

#include "base/error.h"
#include "coord/coord_test_words.h"
#include "coord/group_hash.h"
#include "support/records.h"

namespace weir::coord {
namespace {

using namespace testing;
using log::Position;
using log::TopicPartition;

std::int64_t stored(const Group& group, const TopicPartition& partition) {
  const auto position = group.position(partition);
  return position ? position->value : -1;
}

TEST_CASE("positions outlive their group's members, and belong to one group") {
  const TempDirectory directory;
  log::Log log = open_log(directory.path);
  NumberedTopic topic(log, "t", 2);
  {
    Group group(log, "g", {{"t"}});
    CHECK(group.review().gained.size() == 2);
    CHECK(stored(group, {"t", {0}}) == -1);
    group.commit(std::vector<Position>{{{"t", {0}}, {5}}, {{"t", {1}}, {7}}});
    group.commit(std::vector<Position>{{{"t", {0}}, {6}}});
    CHECK(stored(group, {"t", {0}}) == 6);
    group.leave();
    CHECK(group.assignment().empty());
  }
  Group again(log, "g", {{"t"}});
  again.review();
  CHECK(stored(again, {"t", {0}}) == 6);
  CHECK(stored(again, {"t", {1}}) == 7);
  Group other(log, "other", {{"t"}});
  other.review();
  CHECK(stored(other, {"t", {0}}) == -1);
}

TEST_CASE("positions are in __consumer_offsets, compacted, in the partition of the group's hash") {
  const TempDirectory directory;
  log::Log log = open_log(directory.path);
  NumberedTopic topic(log, "t", 1);
  Group group(log, "my-group", {{"t"}});
  group.review();
  group.commit(std::vector<Position>{{{"t", {0}}, {5}}});
  group.sync();
  CHECK(log.topic("__consumer_offsets").partition_count() == 50);
  CHECK(log.config("__consumer_offsets").compact);
  auto reader = log::PartitionReader::open(log.sys(), log.clock(), log.host(),
                                           log.partition_path("__consumer_offsets", {12}), {});
  reader->seek({0});
  REQUIRE(reader->next() == log::PartitionReader::Step::batch);
  record::RecordCursor cursor(reader->batch().header(), reader->batch().payload());
  record::Record record;
  base::Offset offset;
  REQUIRE(cursor.next(record, offset));
  CHECK(decode_offset_key(record.key.view()) == OffsetKey{"my-group", {"t", {0}}});
  CHECK(decode_offset_value(record.value.view())->next.value == 5);
}

TEST_CASE("a position never goes back by a commit") {
  const TempDirectory directory;
  log::Log log = open_log(directory.path);
  NumberedTopic topic(log, "t", 1);
  Group group(log, "g", {{"t"}});
  group.review();
  group.commit(std::vector<Position>{{{"t", {0}}, {5}}});
  group.commit(std::vector<Position>{{{"t", {0}}, {3}}});
  CHECK(stored(group, {"t", {0}}) == 5);
}

TEST_CASE("who takes a partition over sees the last position of who had it, synced or not") {
  const TempDirectory directory;
  log::Log log = open_log(directory.path);
  NumberedTopic topic(log, "t", 2);
  auto first = std::make_unique<Group>(log, "g", Group::Topics{{"t"}});
  first->review();
  Group second(log, "g", {{"t"}});
  const auto change = first->review();
  REQUIRE(change.surplus.size() == 1);
  first->commit(std::vector<Position>{{change.surplus[0], {41}}});
  CHECK(second.review().gained.empty());
  first->release(change.surplus);
  CHECK(second.review().gained == change.surplus);
  CHECK(stored(second, change.surplus[0]) == 41);

  const TopicPartition kept = first->assignment()[0];
  first->commit(std::vector<Position>{{kept, {17}}});
  first.reset();  // as if killed
  CHECK(second.review().gained == std::vector<TopicPartition>{kept});
  CHECK(stored(second, kept) == 17);
}

TEST_CASE(
    "what Kafka wrote beside it is passed over: other groups, group metadata, old versions, tombstones") {
  const TempDirectory directory;
  log::Log log = open_log(directory.path);
  NumberedTopic topic(log, "t", 3);
  Positions(log, "g");  // makes the topic
  const base::Partition partition = partition_of_group("g", kOffsetsPartitions);
  auto writer = log::PartitionLog::open(log.sys(), log.clock(), log.host(),
                                        log.partition_path(kOffsetsTopic, partition), {});
  using record::testing::hex;
  const std::string metadata_key = hex("0002 0001 67"), metadata = hex("0003 0000");
  const std::string old_value = hex("0001 000000000000000b 0000 0000018bcfe56800 0000018bcfe56801");
  const std::string key0 = encode(OffsetKey{"g", {"t", {0}}}), key1 = encode(OffsetKey{"g", {"t", {1}}});
  const std::string foreign = encode(OffsetKey{"h", {"t", {0}}});
  record::BatchBuilder batch;
  for (const auto& [key, value] :
       {std::pair(metadata_key, metadata), std::pair(key0, old_value), std::pair(key1, old_value),
        std::pair(foreign, encode(StoredOffset{{99}, -1, "", 0}))}) {
    REQUIRE(batch.append(record::testing::record(key, value)));
  }
  record::Record tombstone = record::testing::record(key1, "");
  tombstone.value = {};
  REQUIRE(batch.append(tombstone));
  record::BatchBuilder::Seal seal;
  seal.codec = record::Codec::lz4;
  writer->append(batch.finish(seal));
  writer->sync();

  const Positions positions(log, "g");
  REQUIRE(positions.find({"t", {0}}) != nullptr);
  CHECK(positions.find({"t", {0}})->next.value == 11);
  CHECK(positions.find({"t", {1}}) == nullptr);
  CHECK(positions.all().size() == 1);
}

TEST_CASE("what a group's pattern names is looked at anew, and members with the same pattern share it") {
  const TempDirectory directory;
  log::Log log = open_log(directory.path);
  const Group::Topics topics{{"^t"}, [](std::string_view name) { return name.starts_with("t"); }};
  Group first(log, "g", topics);
  CHECK(first.review().gained.empty());
  CHECK(first.has_share());
  NumberedTopic one(log, "t1", 2);
  NumberedTopic other(log, "x", 1);
  CHECK(first.review().gained == std::vector<TopicPartition>{{"t1", {0}}, {"t1", {1}}});
  Group second(log, "g", topics);
  const auto change = first.review();
  REQUIRE(change.surplus.size() == 1);
  first.release(change.surplus);
  CHECK(second.review().gained == change.surplus);
  NumberedTopic late(log, "t2", 2);
  CHECK(first.review().gained.size() + second.review().gained.size() == 2);
}

TEST_CASE("positions can be taken away") {
  const TempDirectory directory;
  log::Log log = open_log(directory.path);
  NumberedTopic topic(log, "t", 2);
  Positions positions(log, "g");
  positions.store(std::vector<Position>{{{"t", {0}}, {1}}, {{"t", {1}}, {2}}});
  positions.remove(std::vector<TopicPartition>{{"t", {0}}});
  CHECK(positions.find({"t", {0}}) == nullptr);
  const Positions again(log, "g");
  CHECK(again.find({"t", {0}}) == nullptr);
  CHECK(again.find({"t", {1}})->next.value == 2);
}

TEST_CASE("a group or topic that cannot be is an error in the user's words") {
  const TempDirectory directory;
  log::Log log = open_log(directory.path);
  CHECK_THROWS_WITH_AS(Group(log, "", {}), "group name is empty", base::Error);
  CHECK_THROWS_WITH_AS(Group(log, "\xff", {}), "group name is not UTF-8", base::Error);
  CHECK_THROWS_AS(Group(log, "g", {{"missing"}}), base::Error);
}

}  // namespace
}  // namespace weir::coord
