// Damage as disks make it: whole blocks that are zero, old, swapped or somebody else's (K5), garbage behind the end (K6),
// and flipped bits in a log of which nobody knows how far it is good (K3).
#include <doctest/doctest.h>

#include <cstdlib>

#include "damaged_log.h"
#include "support/tally.h"

namespace weir::crash {

using weir::testing::counted;
using weir::testing::Random;

namespace {

enum class Fault { zero, garbage, stale, duplicate, swapped, misdirected };
constexpr Fault kFaults[] = {Fault::zero,      Fault::garbage, Fault::stale,
                             Fault::duplicate, Fault::swapped, Fault::misdirected};
constexpr const char* kFaultNames[] = {"zero", "garbage", "stale", "duplicate", "swapped", "misdirected"};

// The segment with one block of it wrong.
std::string with_fault(const std::string& good, const std::string& other, std::size_t at, std::size_t size,
                       Fault fault, Random& random) {
  std::string bad = good;
  size = std::min(size, good.size() - at);
  switch (fault) {
    case Fault::zero:
      std::fill_n(bad.begin() + static_cast<std::ptrdiff_t>(at), size, '\0');
      break;
    case Fault::garbage:
      for (std::size_t i = 0; i < size; ++i) bad[at + i] = static_cast<char>(random.below(256));
      break;
    case Fault::stale:  // its second half was never written
      std::fill_n(bad.begin() + static_cast<std::ptrdiff_t>(at + size / 2), size - size / 2, '\0');
      break;
    case Fault::duplicate:  // what belongs one block further on
      bad.replace(at, size, good.substr(std::min(at + size, good.size() - size), size));
      break;
    case Fault::swapped:
      if (at + 2 * size <= good.size()) {
        bad.replace(at, size, good.substr(at + size, size));
        bad.replace(at + size, size, good.substr(at, size));
      }
      break;
    case Fault::
        misdirected:  // from elsewhere in another segment; a whole batch of the very same offsets would be good
      bad.replace(at, size, other.substr((at + other.size() / 2) % (other.size() - size), size));
      break;
  }
  return bad;
}

}  // namespace

TEST_CASE(
    "K5: a block that is zero, stale, swapped or misdirected is reported, and no wrong record is handed "
    "out") {
  const Written written = write_log(record::Codec::none, kLogBytes);
  const Written other = write_log(record::Codec::none, kLogBytes, small_segments(1 << 30), 18);
  Count count;
  Random random(5);
  for (const std::size_t size : {std::size_t{512}, std::size_t{4096}}) {
    for (std::size_t at = 0; at < written.bytes.size(); at += 512) {
      for (const Fault fault : kFaults) {
        const std::string bad = with_fault(written.bytes, other.bytes, at, size, fault, random);
        if (bad == written.bytes) continue;
        ++count.trials;
        const std::string where = std::string(kFaultNames[static_cast<int>(fault)]) + " block of " +
                                  std::to_string(size) + " at " + std::to_string(at);
        const auto disk = written.disk->after_kill();
        disk->set_content(kSegment, bad);
        std::size_t first = 0;
        while (bad[first] == written.bytes[first]) ++first;
        const FoundBytes found = read_bytes(*disk, machine(2, 101));
        if (!is_corrupt(found.error)) count.fail(where, "a reader reports nothing");
        if (found.bytes != written.bytes.substr(0, written.boundary_before(first)))
          count.fail(where, "not the batches before the damage");
        const Opened opened = open_and_append(*disk, 2);
        if (opened.error && !is_corrupt(opened.error)) count.fail(where, opened.error->what());
        if (disk->content(kSegment).compare(0, bad.size(), bad) != 0)
          count.fail(where, "a writer changed what was there");
      }
    }
  }
  counted("K5 block faults", count.trials, count.violations);
  CAPTURE(count.first);
  CHECK(count.violations == 0);
}

TEST_CASE("K6: garbage behind the end is cut off exactly there and kept aside") {
  const char* const wanted = std::getenv("WEIR_GARBAGE");
  const int trials = wanted == nullptr ? 2'000 : std::atoi(wanted);
  const Written written = write_log(record::Codec::none, kLogBytes);
  Count count;
  Random random(6);
  for (int trial = 0; trial < trials; ++trial) {
    ++count.trials;
    std::string garbage(1 + random.below(64 << 10), '\0');
    for (std::size_t i = 0; i < garbage.size(); ++i) garbage[i] = static_cast<char>(random.below(256));
    const auto disk = written.disk->after_kill();
    disk->set_content(kSegment, written.bytes + garbage);
    const std::string where =
        "trial " + std::to_string(trial) + ", " + std::to_string(garbage.size()) + " bytes";
    const Opened opened = open_and_append(*disk, 2);
    if (opened.error) {
      count.fail(where, opened.error->what());
      continue;
    }
    if (opened.recovery->cut_bytes != garbage.size())
      count.fail(where, "cut " + std::to_string(opened.recovery->cut_bytes) + " bytes");
    else if (disk->content(opened.recovery->kept_as) != garbage)
      count.fail(where, "what was cut is not kept");
    const FoundBytes found = read_bytes(*disk, machine(2, 101));
    if (found.error || !found.bytes.starts_with(written.bytes)) count.fail(where, "does not read as before");
  }
  counted("K6 garbage appended", count.trials, count.violations);
  CAPTURE(count.first);
  CHECK(count.violations == 0);
}

// No side file says how far the log is good, as in a copy of somebody else's: what gives damage away are the checksum, and
// the rules of the 17 bytes of a batch header that it does not cover.
TEST_CASE(
    "K3: bits flipped without a side file never change a record, and are reported but in the last batch") {
  const bool every_bit = std::getenv("WEIR_EVERY_BIT") != nullptr;
  const Written written = write_log(record::Codec::none, kLogBytes);
  const auto bare = written.disk->after_kill();
  bare->unlink(kFolder + "/" + std::string(log::kSideFileName));
  const std::size_t last = written.boundaries[written.boundaries.size() - 2];
  Count count;
  std::uint64_t uncovered = 0, uncovered_told = 0, in_last = 0, unnoticed = 0;
  log::ReaderOptions how;
  how.ignore_side_file = true;
  for (std::size_t bit = 0; bit < written.bytes.size() * 8; ++bit) {
    const std::size_t batch_start = written.boundary_before(bit / 8);
    const std::size_t in_batch = bit / 8 - batch_start;
    const bool header = in_batch < 17;
    if (!every_bit && !header && bit % 8 != in_batch % 8) continue;  // one bit of each byte
    ++count.trials;
    const std::string where = "byte " + std::to_string(bit / 8) + " bit " + std::to_string(bit % 8);
    const auto disk = bare->after_kill();
    disk->set_content(kSegment, flipped(written.bytes, bit));
    const FoundBytes found = read_bytes(*disk, machine(2, 101), how);
    const bool told = is_corrupt(found.error);
    // In the offset and the leader epoch of a foreign log nothing but what follows can give a flip away.
    const bool unsure = !told && (in_batch < 8 || (in_batch >= 12 && in_batch < 16));
    const bool stops_before = found.bytes == written.bytes.substr(0, batch_start);
    if (!stops_before && !(unsure && found.bytes == flipped(written.bytes, bit)))
      count.fail(where, "not the batches before the damage");
    if (batch_start == last) {
      ++in_last;  // it looks like a write that was cut off
      unnoticed += !stops_before;
      continue;
    }
    if (header) {
      ++uncovered;
      uncovered_told += told;
    }
    if (!told && !unsure) count.fail(where, "a reader reports nothing");
  }
  counted("K3 bit flips without a side file", count.trials, count.violations,
          std::to_string(uncovered_told) + " of " + std::to_string(uncovered) +
              " in the 17 bytes that no checksum covers are reported; " + std::to_string(in_last) +
              " in the last batch end the reading before it, but for " + std::to_string(unnoticed) +
              " in its offset and epoch");
  CAPTURE(count.first);
  CHECK(count.violations == 0);
}

}  // namespace weir::crash
