// Logs that Kafka wrote, and copies of a broker's files: no side file, preallocated indexes, half a batch at the end,
// transactions.
#include <doctest/doctest.h>

#include "base/byte_order.h"
#include "log/storage_test_words.h"

using namespace weir;
using namespace weir::log;
using namespace weir::log::testing;
using weir::testing::SimulatedDisk;

namespace {

constexpr std::string_view kLogName = "/00000000000000000000.log";

struct Batch {
  std::vector<std::string> values = {};
  std::int64_t producer = -1;
  bool transactional = false;
  int marker = -1;         // 0: abort, 1: commit
  std::int64_t base = -1;  // -1: follows on
  std::int32_t epoch = 0;
};

std::string control_record_key(int type) {
  std::string key(4, '\0');
  base::store_be(key.data() + 2, static_cast<std::int16_t>(type));
  return key;
}

std::string foreign_log(const std::vector<Batch>& batches) {
  std::string log;
  std::int64_t next = 0;
  for (const Batch& batch : batches) {
    record::BatchBuilder builder;
    const std::string key = control_record_key(batch.marker);
    const std::string value(6, '\0');
    if (batch.marker >= 0) builder.append(record::testing::record(key, value));
    for (const std::string& text : batch.values) builder.append(record::testing::record("k", text));
    record::BatchBuilder::Seal seal;
    if (batch.producer >= 0) seal.producer = {batch.producer, 0, batch.marker >= 0 ? -1 : 0};
    seal.transactional = batch.transactional;
    seal.control = batch.marker >= 0;
    seal.base_offset = {batch.base >= 0 ? batch.base : next};
    seal.leader_epoch = batch.epoch;
    const std::span<char> bytes = builder.finish(seal);
    log.append(bytes.data(), bytes.size());
    next = record::BatchHeader::read(bytes.data()).next_offset().value;
  }
  return log;
}

struct Copy {
  SimulatedDisk disk;
  Lab lab{disk};
  explicit Copy(const std::string& log) { disk.set_content(kFolder + std::string(kLogName), log); }
  Read read(ReaderOptions how = {}) {
    how.ignore_side_file = true;
    return read_all(lab, how);
  }
};

std::vector<std::string> values(std::initializer_list<const char*> list) {
  return {list.begin(), list.end()};
}

}  // namespace

TEST_CASE(
    "a copy that ends anywhere in a batch, with or without a zero tail, is read to its last whole batch") {
  const std::string whole = foreign_log({{{"a"}}, {{"b", "c"}}, {{"d"}}});
  const std::string two = foreign_log({{{"a"}}, {{"b", "c"}}});
  for (std::size_t cut = two.size(); cut < whole.size(); ++cut) {
    for (const std::size_t zeros : {0, 5000}) {
      CAPTURE(cut);
      CAPTURE(zeros);
      if (zeros > 0 && whole.find_first_not_of('\0', cut) == std::string::npos)
        continue;  // the zeros complete it
      Copy copy(whole.substr(0, cut) + std::string(zeros, '\0'));
      const Read read = copy.read();
      CHECK(!read.error);
      CHECK(read.values == values({"a", "b", "c"}));
      CHECK(copy.lab.reader({.ignore_side_file = true})->end_offset().value == 3);
    }
  }
}

TEST_CASE("a follower of a foreign log goes on when its last batch has been finished") {
  const std::string whole = foreign_log({{{"a"}}, {{"b"}}});
  Copy copy(whole.substr(0, whole.size() - 3));
  const auto reader = copy.lab.reader({.ignore_side_file = true});
  CHECK(read_on(*reader).values == values({"a"}));
  copy.disk.set_content(kFolder + std::string(kLogName), whole);
  CHECK(read_on(*reader).values == values({"b"}));
}

TEST_CASE("damage in the middle of a foreign log is an error, not its end") {
  std::string log = foreign_log({{{"a"}}, {{"b"}}, {{"c"}}});
  log[foreign_log({Batch{.values = {"a"}}}).size() + 65] ^= 4;
  Copy copy(log);
  CHECK(copy.read().error);
  const Read skipped = copy.read({.skip_corrupt = true});
  CHECK(skipped.values == values({"a", "c"}));
  CHECK(skipped.gaps.size() == 1);
}

TEST_CASE("offsets that compaction took out are no damage") {
  Copy copy(foreign_log(
      {{.values = {"a"}, .base = 4}, {.values = {"b"}, .base = 90}, {.values = {"c"}, .base = 95}}));
  const Read read = copy.read();
  CHECK(!read.error);
  CHECK(read.offsets == std::vector<std::int64_t>{4, 90, 95});
}

TEST_CASE("preallocated indexes of a live broker are searched up to their zero tail") {
  SimulatedDisk disk;
  Lab lab(disk);
  lab.create();
  auto log = lab.open();
  for (int i = 0; i < 50; ++i) append(*log, batch({std::string(3000, 'x')}, {.ms = 1'700'000'000'000 + i}));
  log->close();
  for (const char* name : {"/00000000000000000000.index", "/00000000000000000000.timeindex"}) {
    std::string index = disk.content(kFolder + name);
    index.resize((10u << 20) / 24 * 24, '\0');
    disk.set_content(kFolder + name, index);
  }
  const auto reader = lab.reader({.ignore_side_file = true});
  for (int i = 0; i < 50; ++i) {
    reader->seek({i});
    REQUIRE(reader->next() == PartitionReader::Step::batch);
    CHECK(reader->batch().header().base_offset == i);
    CHECK(reader->offset_at_time({1'700'000'000'000 + i}).value == i);
  }
}

TEST_CASE("read_committed leaves out what was aborted, skips markers and stops before an open transaction") {
  Copy copy(foreign_log({{.values = {"plain"}},
                         {.values = {"kept"}, .producer = 1, .transactional = true},
                         {.values = {"dropped"}, .producer = 2, .transactional = true},
                         {.producer = 1, .transactional = true, .marker = 1},
                         {.producer = 2, .transactional = true, .marker = 0},
                         {.values = {"kept too"}, .producer = 2, .transactional = true},
                         {.producer = 2, .transactional = true, .marker = 1},
                         {.values = {"open"}, .producer = 3, .transactional = true},
                         {.values = {"behind"}}}));
  CHECK(copy.read().values == values({"plain", "kept", "kept too"}));
  CHECK(copy.read({.read_committed = false}).values ==
        values({"plain", "kept", "dropped", "kept too", "open", "behind"}));
}

TEST_CASE("a single segment file is read alone") {
  Copy copy(foreign_log({{{"a"}}, {{"b"}}}));
  copy.disk.set_content(kFolder + "/00000000000000000002.log", foreign_log({{.values = {"c"}, .base = 2}}));
  const auto one =
      PartitionReader::open(copy.disk, copy.lab.clock, copy.lab.host, kFolder + std::string(kLogName), {});
  CHECK(read_on(*one).values == values({"a", "b"}));
  CHECK(copy.read().values == values({"a", "b", "c"}));
  CHECK_THROWS_AS(PartitionReader::open(copy.disk, copy.lab.clock, copy.lab.host, kFolder + "/x.log", {}),
                  base::Error);
}

TEST_CASE("a log that Kafka wrote is carried on at its end, with the producers it knew") {
  Copy copy(foreign_log({{.values = {"a"}, .producer = 5}, {{"b"}}}));
  const auto log = copy.lab.open();
  CHECK(append(*log, batch({"a"}, {.producer = 5, .sequence = 0})).duplicate());
  CHECK(append(*log, batch({"c"}, {.producer = 5, .sequence = 1})).base.value == 2);
  log->close();
  CHECK(read_all(copy.lab).values == values({"a", "b", "c"}));
}

TEST_CASE("a batch of another leader epoch than the checkpoint says is damage") {
  SimulatedDisk disk;
  Lab lab(disk);
  lab.create();
  const auto log = lab.open();
  append(*log, batch({"a"}));
  append(*log, batch({"b"}));
  log->sync();
  const std::string path = kFolder + std::string(kLogName);
  std::string bytes = disk.content(path);
  bytes[15] ^= 1;
  disk.set_content(path, bytes);
  CHECK(read_all(lab).error);
  disk.set_content(kFolder + "/leader-epoch-checkpoint",
                   "0\n2\n1 0\n");  // and a damaged checkpoint says nothing
  CHECK(!read_all(lab).error);
}
