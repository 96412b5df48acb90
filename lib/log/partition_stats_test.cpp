#include "log/partition_stats.h"

#include <doctest/doctest.h>

#include "log/storage_test_words.h"

using namespace weir;
using namespace weir::log;
using namespace weir::log::testing;
using weir::testing::SimulatedDisk;

static PartitionStats counted(Lab& lab, Count count = Count::records) {
  return partition_stats(*lab.sys, lab.clock, lab.host, kFolder, count);
}

TEST_CASE("an empty partition has one segment and no time") {
  SimulatedDisk disk;
  Lab lab(disk);
  lab.create();
  const PartitionStats stats = counted(lab);
  CHECK(stats.start.value == 0);
  CHECK(stats.end.value == 0);
  CHECK(stats.segments.size() == 1);
  CHECK(stats.records == 0);
  CHECK(stats.last_time == base::kNoTime);
}

TEST_CASE("records, bytes and times are those of the batches, segment by segment") {
  SimulatedDisk disk;
  Lab lab(disk);
  lab.create();
  lab.options.segment_bytes = 200;
  const auto log = lab.open();
  std::uint64_t bytes = 0;
  for (int i = 0; i < 5; ++i) {
    const std::string one = batch({"a", "b"}, {.ms = 1'700'000'000'000 + i}, record::Codec::zstd);
    bytes += one.size();
    append(*log, one);
  }
  log->sync();
  const PartitionStats stats = counted(lab);
  CHECK(stats.end.value == 10);
  CHECK(stats.records == 10);
  CHECK(stats.bytes == bytes);
  CHECK(stats.segments.size() > 1);
  CHECK(stats.first_time.ms == 1'700'000'000'000);
  CHECK(stats.last_time.ms == 1'700'000'000'004);
  CHECK(stats.fault.empty());
  const PartitionStats quick = counted(lab, Count::nothing);
  CHECK(quick.end == stats.end);
  CHECK(quick.bytes == stats.bytes);
  CHECK(quick.records == 0);
}

TEST_CASE("what readers do not see yet is not counted") {
  SimulatedDisk disk;
  Lab lab(disk);
  lab.create();
  const auto log = lab.open();
  append(*log, batch({"a"}));
  log->sync();
  append(*log, batch({"b"}));
  CHECK(counted(lab).end.value == 1);
  CHECK(counted(lab).records == 1);
}

TEST_CASE("damage ends the count of its segment and is told") {
  SimulatedDisk disk;
  Lab lab(disk);
  lab.create();
  const auto log = lab.open();
  const std::size_t first = batch({"a"}).size();
  append(*log, batch({"a"}));
  append(*log, batch({"b"}));
  log->sync();
  base::File::open(disk, segment_path(kFolder, {0}, kLogSuffix), base::File::Mode::read_write)
      .pwrite("\x7f", first + 16);
  const PartitionStats stats = counted(lab);
  CHECK(stats.records == 1);
  CHECK(stats.fault.find("unknown magic") != std::string::npos);
  CHECK(stats.end.value == 2);
}
