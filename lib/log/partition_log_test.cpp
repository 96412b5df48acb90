#include "log/partition_log.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "log/storage_test_words.h"
#include "support/faulty_sys.h"

using namespace weir;
using namespace weir::log;
using namespace weir::log::testing;
using weir::testing::SimulatedDisk;

static std::string numbered(int i) {
  return std::string("v").append(std::to_string(i));
}

TEST_CASE("what was appended is read back, in order, with offsets from 0") {
  SimulatedDisk disk;
  Lab lab(disk);
  lab.create();
  const auto log = lab.open();
  CHECK(append(*log, batch({"a", "b"})).base.value == 0);
  const auto second = append(*log, batch({"c"}));
  CHECK(second.base.value == 2);
  CHECK(second.last.value == 2);
  log->sync();
  CHECK(log->durable(second.end));
  const Read read = read_all(lab);
  CHECK(!read.error);
  CHECK(read.values == std::vector<std::string>{"a", "b", "c"});
  CHECK(read.offsets == std::vector<std::int64_t>{0, 1, 2});
}

TEST_CASE(
    "readers see a batch when it is durable, or when it is written where somebody writes without syncing") {
  SimulatedDisk disk;
  Lab lab(disk);
  lab.create();
  const auto durable = lab.open();
  append(*durable, batch({"a"}));
  const auto reader = lab.reader();  // settles what lies there
  CHECK(read_on(*reader).values == std::vector<std::string>{"a"});
  append(*durable, batch({"b"}));
  CHECK(reader->next() == PartitionReader::Step::end);
  CHECK(reader->recheck().has_value());
  durable->sync();
  CHECK(read_on(*reader).values == std::vector<std::string>{"b"});
  lab.options.visible_when_written = true;
  const auto fast = lab.open();
  append(*fast, batch({"c"}));
  CHECK(read_on(*reader).values == std::vector<std::string>{"c"});
}

TEST_CASE("a reader syncs what a writer left that died between write and sync") {
  SimulatedDisk disk;
  Lab lab(disk);
  lab.create();
  auto log = lab.open();
  const auto reader = lab.reader();
  append(*log, batch({"a"}));
  log.reset();  // no close
  Read read;
  for (int tries = 0; tries < 20 && read.values.empty(); ++tries) {
    lab.clock.advance(100);
    read = read_on(*reader);
  }
  CHECK(read.values == std::vector<std::string>{"a"});
  const auto after = disk.after_power_cut(1);
  Lab later(*after, 2);
  CHECK(read_all(later).values == std::vector<std::string>{"a"});
}

TEST_CASE("two writers take turns, with rolls, and one log comes out") {
  SimulatedDisk disk;
  Lab lab(disk);
  lab.create();
  lab.options.segment_bytes = 600;
  const auto one = lab.open();
  const auto two = lab.open();
  std::vector<std::string> expected;
  for (int i = 0; i < 60; ++i) {
    const std::string value = std::to_string(i) + std::string(static_cast<std::size_t>(i * 7 % 90), 'x');
    append(i % 3 == 0 ? *one : *two, batch({value}));
    expected.push_back(value);
    if (i % 5 == 0) one->sync();
  }
  two->sync();
  one->close();
  two->close();
  const Read read = read_all(lab);
  CHECK(!read.error);
  CHECK(read.values == expected);
  CHECK(list_segments(disk, kFolder).size() > 5);
}

TEST_CASE("one fsync of one process serves another that wrote before it") {
  SimulatedDisk disk;
  Lab lab(disk);
  lab.create();
  const auto one = lab.open();
  const auto two = lab.open();
  const auto first = append(*one, batch({"a"}));
  append(*two, batch({"b"}));
  two->sync();
  weir::testing::FaultySys counting(disk);
  one->sync();
  CHECK(one->durable(first.end));
  const auto after = disk.after_power_cut(3);
  Lab later(*after, 2);
  CHECK(read_all(later).values == std::vector<std::string>{"a", "b"});
}

TEST_CASE("a producer's batch that is sent again is stored once and answered with its offset") {
  SimulatedDisk disk;
  Lab lab(disk);
  lab.create();
  const auto log = lab.open();
  for (int i = 0; i < 7; ++i) append(*log, batch({numbered(i)}, {.producer = 9, .sequence = i}));
  const auto again = append(*log, batch({"v4"}, {.producer = 9, .sequence = 4}));
  CHECK(again.duplicate());
  CHECK(again.base.value == 4);
  // Older than the last five, a gap, an older epoch, a newer epoch that does not start at 0.
  CHECK(append(*log, batch({"v"}, {.producer = 9, .sequence = 1})).verdict == ProducerVerdict::out_of_order);
  CHECK(append(*log, batch({"v"}, {.producer = 9, .sequence = 8})).verdict == ProducerVerdict::out_of_order);
  CHECK(append(*log, batch({"v"}, {.producer = 9, .epoch = 1, .sequence = 5})).verdict ==
        ProducerVerdict::out_of_order);
  CHECK(append(*log, batch({"new"}, {.producer = 9, .epoch = 1, .sequence = 0})).verdict ==
        ProducerVerdict::append);
  CHECK(append(*log, batch({"v7"}, {.producer = 9, .sequence = 7})).verdict == ProducerVerdict::bad_epoch);
  CHECK(log->next_offset().value == 8);
}

TEST_CASE(
    "the last five batches of a producer are known to whoever opens the log, across rolls and processes") {
  SimulatedDisk disk;
  Lab lab(disk);
  lab.create();
  lab.options.segment_bytes = 500;
  auto log = lab.open();
  const auto other = lab.open();
  for (int i = 0; i < 40; ++i) append(*log, batch({numbered(i)}, {.producer = 9, .sequence = i}));
  CHECK(append(*other, batch({"v39"}, {.producer = 9, .sequence = 39})).duplicate());
  log->close();
  log = lab.open();
  CHECK(append(*log, batch({"v39"}, {.producer = 9, .sequence = 39})).duplicate());
  const auto known = log->producer(9);
  REQUIRE(known);
  CHECK(known->last_sequence == 39);
  CHECK(known->last_offset.value == 39);
  CHECK(!log->producer(10));
  CHECK(append(*log, batch({"v40"}, {.producer = 9, .sequence = 40})).base.value == 40);
}

TEST_CASE("a full disk fails the append, leaves whole batches only, and is over when there is room again") {
  SimulatedDisk disk;
  Lab lab(disk);
  lab.create();
  const auto log = lab.open();
  append(*log, batch({"a"}));
  log->sync();
  for (std::uint64_t room = 0; room < 120; ++room) {
    CAPTURE(room);
    std::uint64_t used = 0;
    for (const std::string& path : disk.files()) used += disk.content(path).size();
    disk.set_capacity(used + room);
    const std::string big(200, 'x');
    CHECK_THROWS_AS(append(*log, batch({big})), base::Error);
    disk.set_capacity(UINT64_MAX);
    CHECK(read_all(lab).values.size() == room + 1);
    CHECK(append(*log, batch({"b"})).base.value == static_cast<std::int64_t>(room) + 1);
    log->sync();
  }
}

TEST_CASE("a lock that is held too long ends in an error that names its holder") {
  SimulatedDisk disk;
  Lab lab(disk);
  lab.create();
  const auto log = lab.open();
  auto side = SideFile::open(disk, kFolder, SideFile::Access::write);
  side->lock(lab.clock, std::chrono::seconds(1), machine(1, 4242));
  try {
    append(*log, batch({"a"}));
    FAIL("appended under somebody else's lock");
  } catch (const base::Error& error) {
    CHECK(error.code() == "log_locked");
    CHECK(std::string(error.what()).find("process 4242") != std::string::npos);
  }
  side->unlock();
  CHECK(append(*log, batch({"a"})).base.value == 0);
}

TEST_CASE("segments roll by size, by the time of records and before offsets outgrow the index") {
  SimulatedDisk disk;
  Lab lab(disk);
  lab.create();
  lab.options.segment_ms = 1000;
  const auto log = lab.open();
  append(*log, batch({"a"}, {.ms = 5000}));
  append(*log, batch({"b"}, {.ms = 6000}));
  CHECK(list_segments(disk, kFolder).size() == 1);
  append(*log, batch({"c"}, {.ms = 6001}));
  CHECK(list_segments(disk, kFolder) == std::vector<base::Offset>{{0}, {2}});
  append(*log, batch({"late"}, {.ms = 1}));
  CHECK(list_segments(disk, kFolder).size() == 2);
}

TEST_CASE(
    "a producer that was just made costs no look through the segment, and its batches are still judged") {
  weir::testing::SimulatedDisk disk;
  Lab lab(disk);
  lab.create();
  {
    const auto log = lab.open();
    for (int i = 0; i < 200; ++i) append(*log, batch({"x"}, {.producer = 5, .sequence = i}));
    log->close();
  }
  weir::testing::FaultySys sys(disk);
  const auto log = PartitionLog::open(sys, lab.clock, lab.host, kFolder, lab.options);
  log->expect_new_producer(9);
  const auto reads = [&] {
    const auto trace = sys.trace();
    return std::count(trace.begin(), trace.end(), weir::testing::Call::pread);
  };
  const auto before = reads();
  CHECK(append(*log, batch({"a", "b"}, {.producer = 9, .sequence = 0})).base.value == 200);
  CHECK(reads() - before < 10);
  CHECK(append(*log, batch({"a", "b"}, {.producer = 9, .sequence = 0})).duplicate());
  CHECK(append(*log, batch({"d"}, {.producer = 9, .sequence = 3})).verdict == ProducerVerdict::out_of_order);
  CHECK(append(*log, batch({"c"}, {.producer = 9, .sequence = 2})).base.value == 202);
  // Any other producer is looked up as ever, and this one too by whoever comes next.
  CHECK(append(*log, batch({"x"}, {.producer = 5, .sequence = 199})).duplicate());
  CHECK(log->producer(9)->last_sequence == 2);
}
