#include "log/recover.h"

#include <algorithm>
#include <cstring>

#include "base/buffer.h"
#include "base/file.h"
#include "log/corrupt.h"
#include "log/segment_scan.h"
#include "log/tail.h"

namespace weir::log {
namespace {

using base::File;

constexpr std::size_t kCopyBytes = 256u << 10;

bool all_zero(const char* bytes, std::size_t size) {
  return size == 0 || (bytes[0] == 0 && std::memcmp(bytes, bytes + 1, size - 1) == 0);
}

bool same_bytes(const File& segment, std::uint64_t from, std::uint64_t bytes, const File& kept) {
  if (kept.size() != bytes) return false;
  base::Buffer a, b;
  for (std::uint64_t at = 0; at < bytes; at += kCopyBytes) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(kCopyBytes, bytes - at));
    a.resize(size), b.resize(size);
    if (segment.pread(a.data(), size, from + at) != size || kept.pread(b.data(), size, at) != size)
      return false;
    if (std::memcmp(a.data(), b.data(), size) != 0) return false;
  }
  return true;
}

void copy(const File& segment, std::uint64_t from, std::uint64_t bytes, File& to) {
  base::Buffer buffer;
  to.truncate(0);
  for (std::uint64_t at = 0; at < bytes; at += kCopyBytes) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(kCopyBytes, bytes - at));
    buffer.resize(size);
    const std::size_t got = segment.pread(buffer.data(), size, from + at);
    // The zero tail of a preallocated segment may be a gigabyte: it stays a hole.
    if (!all_zero(buffer.data(), got)) to.pwrite({buffer.data(), got}, at);
  }
  to.truncate(bytes);
  to.sync();
}

// Keeps [from, from + bytes) of the segment in a file of its own and returns its path. A recovery that was killed
// behind the copy finds it; an older file of the same name with other bytes is never touched.
std::string keep_aside(base::Sys& sys, const std::string& folder, base::Offset base, const File& segment,
                       std::uint64_t from, std::uint64_t bytes) {
  const std::string stem = segment_path(folder, base, ".torn-") + std::to_string(from);
  for (int number = 1;; ++number) {
    const std::string path = number == 1 ? stem : stem + "." + std::to_string(number);
    if (File::exists(sys, path)) {
      if (same_bytes(segment, from, bytes, File::open(sys, path, File::Mode::read))) return path;
      continue;
    }
    const std::string unfinished = path + ".partial";
    try {
      File kept = File::open(sys, unfinished, File::Mode::create);
      copy(segment, from, bytes, kept);
    } catch (const base::Error&) {
      // A full disk is the likely reason; half a copy would only make it fuller.
      try {
        File::remove(sys, unfinished);
      } catch (const base::Error&) {
      }
      throw;
    }
    File::rename(sys, unfinished, path);
    File::open_directory(sys, folder).sync();
    return path;
  }
}

// What was snapshot behind the end describes batches that are gone.
void drop_snapshots_behind(base::Sys& sys, const std::string& folder, base::Offset end) {
  for (const base::Offset at : list_segments(sys, folder, kSnapshotSuffix)) {
    if (at > end) File::remove(sys, segment_path(folder, at, kSnapshotSuffix));
  }
}

bool is_boundary(base::Sys& sys, const std::string& folder, const LogEnd& end) {
  const std::string path = segment_path(folder, end.segment, kLogSuffix);
  if (!File::exists(sys, path)) return false;
  const File file = File::open(sys, path, File::Mode::read);
  if (file.size() < end.position) return false;
  SegmentScan scan(file, 0, end.position, SegmentScan::Check::headers);
  base::Offset next = end.segment;
  SegmentScan::Step step;
  while ((step = scan.next()) == SegmentScan::Step::batch) next = scan.header().next_offset();
  return step == SegmentScan::Step::end && next == end.next;
}

class Judge {
 public:
  Judge(base::Sys& sys, const std::string& folder, const std::optional<Ends>& known, const Host& me)
      : sys_(sys),
        folder_(folder),
        known_(known),
        same_boot_(known && known->boot == me.boot && !known->poisoned),
        segments_(list_segments(sys, folder)) {}

  // Finds the end of the log; throws when there is damage that may not be cut.
  Tail decide() {
    if (!known_) return decide_foreign();
    const LogEnd from = same_boot_ ? known_->written : known_->durable;
    if (segments_.empty() && from.next == base::Offset{0}) {
      Tail empty;
      empty.end = from;
      return empty;
    }
    const Tail tail = find_tail(sys_, folder_, segments_, from, Follow::strictly,
                                known_->poisoned ? Cache::drop : Cache::fine);
    const bool there = std::binary_search(segments_.begin(), segments_.end(), from.segment) ||
                       (from.position == 0 && from.segment == from.next && !segments_.empty() &&
                        segments_.back() < from.segment);
    if (there && tail.clean()) return tail;
    if (!there || !is_boundary(sys_, folder_, from)) return decide_rewritten(from);
    // A write that was cut short has no right checksum, so a whole batch in the wrong place is damage.
    if (tail.later_segments || tail.misplaced || (same_boot_ && tail.next_batch)) refuse(tail);
    return tail;
  }

  bool same_boot() const { return same_boot_; }
  const std::vector<base::Offset>& segments() const { return segments_; }

 private:
  // A directory of Kafka's, or one whose side file was lost: Kafka syncs what it has rolled, sooner or later.
  Tail decide_foreign() {
    if (segments_.empty()) return {};
    const base::Offset last = segments_.back();
    const Tail tail = find_tail(sys_, folder_, {last}, {last, 0, last}, Follow::ascending, Cache::fine);
    if (tail.next_batch) refuse(tail);
    return tail;
  }

  // The known-good end is not in the files: a broker has compacted or deleted segments since, or they are damaged.
  // The first is believed only if every batch of the whole log is good and it reaches as far as it did.
  Tail decide_rewritten(const LogEnd& from) {
    if (segments_.empty()) {
      throw corrupt_log(folder_, 0, {0}, from.next, "there is no segment file left");
    }
    const Tail whole = find_tail(sys_, folder_, segments_, {segments_.front(), 0, segments_.front()},
                                 Follow::ascending, Cache::drop);
    if (whole.clean() && whole.end.next >= from.next) return whole;
    if (whole.clean()) {
      throw corrupt_log(segment_path(folder_, whole.end.segment, kLogSuffix), whole.end.position,
                        whole.end.next, from.next, "the log ends before what is known to have been written");
    }
    refuse(whole);
  }

  [[noreturn]] void refuse(const Tail& tail) const {
    const char* why = tail.fault ? tail.fault.what : "segments do not follow on";
    base::Offset to{-1};
    if (tail.next_batch)
      to = *tail.next_batch;
    else if (known_)
      to = known_->durable.next;
    throw corrupt_log(segment_path(folder_, tail.end.segment, kLogSuffix), tail.end.position, tail.end.next,
                      to, why);
  }

  base::Sys& sys_;
  const std::string& folder_;
  const std::optional<Ends>& known_;
  const bool same_boot_;
  const std::vector<base::Offset> segments_;
};

void cut(base::Sys& sys, const std::string& folder, const Tail& tail, Recovery& report) {
  File segment = File::open(sys, segment_path(folder, tail.end.segment, kLogSuffix), File::Mode::read_write);
  report.kept_as = keep_aside(sys, folder, tail.end.segment, segment, tail.end.position, tail.left_bytes);
  report.cut_bytes = tail.left_bytes;
  segment.truncate(tail.end.position);
  // Synced before anything is appended, so that no power cut brings back what was cut behind new batches.
  segment.sync();
}

void sync_all(base::Sys& sys, const std::string& folder, const std::vector<base::Offset>& segments,
              base::Offset from) {
  for (const base::Offset base : segments) {
    if (base < from) continue;
    File::open(sys, segment_path(folder, base, kLogSuffix), File::Mode::read_write).sync();
  }
  File::open_directory(sys, folder).sync();
}

}  // namespace

Recovered recover(base::Sys& sys, const std::string& folder, SideFile& side, const Host& me) {
  const std::optional<Ends> known = side.read();
  Judge judge(sys, folder, known, me);
  const Tail tail = judge.decide();

  Recovered done;
  done.report.next = tail.end.next;
  done.report.scanned_bytes = tail.scanned_bytes;
  done.report.made_side_file = !known;
  if (tail.left_bytes > 0) cut(sys, folder, tail, done.report);
  if (tail.left_bytes > 0 || !judge.same_boot()) drop_snapshots_behind(sys, folder, tail.end.next);

  if (judge.same_boot()) {
    // Other writers may be at work: what lies between the durable and the written end is theirs, or is synced by
    // the caller, outside the lock.
    done.ends = *known;
    if (tail.end == known->written) return done;
    done.ends.written = tail.end;
    done.ends.sequence = side.write(done.ends);
    return done;
  }
  const bool moved = !known || known->poisoned || tail.end != known->durable;
  if (moved) sync_all(sys, folder, judge.segments(), known ? known->durable.segment : tail.end.segment);
  if (known) done.ends = *known;
  done.ends.durable = done.ends.visible = done.ends.written = tail.end;
  done.ends.boot = me.boot;
  done.ends.poisoned = false;
  ++done.ends.generation;
  if (!known) side.fill();
  done.ends.sequence = side.write(done.ends);
  side.sync();
  if (!known) File::open_directory(sys, folder).sync();
  return done;
}

std::string Recovery::summary() const {
  if (cut_bytes == 0) return {};
  return "cut " + std::to_string(cut_bytes) + " bytes of an unfinished write before offset " +
         std::to_string(next.value) + "; kept as " + kept_as;
}

}  // namespace weir::log
