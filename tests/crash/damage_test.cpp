// Files that are cut, flipped or broken at every place: K1, K2, K4, K7.
#include <doctest/doctest.h>

#include <algorithm>

#include "damaged_log.h"
#include "log/format.h"
#include "record/batch_format.h"
#include "support/tally.h"

namespace weir::crash {

using weir::testing::counted;
using weir::testing::SimulatedDisk;

namespace {

constexpr record::Codec kAllCodecs[] = {record::Codec::none, record::Codec::gzip, record::Codec::snappy,
                                        record::Codec::lz4, record::Codec::zstd};

// "" when cutting at `cut` gave exactly the whole batches, kept the rest aside, and the log takes appends again.
std::string check_cut(const Written& written, SimulatedDisk& disk, std::size_t cut) {
  const std::size_t whole = written.boundary_before(cut);
  const Opened opened = open_and_append(disk, 2);
  if (opened.error) return "does not open: " + std::string(opened.error->what());
  if (opened.recovery->cut_bytes != cut - whole)
    return "cut " + std::to_string(opened.recovery->cut_bytes) + " bytes";
  if (cut > whole && disk.content(opened.recovery->kept_as) != written.bytes.substr(whole, cut - whole)) {
    return "what was cut is not kept";
  }
  const FoundBytes found = read_bytes(disk, machine(2, 101));
  if (found.error) return "does not read: " + std::string(found.error->what());
  if (found.bytes.compare(0, whole, written.bytes, 0, whole) != 0) return "other bytes than were written";
  const auto appended = record::BatchHeader::read(found.bytes.data() + whole);
  if (found.bytes.size() != whole + appended.batch_bytes())
    return "something else than the new batch follows";
  return {};
}

}  // namespace

TEST_CASE("K1: a log cut at every byte, in every codec, keeps exactly its whole batches and takes new ones") {
  for (const bool side_file : {true, false}) {
    Count count;
    for (const record::Codec codec : kAllCodecs) {
      const Written written = write_log(codec, 0);
      if (!side_file) written.disk->unlink(kFolder + "/" + std::string(log::kSideFileName));
      for (std::size_t cut = 0; cut < kLogBytes; ++cut) {
        ++count.trials;
        const auto disk = written.disk->after_kill();
        disk->set_content(kSegment, std::string_view(written.bytes).substr(0, cut));
        const std::string wrong = check_cut(written, *disk, cut);
        if (!wrong.empty())
          count.fail(std::string(record::name(codec)) + " cut at " + std::to_string(cut), wrong);
      }
    }
    counted(
        std::string("K1 truncations, every byte x 5 codecs, ") + (side_file ? "side file" : "no side file"),
        count.trials, count.violations);
    CAPTURE(count.first);
    CHECK(count.violations == 0);
  }
}

TEST_CASE("K1: a log cut below its known-good end is refused, and nothing is changed") {
  const Written written = write_log(record::Codec::none, kLogBytes);
  Count count;
  for (std::size_t cut = 0; cut < written.bytes.size(); ++cut) {
    ++count.trials;
    const std::string where = "cut at " + std::to_string(cut);
    const auto disk = written.disk->after_kill();
    const std::string left = written.bytes.substr(0, cut);
    disk->set_content(kSegment, left);
    const Opened opened = open_and_append(*disk, 2);
    if (!is_corrupt(opened.error)) {
      count.fail(where, opened.error ? opened.error->what() : "opens as if nothing had happened");
    }
    if (disk->content(kSegment) != left) count.fail(where, "the segment was changed");
    const FoundBytes found = read_bytes(*disk, machine(2, 101));
    if (!is_corrupt(found.error)) count.fail(where, "a reader reports nothing");
    if (!left.starts_with(found.bytes)) count.fail(where, "a reader gave other bytes");
  }
  counted("K1 truncations below the known-good end", count.trials, count.violations);
  CAPTURE(count.first);
  CHECK(count.violations == 0);
}

TEST_CASE("K2: every bit flipped below the known-good end is reported, and no wrong record is handed out") {
  const Written written = write_log(record::Codec::none, kLogBytes);
  Count count;
  std::uint64_t writer_refused = 0;
  for (std::size_t bit = 0; bit < written.bytes.size() * 8; ++bit) {
    ++count.trials;
    const std::string where = "byte " + std::to_string(bit / 8) + " bit " + std::to_string(bit % 8);
    const std::string bad = flipped(written.bytes, bit);
    const auto disk = written.disk->after_kill();
    disk->set_content(kSegment, bad);
    const std::size_t batch_start = written.boundary_before(bit / 8);

    const FoundBytes found = read_bytes(*disk, machine(2, 101));
    if (!is_corrupt(found.error)) {
      count.fail(where, found.error ? found.error->what() : "a reader reports nothing");
    } else if (std::string(found.error->what()).find_first_of("0123456789") == std::string::npos) {
      count.fail(where, "no offsets in: " + std::string(found.error->what()));
    }
    if (found.bytes != written.bytes.substr(0, batch_start))
      count.fail(where, "not the batches before the damage");

    // Passing over it loses that batch and no other, and gives no other bytes than were written.
    if (bit % 8 == 0) {
      log::ReaderOptions skip;
      skip.skip_corrupt = true;
      const FoundBytes rest = read_bytes(*disk, machine(2, 102), skip);
      const std::size_t batch_end =
          *std::upper_bound(written.boundaries.begin(), written.boundaries.end(), bit / 8);
      if (rest.error ||
          rest.bytes != written.bytes.substr(0, batch_start) + written.bytes.substr(batch_end)) {
        count.fail(where, "skipping gave something else than the other batches");
      }
    }

    // A writer refuses, or finds its own place good; it never takes a byte away.
    const Opened opened = open_and_append(*disk, 2);
    if (opened.error) ++writer_refused;
    if (opened.error && !is_corrupt(opened.error)) count.fail(where, opened.error->what());
    if (disk->content(kSegment).compare(0, bad.size(), bad) != 0)
      count.fail(where, "a writer changed what was there");
  }
  counted("K2 bit flips below the known-good end", count.trials, count.violations,
          std::to_string(writer_refused) + " refused by the writer too");
  CAPTURE(count.first);
  CHECK(count.violations == 0);
}

TEST_CASE("K2: every bit flipped behind the known-good end is cut and kept aside, or reported") {
  const Written written = write_log(record::Codec::none, kLogBytes / 2);
  std::size_t good = 0;
  for (const std::size_t boundary : written.boundaries) {
    if (boundary >= kLogBytes / 2) {
      good = boundary;
      break;
    }
  }
  Count count;
  for (std::size_t bit = good * 8; bit < written.bytes.size() * 8; ++bit) {
    ++count.trials;
    const std::string where = "byte " + std::to_string(bit / 8) + " bit " + std::to_string(bit % 8);
    const auto disk = written.disk->after_kill();
    disk->set_content(kSegment, flipped(written.bytes, bit));
    const std::size_t batch_start = written.boundary_before(bit / 8);
    const Opened opened = open_and_append(*disk, 2);
    if (opened.error) {
      if (!is_corrupt(opened.error)) count.fail(where, opened.error->what());
      continue;
    }
    if (opened.recovery->cut_bytes != written.bytes.size() - batch_start) {
      count.fail(where, "cut " + std::to_string(opened.recovery->cut_bytes) + " bytes");
      continue;
    }
    if (disk->content(opened.recovery->kept_as) != flipped(written.bytes, bit).substr(batch_start)) {
      count.fail(where, "what was cut is not kept");
    }
    const FoundBytes found = read_bytes(*disk, machine(2, 101));
    if (found.error || !found.bytes.starts_with(written.bytes.substr(0, batch_start))) {
      count.fail(where, "not the batches before the damage");
    }
  }
  counted("K2 bit flips behind the known-good end", count.trials, count.violations);
  CAPTURE(count.first);
  CHECK(count.violations == 0);
}

TEST_CASE("K7: a batch destroyed below the known-good end is refused wherever it lies, and named") {
  const Written written = write_log(record::Codec::none, kLogBytes);
  Count count;
  for (std::size_t i = 0; i + 1 < written.boundaries.size(); ++i) {
    const std::size_t from = written.boundaries[i], end = written.boundaries[i + 1];
    std::string bad = written.bytes;
    std::fill(bad.begin() + static_cast<std::ptrdiff_t>(from), bad.begin() + static_cast<std::ptrdiff_t>(end),
              '\0');
    for (const bool side_file : {true, false}) {
      // Without a side file there is no known-good end; then it is the batches behind that forbid a cut.
      if (!side_file && end == written.bytes.size()) continue;
      ++count.trials;
      const std::string where = "batch " + std::to_string(i) + (side_file ? "" : " without side file");
      const auto disk = written.disk->after_kill();
      if (!side_file) disk->unlink(kFolder + "/" + std::string(log::kSideFileName));
      disk->set_content(kSegment, bad);
      const Opened opened = open_and_append(*disk, 2);
      if (!side_file && !is_corrupt(opened.error)) count.fail(where, "a writer did not refuse");
      if (disk->content(kSegment).compare(0, bad.size(), bad) != 0)
        count.fail(where, "a writer changed what was there");
      const FoundBytes found = read_bytes(*disk, machine(2, 101));
      const auto first = record::BatchHeader::read(written.bytes.data() + from).base_offset;
      if (!is_corrupt(found.error)) {
        count.fail(where, "a reader reports nothing");
      } else if (std::string(found.error->what()).find(std::to_string(first)) == std::string::npos) {
        count.fail(where, "offset " + std::to_string(first) + " is not in: " + found.error->what());
      }
      if (found.bytes != written.bytes.substr(0, from))
        count.fail(where, "not the batches before the damage");
    }
  }
  counted("K7 batches destroyed", count.trials, count.violations);
  CAPTURE(count.first);
  CHECK(count.violations == 0);
}

}  // namespace weir::crash
