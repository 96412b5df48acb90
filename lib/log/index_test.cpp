#include <doctest/doctest.h>

#include "base/byte_order.h"
#include "log/active_segment.h"
#include "log/index_file.h"
#include "log/storage_test_words.h"
#include "log/time_lookup.h"
#include "support/random.h"

using namespace weir;
using namespace weir::log;
using namespace weir::log::testing;
using weir::testing::Random;
using weir::testing::SimulatedDisk;

namespace {

const std::string kLog = kFolder + "/00000000000000000000.log";
const std::string kIndex = kFolder + "/00000000000000000000.index";
const std::string kTimeIndex = kFolder + "/00000000000000000000.timeindex";

struct Placed {
  record::BatchHeader header;
  std::uint64_t position;
};

std::vector<Placed> batches_of(const std::string& log) {
  std::vector<Placed> batches;
  for (std::uint64_t at = 0; at < log.size();) {
    const auto header = record::BatchHeader::read(log.data() + at);
    batches.push_back({header, at});
    at += header.batch_bytes();
  }
  return batches;
}

// The rule as Kafka's code states it: bytes counted since the last entry.
struct Expected {
  std::string index, time_index;
};
Expected expected_indexes(const std::string& log) {
  Expected expected;
  std::uint64_t since = 0;
  std::int64_t largest = -1, largest_offset = 0, written = INT64_MIN;
  const auto put_time = [&] {
    if (largest <= written || largest == -1) return;
    char bytes[12];
    base::store_be(bytes, largest);
    base::store_be(bytes + 8, static_cast<std::int32_t>(largest_offset));
    expected.time_index.append(bytes, 12);
    written = largest;
  };
  for (const Placed& batch : batches_of(log)) {
    if (batch.header.max_timestamp > largest) {
      largest = batch.header.max_timestamp;
      largest_offset = batch.header.last_offset().value;
    }
    if (since > 4096) {
      char bytes[8];
      base::store_be(bytes, static_cast<std::int32_t>(batch.header.last_offset().value));
      base::store_be(bytes + 4, static_cast<std::int32_t>(batch.position));
      expected.index.append(bytes, 8);
      put_time();
      since = 0;
    }
    since += batch.header.batch_bytes();
  }
  put_time();  // on close
  return expected;
}

void fill(Lab& lab, std::uint64_t seed, int batches) {
  Random random(seed);
  const auto one = lab.open();
  const auto two = lab.open();
  for (int i = 0; i < batches; ++i) {
    std::vector<std::string> values;
    for (std::uint64_t n = 1 + random.below(3); n > 0; --n) {
      values.push_back(std::string(static_cast<std::size_t>(random.below(i % 20 == 0 ? 9000 : 900)), 'v'));
    }
    Stamp stamp;
    stamp.ms = 1'700'000'000'000 + i * 10 - static_cast<std::int64_t>(random.below(200));
    if (random.chance(5)) stamp.ms = -1;
    append(random.chance(50) ? *one : *two, batch(values, stamp));
  }
  one->sync();
  two->close();
}

}  // namespace

TEST_CASE(
    "both indexes hold exactly the entries that Kafka's rule asks for, whoever of two writers appended") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    CAPTURE(seed);
    SimulatedDisk disk;
    Lab lab(disk);
    lab.create();
    fill(lab, seed, 120);
    const Expected expected = expected_indexes(disk.content(kLog));
    CHECK(disk.content(kIndex) == expected.index);
    CHECK(disk.content(kTimeIndex) == expected.time_index);
    CHECK(expected.index.size() > 8 * 8);
  }
}

TEST_CASE("an index that is missing, cut, zero-tailed or wrong is put right on opening") {
  SimulatedDisk disk;
  Lab lab(disk);
  lab.create();
  fill(lab, 7, 120);
  const std::string index = disk.content(kIndex), time_index = disk.content(kTimeIndex);
  const auto reopened = [&] {
    const auto log = lab.open();
    return disk.content(kIndex) == index;
  };
  for (std::size_t cut = 0; cut <= index.size(); ++cut) {
    CAPTURE(cut);
    disk.set_content(kIndex, index.substr(0, cut));
    CHECK(reopened());
  }
  disk.set_content(kIndex, index + std::string(4096, '\0'));
  CHECK(reopened());
  disk.set_content(kIndex, std::string(800, '\x11'));
  CHECK(reopened());
  disk.unlink(kIndex);
  CHECK(reopened());
  for (std::size_t cut = 0; cut <= time_index.size(); cut += 5) {
    CAPTURE(cut);
    disk.set_content(kTimeIndex, time_index.substr(0, cut) + std::string(cut % 2 * 1000, '\0'));
    CHECK(reopened());
    CHECK(disk.content(kTimeIndex).size() % 12 == 0);
  }
}

TEST_CASE("every offset and every time is found where a scan finds it, whatever the indexes say") {
  SimulatedDisk disk;
  Lab lab(disk);
  lab.create();
  lab.options.segment_bytes = 30'000;
  fill(lab, 3, 150);
  std::vector<std::pair<std::int64_t, std::int64_t>> records;  // offset, time
  for (const base::Offset base : list_segments(disk, kFolder)) {
    for (const Placed& batch : batches_of(disk.content(segment_path(kFolder, base, kLogSuffix)))) {
      for (std::int64_t o = batch.header.base_offset; o <= batch.header.last_offset().value; ++o) {
        records.emplace_back(o, batch.header.max_timestamp);  // all records of a batch of ours have one time
      }
    }
  }
  const auto check_all = [&] {
    const auto reader = lab.reader();
    for (std::size_t i = 0; i < records.size(); i += 3) {
      reader->seek({records[i].first});
      REQUIRE(reader->next() == PartitionReader::Step::batch);
      CHECK(reader->batch().header().first_offset().value <= records[i].first);
      CHECK(reader->batch().header().last_offset().value >= records[i].first);
    }
    for (std::int64_t time = 1'699'999'999'800; time < 1'700'000'001'700; time += 7) {
      std::int64_t first = records.back().first + 1;
      for (const auto& [offset, ms] : records) {
        if (ms >= time) {
          first = offset;
          break;
        }
      }
      REQUIRE(reader->offset_at_time({time}).value == first);
    }
  };
  check_all();
  for (const std::string& path : disk.files()) {
    if (!path.ends_with("index")) continue;
    const std::string bytes = disk.content(path);
    for (const std::string& wrong :
         {std::string(), bytes.substr(0, bytes.size() / 2), std::string(bytes.size(), '\x7f')}) {
      CAPTURE(path);
      disk.set_content(path, wrong);
      check_all();
    }
    disk.set_content(path, bytes);
  }
}

TEST_CASE("an index is built again in one piece") {
  SimulatedDisk disk;
  Lab lab(disk);
  lab.create();
  fill(lab, 5, 100);
  const std::string index = disk.content(kIndex), time_index = disk.content(kTimeIndex);
  disk.set_content(kIndex, "rubbish");
  disk.unlink(kTimeIndex);
  rebuild_indexes(disk, kFolder, {0}, disk.content(kLog).size(), 4096);
  CHECK(disk.content(kIndex) == index);
  CHECK(disk.content(kTimeIndex) == time_index);
}
