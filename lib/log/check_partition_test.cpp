#include "log/check_partition.h"

#include <doctest/doctest.h>

#include "log/producer_snapshot.h"
#include "log/storage_test_words.h"

using namespace weir;
using namespace weir::log;
using namespace weir::log::testing;
using weir::testing::SimulatedDisk;

namespace {

const doctest::test_suite kOneThread("one thread");  // not run under TSan

struct Report {
  Checked checked;
  std::vector<Finding> findings;
};

Report check(Lab& lab, const std::string& path = kFolder, bool compacted = false) {
  Report report;
  const CheckPlan plan{*lab.sys, lab.host, compacted,
                       [&](const Finding& found) { report.findings.push_back(found); }};
  report.checked = check_partition(plan, path);
  return report;
}

bool damaged(Lab& lab, const std::string& path = kFolder) {
  return check(lab, path).checked.damaged > 0;
}

base::File file_of(Lab& lab, const std::string& path) {
  return base::File::open(*lab.sys, path, base::File::Mode::read_write);
}

std::string bytes_of(Lab& lab, const std::string& path) {
  std::string bytes;
  base::File::read_whole(*lab.sys, path, &bytes);
  return bytes;
}

// Two segments with a batch of every codec each, index entries for every batch, and a producer.
void fill(Lab& lab) {
  lab.create();
  lab.options.index_interval_bytes = 1;
  lab.options.segment_bytes = 400;
  const auto log = lab.open();
  std::int32_t sequence = 0;
  for (int round = 0; round < 2; ++round) {
    for (int codec = 0; codec < record::kCodecs; ++codec) {
      const Stamp stamp{1'700'000'000'000 + 10 * sequence, 7, 0, sequence};
      append(*log, batch({"value", "another value"}, stamp, static_cast<record::Codec>(codec)));
      sequence += 2;
    }
  }
  log->sync();
  log->close();
}

// Every bit of the file flipped, one after the other; how many flips nobody told of.
int bits_missed(Lab& lab, const std::string& path, int* flips) {
  const std::string whole = bytes_of(lab, path);
  base::File file = file_of(lab, path);
  int missed = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      const char flipped = static_cast<char>(whole[at] ^ (1 << bit));
      file.pwrite({&flipped, 1}, at);
      ++*flips;
      if (!damaged(lab)) {
        if (missed++ < 5) MESSAGE(path, ": byte ", at, " bit ", bit);
      }
    }
    file.pwrite({&whole[at], 1}, at);
  }
  return missed;
}

}  // namespace

TEST_CASE("an undamaged partition of all codecs is clean, and counted") {
  SimulatedDisk disk;
  Lab lab(disk);
  fill(lab);
  const Report report = check(lab);
  for (const Finding& found : report.findings) MESSAGE(found.file, " ", found.position, " ", found.why);
  CHECK(report.findings.empty());
  CHECK(report.checked.batches == 10);
  CHECK(report.checked.records == 20);
  CHECK(report.checked.segments > 1);
}

TEST_CASE("every flipped bit of a segment is told" * kOneThread) {
  SimulatedDisk disk;
  Lab lab(disk);
  fill(lab);
  int flips = 0, missed = 0;
  for (const base::Offset base : list_segments(disk, kFolder))
    missed += bits_missed(lab, segment_path(kFolder, base, kLogSuffix), &flips);
  MESSAGE(flips, " flips");
  CHECK(missed == 0);
  CHECK(flips > 8000);
}

TEST_CASE("every cut of a segment is told" * kOneThread) {
  SimulatedDisk disk;
  Lab lab(disk);
  fill(lab);
  int cuts = 0;
  for (const base::Offset base : list_segments(disk, kFolder)) {
    const std::string path = segment_path(kFolder, base, kLogSuffix);
    const std::string whole = bytes_of(lab, path);
    base::File file = file_of(lab, path);
    for (std::size_t size = 0; size < whole.size(); ++size, ++cuts) {
      CAPTURE(size);
      file.truncate(size);
      CHECK(damaged(lab));
      file.pwrite(std::string_view(whole).substr(size), size);
    }
  }
  MESSAGE(cuts, " cuts");
  CHECK(!damaged(lab));
  CHECK(cuts > 1000);
}

TEST_CASE("every flipped bit of a snapshot and of the side file is told" * kOneThread) {
  SimulatedDisk disk;
  Lab lab(disk);
  fill(lab);
  int flips = 0, missed = 0;
  missed += bits_missed(lab, kFolder + "/weir-ends", &flips);
  for (const base::Offset at : list_segments(disk, kFolder, kSnapshotSuffix))
    missed += bits_missed(lab, segment_path(kFolder, at, kSnapshotSuffix), &flips);
  MESSAGE(flips, " flips");
  CHECK(missed == 0);
  CHECK(flips > 32768);
}

TEST_CASE("flipped bits of indexes are told, but for an offset that stays within its batch") {
  SimulatedDisk disk;
  Lab lab(disk);
  fill(lab);
  int flips = 0, missed = 0;
  std::size_t entries = 0;
  for (const base::Offset base : list_segments(disk, kFolder)) {
    missed += bits_missed(lab, segment_path(kFolder, base, kIndexSuffix), &flips);
    CHECK(missed == 0);
    const std::string path = segment_path(kFolder, base, kTimeIndexSuffix);
    entries += bytes_of(lab, path).size() / 12;
    CHECK(bits_missed(lab, path, &flips) <= static_cast<int>(bytes_of(lab, path).size() / 12));
  }
  CHECK(entries >= 7);
}

TEST_CASE("damage is told with the bytes and offsets it covers, and what follows it is still checked") {
  SimulatedDisk disk;
  Lab lab(disk);
  fill(lab);
  const std::string path = segment_path(kFolder, {0}, kLogSuffix);
  const std::size_t first = batch({"value", "another value"}, {.producer = 7}).size();
  file_of(lab, path).pwrite("\x7f", 70);
  const Report report = check(lab);
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0].file == path);
  CHECK(report.findings[0].position == 0);
  CHECK(report.findings[0].bytes == first);
  CHECK(report.findings[0].from.value == 0);
  CHECK(report.findings[0].to.value == 2);
  CHECK(report.findings[0].why == "checksum does not match");
  CHECK(report.checked.batches == 9);
}

TEST_CASE("a segment that is gone is missed, but for the first ones") {
  SimulatedDisk disk;
  Lab lab(disk);
  fill(lab);
  const auto segments = list_segments(disk, kFolder);
  REQUIRE(segments.size() >= 3);
  for (const base::Offset base : segments) {
    if (base == segments.front()) continue;  // as retention would
    const std::string path = segment_path(kFolder, base, kLogSuffix);
    base::File::rename(disk, path, path + ".away");
    CHECK(damaged(lab));
    base::File::rename(disk, path + ".away", path);
  }
  CHECK(!damaged(lab));
}

TEST_CASE("what a writer has not finished is a note, not damage") {
  SimulatedDisk disk;
  Lab lab(disk);
  fill(lab);
  const base::Offset last = list_segments(disk, kFolder).back();
  const std::string path = segment_path(kFolder, last, kLogSuffix);
  base::File file = file_of(lab, path);
  const std::string half = batch({"unfinished"}).substr(0, 30);
  file.pwrite(half, file.size());
  const Report report = check(lab);
  CHECK(report.checked.damaged == 0);
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0].weight == Finding::Weight::note);
  CHECK(report.findings[0].bytes == 30);
}

TEST_CASE("a check while others append finds nothing") {
  SimulatedDisk disk;
  Lab lab(disk);
  lab.create();
  lab.options.index_interval_bytes = 1;
  lab.options.segment_bytes = 500;
  const auto log = lab.open();
  for (int i = 0; i < 40; ++i) {
    append(*log, batch({"x"}, {1'700'000'000'000 + i}));
    if (i % 3 == 0) log->sync();
    // Between any two reads of the check something is appended, too.
    Report report;
    int calls = 0;
    const CheckPlan plan{*lab.sys, lab.host, false,
                         [&](const Finding& found) { report.findings.push_back(found); },
                         [&] {
                           if (++calls % 5 == 0 && calls < 40)
                             append(*log, batch({"y"}, {1'700'000'000'100 + i}));
                           return true;
                         }};
    report.checked = check_partition(plan, kFolder);
    for (const Finding& found : report.findings) MESSAGE(found.file, " ", found.position, " ", found.why);
    CHECK(report.findings.empty());
  }
}

TEST_CASE("a copy without a side file is checked by what it says itself") {
  SimulatedDisk disk;
  Lab lab(disk);
  fill(lab);
  disk.unlink(kFolder + "/weir-ends");
  CHECK(check(lab).findings.empty());
  const base::Offset last = list_segments(disk, kFolder).back();
  const std::string path = segment_path(kFolder, last, kLogSuffix);
  const std::string whole = bytes_of(lab, path);
  base::File file = file_of(lab, path);
  SUBCASE("zeros at its end are what a broker allocated") {
    file.truncate(whole.size() + 5000);
    CHECK(check(lab).findings.empty());
  }
  SUBCASE("half a batch is not") {
    file.truncate(whole.size() - 10);
    CHECK(damaged(lab));
  }
  SUBCASE("one segment alone") {
    CHECK(check(lab, path).findings.empty());
    CHECK(check(lab, path).checked.segments == 1);
    file.pwrite("\x7f", 70);
    CHECK(damaged(lab, path));
  }
}

TEST_CASE("a gap is damage, unless the topic is compacted") {
  SimulatedDisk disk;
  Lab lab(disk);
  lab.create();
  const auto log = lab.open();
  for (int i = 0; i < 3; ++i) append(*log, batch({"same size"}));
  log->sync();
  const std::string path = segment_path(kFolder, {0}, kLogSuffix);
  const std::string whole = bytes_of(lab, path);
  const std::size_t one = whole.size() / 3;
  // The first batch makes room for the second one: bytes stay the same, offset 0 is gone.
  file_of(lab, path).pwrite(whole.substr(one) + whole.substr(2 * one), 0);
  CHECK(damaged(lab));
}

TEST_CASE("a check stops when it is told to") {
  SimulatedDisk disk;
  Lab lab(disk);
  fill(lab);
  int left = 3;
  const CheckPlan plan{disk, lab.host, false, [](const Finding&) {}, [&] { return left-- > 0; }};
  const Checked checked = check_partition(plan, kFolder);
  CHECK(checked.stopped);
  CHECK(checked.batches == 3);
}
