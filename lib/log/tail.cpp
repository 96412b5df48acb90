#include "log/tail.h"

#include <algorithm>

#include "base/file.h"
#include "log/epoch_checkpoint.h"
#include "log/segment_scan.h"

namespace weir::log {
namespace {

// The leader epoch is outside the checksum, so a flipped one shows only here; readers would refuse it later, when
// records behind it had been acknowledged. Our own epoch, 0, is always believed: damage of the small text file must
// not cost a batch.
bool epoch_fits(const std::optional<EpochCheckpoint>& epochs, const record::BatchHeader& header) {
  if (!epochs || header.leader_epoch == 0) return true;
  const auto epoch = epochs->epoch_of(header.first_offset());
  return !epoch || *epoch == header.leader_epoch;
}

// Whether a base offset is what is left of the right one when its first bytes never reached the disk. No checksum covers
// it, and a sector may end in the middle of it.
bool front_lost(base::Offset found, base::Offset right) {
  for (int lost = 1; lost <= 8; ++lost) {
    const std::int64_t kept = lost == 8 ? 0 : right.value & ((std::int64_t{1} << (8 * (8 - lost))) - 1);
    if (found.value == kept) return true;
  }
  return false;
}

}  // namespace

Tail find_tail(base::Sys& sys, const std::string& folder, const std::vector<base::Offset>& segments,
               const LogEnd& from, Follow follow, Cache cache) {
  Tail tail;
  tail.end = from;
  const auto epochs = EpochCheckpoint::load(sys, folder);
  auto segment = std::lower_bound(segments.begin(), segments.end(), from.segment);
  for (; segment != segments.end(); ++segment) {
    if (*segment != tail.end.segment) {
      // Where one segment ends the next one is named by what follows.
      if (*segment < tail.end.next || (follow == Follow::strictly && *segment != tail.end.next)) {
        tail.later_segments = true;
        tail.next_batch = *segment;
        return tail;
      }
      tail.end = {*segment, 0, *segment};
    }
    base::File file =
        base::File::open(sys, segment_path(folder, *segment, kLogSuffix), base::File::Mode::read);
    if (cache == Cache::drop) file.drop_cache();
    const std::uint64_t size = file.size();
    if (size < tail.end.position) {
      tail.fault = {"the file is shorter than it was", size};
      tail.left_bytes = 0;
      tail.later_segments = true;
      return tail;
    }
    SegmentScan scan(file, tail.end.position, size, SegmentScan::Check::whole);
    SegmentScan::Step step;
    while ((step = scan.next()) == SegmentScan::Step::batch) {
      const base::Offset first = scan.header().first_offset();
      if (first < tail.end.next || (follow == Follow::strictly && first > tail.end.next)) {
        tail.fault = {"offsets do not follow on", 0};
        tail.misplaced = !front_lost(first, tail.end.next);
        break;
      }
      if (!epoch_fits(epochs, scan.header())) {
        tail.fault = {"wrong leader epoch", 12};
        tail.misplaced = true;
        break;
      }
      tail.scanned_bytes += scan.header().batch_bytes();
      tail.end.position = scan.end();
      tail.end.next = scan.header().next_offset();
    }
    if (step == SegmentScan::Step::end) continue;
    if (step == SegmentScan::Step::bad) tail.fault = scan.fault();
    tail.left_bytes = size - tail.end.position;
    if (const auto found = find_batch(file, tail.end.position, size))
      tail.next_batch = found->header.first_offset();
    if (segment + 1 != segments.end()) {
      tail.later_segments = true;
      if (!tail.next_batch) tail.next_batch = *(segment + 1);
    }
    return tail;
  }
  return tail;
}

}  // namespace weir::log
