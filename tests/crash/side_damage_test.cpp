// K4: every bit of every file beside the segments flipped. They are caches or are checked: an answer is the one
// that a scan of the whole log gives, or a refusal; the segments are never touched.
#include <doctest/doctest.h>

#include "log/create_partition.h"
#include "log/format.h"
#include "log_lab.h"
#include "support/tally.h"

namespace weir::crash {

using weir::testing::counted;
using weir::testing::SimulatedDisk;

namespace {

constexpr std::int32_t kRecords = 160;

// Several segments with many index entries, closed in order.
std::unique_ptr<SimulatedDisk> closed_log() {
  const auto disk = empty_disk();
  LabClock clock;
  const log::Host host = machine(1);
  log::create_partition(*disk, clock, host, kFolder, kTopicId);
  const auto partition = log::PartitionLog::open(*disk, clock, host, kFolder, small_segments(16 << 10));
  for (std::int32_t sequence = 0; sequence < kRecords; sequence += 2) {
    std::string bytes = batch(sequence, {150, 150});
    partition->append(std::span(bytes));
  }
  partition->close();
  return disk->after_kill();
}

// Look-ups by offset and by time, and a whole read, as one text; a refusal is a text too.
std::string answers(SimulatedDisk& disk, unsigned boot) {
  std::string text;
  const auto refused = error_of([&] {
    LabClock clock;
    const auto reader = log::PartitionReader::open(disk, clock, machine(boot, 101), kFolder, {});
    for (std::int64_t offset = 0; offset < kRecords; offset += 13) {
      reader->seek({offset});
      if (reader->next() != log::PartitionReader::Step::batch) {
        text += "none ";
        continue;
      }
      text += std::to_string(reader->batch().header().base_offset) + ' ';
    }
    for (std::int64_t i = -1; i <= kRecords; i += 7) {
      text += std::to_string(reader->offset_at_time({1'700'000'000'000 + i}).value) + ' ';
    }
  });
  if (refused) return "refused";
  const Found found = read_all(disk, machine(boot, 102));
  if (found.error) return "refused";
  for (const std::string& value : found.values) text += value;
  return text;
}

bool is_segment(const std::string& path) {
  return path.ends_with(log::kLogSuffix);
}

// A writer comes after the damage; what it says does not matter, the segments do.
bool writer_keeps_segments(SimulatedDisk& disk) {
  const std::string before = log_bytes(disk);
  error_of([&] {
    LabClock clock;
    const auto partition =
        log::PartitionLog::open(disk, clock, machine(2), kFolder, small_segments(16 << 10));
    std::string bytes = batch(0, {25}, weir::record::Codec::none, -1);
    partition->append(std::span(bytes));
    partition->close();
  });
  return log_bytes(disk).starts_with(before);
}

}  // namespace

TEST_CASE(
    "K4: every bit flipped in indexes, side file, snapshot and metadata changes no answer and no record") {
  const auto written = closed_log();
  const std::string right = answers(*written->after_kill(), 2);
  REQUIRE(right != "refused");
  std::uint64_t all = 0, violations = 0;
  std::string first;
  for (const std::string& path : written->files()) {
    if (is_segment(path)) continue;
    const std::string content = written->content(path);
    std::uint64_t refused = 0;
    for (std::size_t bit = 0; bit < content.size() * 8; ++bit) {
      ++all;
      std::string bad = content;
      bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
      const auto disk = written->after_kill();
      disk->set_content(path, bad);
      const std::string got = answers(*disk, 2);
      if (got == "refused") ++refused;
      const bool wrong = got != right && got != "refused";
      if (wrong || !writer_keeps_segments(*disk)) {
        ++violations;
        if (first.empty())
          first = path + " bit " + std::to_string(bit) + (wrong ? ": other answers" : ": segments changed");
      }
    }
    MESSAGE(path << ": " << content.size() * 8 << " bits, " << refused << " refusals");
  }
  counted("K4 bit flips beside the segments", all, violations);
  CAPTURE(first);
  CHECK(violations == 0);
}

TEST_CASE("K4: any file beside the segments may be missing, empty or cut, and no answer changes") {
  const auto written = closed_log();
  const std::string right = answers(*written->after_kill(), 2);
  std::uint64_t all = 0, violations = 0;
  std::string first;
  for (const std::string& path : written->files()) {
    if (is_segment(path)) continue;
    const std::string content = written->content(path);
    for (std::size_t size = 0; size <= content.size(); ++size) {
      ++all;
      const auto disk = written->after_kill();
      if (size == content.size()) {
        disk->unlink(path);
      } else {
        disk->set_content(path, content.substr(0, size));
      }
      const std::string got = answers(*disk, 2);
      if ((got != right && got != "refused") || !writer_keeps_segments(*disk)) {
        ++violations;
        if (first.empty()) first = path + " cut at " + std::to_string(size);
      }
    }
  }
  counted("K4 truncations beside the segments", all, violations);
  CAPTURE(first);
  CHECK(violations == 0);
}

}  // namespace weir::crash
