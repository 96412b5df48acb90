#include "log/check_partition.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "log/check_files.h"
#include "log/check_indexes.h"
#include "log/epoch_checkpoint.h"
#include "log/format.h"
#include "log/segment_scan.h"
#include "log/side_file.h"
#include "record/record_cursor.h"

namespace weir::log {
namespace {

using base::File;
using base::Offset;
using record::BatchHeader;
using record::Fault;

class PartitionCheck {
 public:
  PartitionCheck(const CheckPlan& plan, std::string folder, std::optional<Offset> only)
      : plan_(plan), folder_(std::move(folder)), only_(only) {}

  Checked run() {
    std::vector<Offset> segments;
    if (only_) {
      segments = {*only_};
    } else {
      read_known_end();
      segments = list_segments(plan_.sys, folder_);
      epochs_ = EpochCheckpoint::load(plan_.sys, folder_);
    }
    gaps_allowed_ =
        !known_ || plan_.compacted || File::exists(plan_.sys, folder_ + "/../cleaner-offset-checkpoint");
    for (std::size_t i = 0; i < segments.size() && !checked_.stopped; ++i) {
      const bool last = i + 1 == segments.size();
      segment(segments[i], last ? std::nullopt : std::optional(segments[i + 1]));
    }
    if (checked_.stopped) return checked_;
    if (known_ && (segments.empty() || segments.back() < known_->segment) && next() < known_->next) {
      damage(segment_path(folder_, known_->segment, kLogSuffix), 0, 0, next(), known_->next,
             "the segment is missing");
    }
    if (!only_) check_small_files({plan_.sys, folder_, [this](const Finding& found) { tell(found); }});
    return checked_;
  }

 private:
  void read_known_end() {
    const auto side = SideFile::open(plan_.sys, folder_, SideFile::Access::read);
    const auto ends = side ? side->read() : std::nullopt;
    has_side_file_ = side.has_value();
    if (!ends) return;
    const bool this_boot = ends->boot == plan_.host.boot && !ends->poisoned;
    known_ = this_boot ? std::max(ends->written, ends->durable) : ends->durable;
    if (ends->poisoned) {
      tell({Finding::Weight::note, side->path(), 0, 0, base::kNoOffset, base::kNoOffset,
            "a sync failed; the next writer reads the end of the log from the disk again"});
    }
  }

  void tell(const Finding& found) {
    if (found.weight == Finding::Weight::damage) ++checked_.damaged;
    plan_.tell(found);
  }
  void damage(const std::string& file, std::uint64_t position, std::uint64_t bytes, Offset from, Offset to,
              const std::string& why) {
    tell({Finding::Weight::damage, file, position, bytes, from, to, why});
  }

  Offset next() const { return expected_.value_or(Offset{0}); }

  // ---- one segment

  void segment(Offset base, std::optional<Offset> behind) {
    const std::string path = segment_path(folder_, base, kLogSuffix);
    CheckIndexes indexes(plan_.sys, folder_, base, [this](const Finding& found) { tell(found); });
    if (!only_ && !File::exists(plan_.sys, path)) return;  // taken away since
    const File file = File::open(plan_.sys, path, File::Mode::read);
    const std::uint64_t size = file.size();
    ++checked_.segments;
    checked_.bytes += size;
    Place place{file, base, behind, size, size, indexes};
    if (known_) {
      place.known = base < known_->segment    ? size
                    : base == known_->segment ? std::min(size, known_->position)
                                              : 0;
    }
    join_segments(place);
    bool whole = batches(place, 0, place.known);
    if (known_ && base == known_->segment && size < known_->position) {
      damage(path, size, known_->position - size, next(), known_->next, "the file is shorter than it was");
      whole = false;
    } else if (known_ && base == known_->segment && whole && next() < known_->next) {
      damage(path, place.known, 0, next(), known_->next, "records are missing");
    }
    if (checked_.stopped) return;
    if (known_ && place.known < size) whole = unknown_tail(place) && whole;
    indexes.finish(!whole   ? CheckIndexes::Segment::damaged
                   : behind ? CheckIndexes::Segment::sealed
                            : CheckIndexes::Segment::open);
  }

  struct Place {
    const File& file;
    Offset base;
    std::optional<Offset> behind;  // the next segment
    std::uint64_t size;
    std::uint64_t known;  // whole batches reach to here
    CheckIndexes& indexes;
  };

  // Where one segment ends the next one begins, but for what compaction took.
  void join_segments(const Place& place) {
    if (expected_ && place.base < *expected_) {
      damage(place.file.path(), 0, 0, base::kNoOffset, base::kNoOffset,
             "the segment begins at offset " + std::to_string(place.base.value) +
                 ", before the end of the one before");
    } else if (expected_ && place.base > *expected_ && !gaps_allowed_) {
      damage(place.file.path(), 0, 0, *expected_, place.base, "records are missing");
    }
    expected_ = place.base;
  }

  // False when something was damaged.
  bool batches(Place& place, std::uint64_t from, std::uint64_t to) {
    bool whole = true;
    while (from < to) {
      SegmentScan scan(place.file, from, to, SegmentScan::Check::whole);
      SegmentScan::Step step;
      Fault fault;
      while ((step = scan.next()) == SegmentScan::Step::batch) {
        if (!plan_.go_on()) return checked_.stopped = true, true;
        if ((fault = misplaced(place, scan, to)) || (fault = unreadable(scan))) break;
        accept(place, scan);
      }
      if (step == SegmentScan::Step::end) return whole;
      if (step == SegmentScan::Step::bad) {
        fault = scan.fault();
        if (zeros_to_the_end(place, scan.position())) return whole;
      }
      whole = false;
      from = tell_damage(place, scan.position(), to, fault);
    }
    return whole;
  }

  void accept(Place& place, const SegmentScan& scan) {
    const BatchHeader& header = scan.header();
    if (!gaps_allowed_ && header.first_offset() > next()) {
      damage(place.file.path(), scan.position(), 0, next(), header.first_offset(), "records are missing");
    }
    place.indexes.take(header, scan.position());
    ++checked_.batches;
    if (!header.attributes.control()) checked_.records += static_cast<std::uint64_t>(header.records_count);
    expected_ = header.next_offset();
  }

  // Whether base offset and leader epoch, which no checksum covers, agree with what stands around the batch.
  Fault misplaced(const Place& place, const SegmentScan& scan, std::uint64_t to) const {
    const BatchHeader& header = scan.header();
    const Offset first = header.first_offset();
    if (first < next()) return {"offsets do not follow on", 0};
    if (first > next() && !fits_before(place, header, scan.end(), to)) return {"offsets do not follow on", 0};
    if (!epochs_) return {};
    const auto epoch = epochs_->epoch_of(first);
    // weir goes on with epoch 0 in a directory that a broker has left.
    const bool ours = has_side_file_ && header.leader_epoch == 0;
    if (epoch && *epoch != header.leader_epoch && !ours) return {"wrong leader epoch", 12};
    return {};
  }

  bool fits_before(const Place& place, const BatchHeader& header, std::uint64_t behind,
                   std::uint64_t to) const {
    if (behind < to) {
      const auto next_batch = header_at(place.file, behind, to);
      return !next_batch || next_batch->first_offset() >= header.next_offset();
    }
    if (known_ && place.base == known_->segment) return known_->next == header.next_offset();
    return !place.behind || *place.behind >= header.next_offset();
  }

  Fault unreadable(const SegmentScan& scan) {
    record::BatchView view;
    if (Fault fault = view.open(scan.bytes())) return fault;
    std::string_view records;
    if (Fault fault = view.records(codecs_, unpacked_, &records)) return fault;
    record::RecordCursor cursor(view.header(), records);
    record::Record record;
    Offset offset;
    while (cursor.next(record, offset)) {
    }
    return cursor.fault();
  }

  // Tells the range up to the next batch that can be right, and goes on there.
  std::uint64_t tell_damage(Place& place, std::uint64_t position, std::uint64_t to, const Fault& fault) {
    const Offset from = next();
    auto found = find_batch(place.file, position + 1, to);
    while (found && found->header.first_offset() < from)
      found = find_batch(place.file, found->position + 1, to);
    const std::uint64_t resume = found ? found->position : to;
    Offset behind = base::kNoOffset;
    if (found) {
      behind = found->header.first_offset();
    } else if (known_ && place.base == known_->segment) {
      behind = known_->next;
    } else if (place.behind) {
      behind = *place.behind;
    }
    damage(place.file.path(), position, resume - position, from, behind, fault.what);
    if (behind != base::kNoOffset) expected_ = std::max(from, behind);
    place.indexes.pass_over(resume, next());
    return resume;
  }

  // Above what is known to be good: whole batches are counted, what is none is nobody's loss yet.
  bool unknown_tail(Place& place) {
    SegmentScan scan(place.file, place.known, place.size, SegmentScan::Check::whole);
    SegmentScan::Step step;
    while ((step = scan.next()) == SegmentScan::Step::batch) {
      if (scan.header().first_offset() != next()) break;
      accept(place, scan);
    }
    if (step == SegmentScan::Step::end) return true;
    tell({Finding::Weight::note, place.file.path(), scan.position(), place.size - scan.position(), next(),
          base::kNoOffset, "not finished by its writer yet, or left by one that was killed"});
    return false;
  }

  // A file that a broker has preallocated.
  bool zeros_to_the_end(const Place& place, std::uint64_t position) const {
    if (has_side_file_ || place.behind) return false;
    base::Buffer bytes;
    while (position < place.size) {
      bytes.resize(static_cast<std::size_t>(std::min<std::uint64_t>(64u << 10, place.size - position)));
      const std::size_t got = place.file.pread(bytes.data(), bytes.size(), position);
      if (got == 0 || !std::all_of(bytes.data(), bytes.data() + got, [](char c) { return c == 0; }))
        return false;
      position += got;
    }
    return true;
  }

  const CheckPlan& plan_;
  const std::string folder_;
  const std::optional<Offset> only_;
  std::optional<LogEnd> known_;
  std::optional<EpochCheckpoint> epochs_;
  bool has_side_file_ = false;
  bool gaps_allowed_ = false;
  std::optional<Offset> expected_;  // where the next batch begins
  record::Codecs codecs_;
  base::Buffer unpacked_;
  Checked checked_;
};

}  // namespace

Checked check_partition(const CheckPlan& plan, const std::string& path) {
  std::string folder = path;
  while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
  std::optional<Offset> only;
  if (folder.ends_with(kLogSuffix)) {
    const std::size_t slash = folder.rfind('/');
    only = parse_segment_name(folder.substr(slash + 1), kLogSuffix);
    if (!only) {
      throw base::Error(base::Kind::usage, path + " is not named as a segment is: twenty digits and .log")
          .code("not_a_segment");
    }
    folder = slash == std::string::npos ? "." : folder.substr(0, std::max<std::size_t>(slash, 1));
  }
  if (!File::exists(plan.sys, only ? path : folder))
    throw base::Error(base::Kind::io, "no such partition folder or segment: " + path).code("no_partition");
  return PartitionCheck(plan, folder, only).run();
}

}  // namespace weir::log
