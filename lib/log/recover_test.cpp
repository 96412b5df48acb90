#include "log/recover.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "log/storage_test_words.h"

using namespace weir;
using namespace weir::log;
using namespace weir::log::testing;
using weir::testing::SimulatedDisk;

namespace {

const std::string kLog = kFolder + "/00000000000000000000.log";

// Three batches, of which the side file knows the first `durable` to be good.
struct ThreeBatches {
  SimulatedDisk disk;
  Lab lab{disk};
  std::string whole;
  std::vector<std::size_t> ends{0};

  explicit ThreeBatches(int durable) {
    lab.create();
    auto log = lab.open();
    for (int i = 0; i < 3; ++i) {
      append(*log, batch({std::string(100, static_cast<char>('a' + i))}));
      if (i < durable) log->sync();
      ends.push_back(disk.content(kLog).size());
    }
    log.reset();
    whole = disk.content(kLog);
  }
  void destroy(std::size_t i) {
    std::string bytes = whole;
    bytes[ends[i] + 80] ^= 1;
    disk.set_content(kLog, bytes);
  }
};

std::string code_of(Lab& lab) {
  try {
    lab.open();
    return "";
  } catch (const base::Error& error) {
    return error.code();
  }
}

}  // namespace

TEST_CASE(
    "a log that was cut anywhere above the known-good end keeps its whole batches, and what is cut off is "
    "kept") {
  for (std::size_t cut = 0;; ++cut) {
    ThreeBatches log(1);
    if (cut > log.whole.size()) break;
    CAPTURE(cut);
    log.disk.set_content(kLog, log.whole.substr(0, cut));
    Lab after(log.disk, 2);
    if (cut < log.ends[1]) {
      CHECK(code_of(after) == "corrupt_log");
      CHECK(log.disk.content(kLog).size() == cut);
      continue;
    }
    std::size_t kept = 0;
    while (kept + 1 < log.ends.size() && log.ends[kept + 1] <= cut) ++kept;
    const auto opened = after.open();
    CHECK(log.disk.content(kLog) == log.whole.substr(0, log.ends[kept]));
    CHECK(opened->recovery().cut_bytes == cut - log.ends[kept]);
    if (cut > log.ends[kept]) {
      CHECK(log.disk.content(opened->recovery().kept_as) ==
            log.whole.substr(log.ends[kept], cut - log.ends[kept]));
      CHECK(opened->recovery().kept_as ==
            kFolder + "/00000000000000000000.torn-" + std::to_string(log.ends[kept]));
    }
    CHECK(append(*opened, batch({"z"})).base.value == static_cast<std::int64_t>(kept));
    opened->sync();
    CHECK(read_all(after).values.size() == kept + 1);
  }
}

TEST_CASE("damage below the known-good end is refused with its offsets, and nothing is touched") {
  for (const unsigned boot : {1u, 2u}) {
    ThreeBatches log(3);
    log.destroy(1);
    Lab after(log.disk, boot);
    const std::string before = log.disk.content(kLog);
    // What was synced is not read again by whoever appends; a reader finds it.
    const Read read = read_all(after);
    REQUIRE(read.error);
    CHECK(read.error->code() == "corrupt_log");
    CHECK(std::string(read.error->what()).find("offset 1 ") != std::string::npos);
    CHECK(read.values.size() == 1);
    const Read skipped = read_all(after, {.skip_corrupt = true});
    CHECK(!skipped.error);
    CHECK(skipped.offsets == std::vector<std::int64_t>{0, 2});
    REQUIRE(skipped.gaps.size() == 1);
    CHECK(skipped.gaps[0].from.value == 1);
    CHECK(skipped.gaps[0].to.value == 2);
    CHECK(log.disk.content(kLog) == before);
  }
}

TEST_CASE("a hole with whole batches behind it is cut only where a power cut can have made it") {
  SUBCASE("in another boot, above the known-good end") {
    ThreeBatches log(1);
    log.destroy(1);
    Lab after(log.disk, 2);
    CHECK(after.open()->recovery().cut_bytes == log.whole.size() - log.ends[1]);
    CHECK(read_all(after).values.size() == 1);
  }
  SUBCASE("in the same boot the writers were only killed") {
    ThreeBatches log(1);
    log.disk.set_content(kLog, log.whole.substr(0, log.ends[3]) + "xx" + log.whole.substr(log.ends[1]));
    const std::string before = log.disk.content(kLog);
    CHECK(code_of(log.lab) == "corrupt_log");
    CHECK(log.disk.content(kLog) == before);
  }
  SUBCASE("without a side file nothing is known") {
    ThreeBatches log(3);
    log.disk.unlink(kFolder + "/weir-ends");
    log.destroy(1);
    CHECK(code_of(log.lab) == "corrupt_log");
  }
}

TEST_CASE("without a side file the last segment is read, and a torn or zero tail is cut") {
  ThreeBatches log(3);
  log.disk.unlink(kFolder + "/weir-ends");
  log.disk.set_content(kLog, log.whole.substr(0, log.ends[2] + 30) + std::string(100'000, '\0'));
  const auto opened = log.lab.open();
  CHECK(opened->recovery().made_side_file);
  CHECK(opened->recovery().cut_bytes == 100'030);
  CHECK(opened->next_offset().value == 2);
  CHECK(log.disk.content(opened->recovery().kept_as).size() == 100'030);
}

TEST_CASE("a whole batch with a wrong offset or leader epoch is damage, never an unfinished write") {
  for (std::size_t byte = 0; byte < 16; ++byte) {
    if (byte >= 8 && byte < 12) continue;  // the length: then the checksum is wrong, too
    CAPTURE(byte);
    ThreeBatches log(1);
    std::string bytes = log.whole;
    bytes[log.ends[2] + byte] ^= 0x11;
    log.disk.set_content(kLog, bytes);
    Lab after(log.disk, 2);
    CHECK(code_of(after) == "corrupt_log");
    CHECK(log.disk.content(kLog) == bytes);
  }
}

TEST_CASE("a batch whose base offset fell to a torn sector is an unfinished write") {
  ThreeBatches log(1);
  std::string bytes = log.whole;
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(log.ends[2]), 8, '\0');
  log.disk.set_content(kLog, bytes);
  Lab after(log.disk, 2);
  CHECK(after.open()->recovery().cut_bytes == log.whole.size() - log.ends[2]);
}

TEST_CASE("an older file of cut bytes is never written over") {
  ThreeBatches log(1);
  const std::string name = kFolder + "/00000000000000000000.torn-" + std::to_string(log.ends[1]);
  log.disk.set_content(name, "from last year");
  log.disk.set_content(kLog, log.whole.substr(0, log.ends[1] + 5));
  Lab after(log.disk, 2);
  CHECK(after.open()->recovery().kept_as == name + ".2");
  CHECK(log.disk.content(name) == "from last year");
}

TEST_CASE("after a failed sync nobody goes on until the log was opened again") {
  ThreeBatches log(3);
  auto side = SideFile::open(log.disk, kFolder, SideFile::Access::write);
  const auto writer = log.lab.open();
  Ends ends = *side->read();
  ends.poisoned = true;
  side->write(ends);
  try {
    append(*writer, batch({"x"}));
    FAIL("appended to a poisoned log");
  } catch (const base::Error& error) {
    CHECK(error.code() == "log_poisoned");
  }
  const auto fresh = log.lab.open();
  CHECK(!side->read()->poisoned);
  CHECK(append(*fresh, batch({"y"})).base.value == 3);
  CHECK_THROWS_AS(append(*writer, batch({"x"})), base::Error);  // it may remember what recovery took back
}

TEST_CASE("segments that a broker has deleted or rewritten do not stop a log whose batches are all good") {
  SimulatedDisk disk;
  Lab lab(disk);
  lab.create();
  lab.options.segment_bytes = 400;
  auto log = lab.open();
  for (int i = 0; i < 9; ++i) append(*log, batch({std::string(150, 'v')}));
  log->close();
  log.reset();
  const auto segments = list_segments(disk, kFolder);
  REQUIRE(segments.size() >= 3);
  SUBCASE("the oldest are gone") {
    disk.unlink(segment_path(kFolder, segments[0], kLogSuffix));
    CHECK(lab.open()->next_offset().value == 9);
    const auto reader = lab.reader();
    CHECK(reader->start_offset() == segments[1]);
    reader->seek({0});
    CHECK(read_on(*reader).offsets.front() == segments[1].value);
  }
  SUBCASE("all are gone: that is loss") {
    for (const base::Offset base : segments) disk.unlink(segment_path(kFolder, base, kLogSuffix));
    CHECK(code_of(lab) == "corrupt_log");
    CHECK(read_all(lab).error);
  }
  SUBCASE("one in the middle is gone: that is loss") {
    disk.unlink(segment_path(kFolder, segments[1], kLogSuffix));
    const Read read = read_all(lab);
    REQUIRE(read.error);
    CHECK(read.error->code() == "corrupt_log");
    const Read skipped = read_all(lab, {.skip_corrupt = true});
    REQUIRE(skipped.gaps.size() == 1);
    CHECK(skipped.gaps[0].from == segments[1]);
    CHECK(skipped.gaps[0].to == segments[2]);
  }
  SUBCASE("the last one was cut at a batch boundary: that is loss") {
    const std::string path = segment_path(kFolder, segments.back(), kLogSuffix);
    disk.set_content(path, "");
    CHECK(code_of(lab) == "corrupt_log");
    CHECK(read_all(lab).error);
  }
}
