#include "log/partition_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "log/corrupt.h"
#include "log/delete_topic.h"
#include "log/epoch_checkpoint.h"
#include "log/reach.h"
#include "log/segment_scan.h"
#include "log/time_lookup.h"
#include "log/transaction_filter.h"

namespace weir::log {
namespace {

using base::Error;
using base::File;

// From this size on a read fetches exactly one batch and the header of the next, so that nothing is copied from one
// block to the next; smaller ones are read in bulk.
constexpr std::size_t kLargeBatch = 64u << 10;
constexpr std::size_t kRoundBlock = 64u << 10;

struct Path {
  std::string folder;
  std::optional<base::Offset> only;  // a single segment
};

Path parse_path(base::Sys& sys, std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  const std::size_t slash = path.rfind('/');
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  if (!name.ends_with(kLogSuffix)) {
    if (File::exists(sys, path)) return {path, {}};
    throw Error(base::Kind::io, "no such partition folder: " + path).code("no_partition");
  }
  const auto base = parse_segment_name(name, kLogSuffix);
  if (!base) {
    throw Error(base::Kind::usage, path + " is not named as a segment is: twenty digits and .log")
        .code("not_a_segment");
  }
  if (!File::exists(sys, path)) throw Error(base::Kind::io, "no such segment: " + path).code("no_partition");
  return {slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash), base};
}

}  // namespace

struct PartitionReader::Impl {
  Impl(base::Sys& the_sys, base::Clock& clock, const Host& host, const Path& path, const ReaderOptions& given)
      : sys(the_sys),
        folder(path.folder),
        only(path.only),
        options(given),
        reach(the_sys, clock, host, path.folder, given.ignore_side_file || path.only.has_value()),
        filter(the_sys, path.folder),
        pool(4 * stream::kBlockBytes) {
    if (reach.guarded()) reach.settle_now();
    if (reach.has_side_file() && !given.ignore_side_file) {
      epochs = EpochCheckpoint::load(sys, folder);
      // A broker that has compacted anything in this directory says so in a file of its own.
      gaps_allowed = given.may_have_gaps || File::exists(sys, folder + "/../cleaner-offset-checkpoint");
    }
    const auto bases = segments();
    next = bases.empty() ? base::Offset{0} : bases.front();
  }

  // ---- where things are

  std::vector<base::Offset> segments() const {
    if (only) return {*only};
    return list_segments(sys, folder);
  }

  // How far a segment may be read, and whether more may come.
  struct Limit {
    std::uint64_t bytes = 0;
    bool sealed = false;            // nothing is appended to it any more
    base::Offset next_segment{-1};  // when sealed
    std::optional<LogEnd> reach;    // guarded
  };

  Limit limit_of(base::Offset of, const File& file) {
    Limit found;
    if (reach.guarded()) {
      found.reach = reach.end();
      if (found.reach->segment < of) return found;
      if (found.reach->segment == of) {
        found.bytes = std::min(found.reach->position, file.size());
        return found;
      }
    }
    const auto bases = segments();
    const auto behind = std::upper_bound(bases.begin(), bases.end(), of);
    found.bytes = file.size();
    if (behind == bases.end()) return found;
    found.sealed = true;
    found.next_segment = *behind;
    return found;
  }

  bool open_segment(base::Offset of) {
    const std::string path = segment_path(folder, of, kLogSuffix);
    if (!File::exists(sys, path)) return false;
    log = File::open(sys, path, File::Mode::read);
    segment = of;
    position = 0;
    block_filled = 0;
    limit = limit_of(segment, log);
    expected.reset();
    tail_checked.reset();
    return true;
  }

  // The segment that holds `next`, or the first one behind it.
  bool open_where_next_is() {
    const auto bases = segments();
    if (bases.empty()) return false;
    auto behind = std::upper_bound(bases.begin(), bases.end(), next);
    if (behind != bases.begin()) --behind;
    if (!open_segment(*behind)) return false;
    position = position_near(view(), next);
    return true;
  }

  SegmentView view() const { return {sys, folder, segment, log, limit.bytes}; }

  // ---- reading

  // At least `bytes` from `position` on lie in the block. False: the limit comes before.
  bool ensure(std::size_t bytes) {
    std::size_t have = 0;
    if (block_filled > 0 && position >= block_at && position - block_at <= block_filled) {
      have = block_filled - static_cast<std::size_t>(position - block_at);
    }
    if (have >= bytes) return true;
    const std::uint64_t left = limit.bytes - position;
    if (bytes > left) return false;
    std::size_t want =
        bytes >= kLargeBatch ? bytes + record::kBatchHeaderBytes : std::max(bytes, options.block_bytes);
    want = static_cast<std::size_t>(std::min<std::uint64_t>(want, left));
    const std::size_t room =
        std::max(options.block_bytes, (want + kRoundBlock - 1) / kRoundBlock * kRoundBlock);
    stream::BlockRef fresh = pool.take(room);
    if (have > 0) std::memcpy(fresh->data(), block->data() + (position - block_at), have);
    const std::size_t got = log.pread(fresh->data() + have, want - have, position + have);
    block = std::move(fresh);
    block_at = position;
    block_filled = have + got;
    return block_filled >= bytes;
  }

  const char* at() const { return block->data() + (position - block_at); }

  // The batch at `position`, checked in itself and against its neighbours.
  record::Fault load() {
    missing = false;
    if (!ensure(record::kBatchHeaderBytes)) return {"batch is cut off", 0};
    const record::Frame found = record::frame({at(), record::kBatchHeaderBytes});
    if (found.state == record::Frame::State::bad) return found.fault;
    if (!ensure(found.bytes)) return {"batch is cut off", 0};
    if (const record::Fault fault = batch.open({at(), found.bytes})) return fault;
    const record::BatchHeader& header = batch.header();
    const base::Offset first = header.first_offset();
    if (first < segment || (expected && first < *expected)) return {"offsets do not follow on", 0};
    // A gap is what compaction leaves, and what a flipped bit in the base offset looks like, which no checksum
    // covers. Only the second contradicts what follows.
    if (expected ? first > *expected : position == 0 && first > segment) {
      if (!fits_before(header, position + found.bytes)) return {"offsets do not follow on", 0};
      if (!gaps_allowed) {
        missing = true;
        return {"records are missing", 0};
      }
    }
    if (!epoch_fits(header)) return {"wrong leader epoch", 12};
    return {};
  }

  bool fits_before(const record::BatchHeader& header, std::uint64_t behind) {
    if (behind < limit.bytes) {
      char bytes[record::kBatchHeaderBytes];
      if (limit.bytes - behind < sizeof bytes || log.pread(bytes, sizeof bytes, behind) < sizeof bytes)
        return true;
      return record::BatchHeader::read(bytes).base_offset >= header.next_offset().value;
    }
    if (limit.sealed) return limit.next_segment >= header.next_offset();
    return !limit.reach || limit.reach->next == header.next_offset();
  }

  bool epoch_fits(const record::BatchHeader& header) {
    if (!epochs) return true;
    const auto fits = [&] {
      const auto epoch = epochs->epoch_of(header.first_offset());
      return !epoch || *epoch == header.leader_epoch;
    };
    if (fits()) return true;
    // A broker may have begun a new epoch since.
    const auto fresh = EpochCheckpoint::load(sys, folder);
    if (!fresh) return true;
    epochs = fresh;
    return fits();
  }

  // ---- moving on

  enum class Move { on, gap, end };

  // At the limit of the segment.
  Move advance() {
    const std::uint64_t before = limit.bytes;
    limit = limit_of(segment, log);
    if (limit.bytes > before || position < limit.bytes) return Move::on;
    const base::Offset here = std::max(expected.value_or(next), segment);
    if (limit.sealed) {
      if (!gaps_allowed && expected && here < limit.next_segment) {
        return lost(here, limit.next_segment);
      }
      next = std::max(next, limit.next_segment);
      log = File();
      return Move::on;
    }
    if (limit.reach && here < limit.reach->next) return lost(here, limit.reach->next);
    if (reach.guarded() && reach.settle_leftovers(log.size())) return advance();
    return Move::end;
  }

  // Records that should be there, and are in no file any more.
  Move lost(base::Offset from, base::Offset to) {
    if (!options.skip_corrupt) throw corrupt_log(log.path(), position, from, to, "records are missing");
    gap = {Gap::Why::damage, from, to, log.path(), position, 0, "records are missing"};
    next = std::max(next, to);
    expected = to;
    return Move::gap;
  }

  Move reopen() {
    const auto bases = segments();
    if (bases.empty()) {
      const base::Offset end = reach.guarded() ? reach.end().next : next;
      if (next >= end) return Move::end;
      constexpr std::string_view kWhy = "there is no segment file left";
      if (!options.skip_corrupt) throw corrupt_log(folder, 0, next, end, kWhy);
      gap = {Gap::Why::damage, next, end, folder, 0, 0, std::string(kWhy)};
      next = end;
      return Move::gap;
    }
    if (bases.front() <= next) return open_where_next_is() ? Move::on : Move::end;
    gap = {Gap::Why::retention, next, bases.front(), folder, 0, 0, "deleted by retention"};
    next = bases.front();
    return open_segment(bases.front()) ? Move::gap : Move::end;
  }

  // What a writer that is at work, or was killed, leaves at the end of a log without a known end.
  bool unfinished_tail() {
    if (reach.guarded() || limit.sealed) return false;
    const auto now = std::pair(position, log.size());
    if (tail_checked == now) return true;
    if (find_batch(log, position + 1, now.second)) return false;
    tail_checked = now;
    return true;
  }

  PartitionReader::Step damage(const record::Fault& fault) {
    const base::Offset first = expected.value_or(std::max(next, segment));
    std::uint64_t resume = limit.bytes;
    base::Offset to = first;
    if (missing) {  // the batch is whole, and what stands behind it agrees with it
      resume = position;
      to = batch.header().first_offset();
    } else {
      std::optional<FoundBatch> found = find_batch(log, position + 1, limit.bytes);
      while (found && found->header.first_offset() < first)
        found = find_batch(log, found->position + 1, limit.bytes);
      if (found) {
        resume = found->position;
        to = found->header.first_offset();
      } else if (limit.sealed) {
        to = limit.next_segment;
      } else if (limit.reach) {
        to = limit.reach->next;
      }
    }
    if (!options.skip_corrupt) throw corrupt_log(log.path(), position, first, to, fault.what);
    gap = {Gap::Why::damage, first, to, log.path(), position, resume - position, fault.what};
    position = resume;
    next = std::max(next, to);
    expected = to;
    return PartitionReader::Step::gap;
  }

  // Whether the batch that was loaded is to be handed out; `stop`: it belongs to an open transaction.
  bool wanted(bool* stop) {
    const record::BatchHeader& header = batch.header();
    if (header.attributes.control()) return options.control_batches;
    if (header.records_count == 0) return false;
    if (!options.read_committed || !header.attributes.transactional()) return true;
    const LogEnd behind{segment, position + header.batch_bytes(), header.next_offset()};
    const Fate fate = filter.fate(header, behind, [&](base::Offset of, std::uint64_t size) {
      if (!reach.guarded()) return size;
      const LogEnd end = reach.end();
      return of < end.segment ? size : of == end.segment ? std::min(end.position, size) : 0;
    });
    *stop = fate == Fate::open;
    return fate == Fate::committed;
  }

  PartitionReader::Step step() {
    for (;;) {
      if (!log) {
        const Move move = reopen();
        if (move == Move::gap) return PartitionReader::Step::gap;
        if (move == Move::end) return PartitionReader::Step::end;
        continue;
      }
      if (position >= limit.bytes) {
        const Move move = advance();
        if (move == Move::gap) return PartitionReader::Step::gap;
        if (move == Move::end) return PartitionReader::Step::end;
        continue;
      }
      if (const record::Fault fault = load()) {
        const std::uint64_t before = limit.bytes;
        limit = limit_of(segment, log);
        if (limit.bytes > before) {  // it has been finished meanwhile
          block_filled = 0;
          continue;
        }
        if (unfinished_tail()) return PartitionReader::Step::end;
        return damage(fault);
      }
      const record::BatchHeader& header = batch.header();
      bool stop = false;
      const bool sought = header.last_offset() >= next;
      const bool hand_out = sought && wanted(&stop);
      if (stop) return PartitionReader::Step::end;
      position += header.batch_bytes();
      expected = header.next_offset();
      next = std::max(next, header.next_offset());
      if (hand_out) return PartitionReader::Step::batch;
    }
  }

  void seek(base::Offset offset) {
    const auto bases = segments();
    next = bases.empty() ? offset : std::max(offset, bases.front());
    filter.forget();
    log = File();
    open_where_next_is();
  }

  base::Offset end_offset() {
    if (reach.guarded()) return reach.end().next;
    const auto bases = segments();
    for (auto last = bases.rbegin(); last != bases.rend(); ++last) {
      const File file = File::open(sys, segment_path(folder, *last, kLogSuffix), File::Mode::read);
      const SegmentView all{sys, folder, *last, file, file.size()};
      SegmentScan scan(file, position_near(all, base::Offset{INT64_MAX}), all.limit,
                       SegmentScan::Check::whole);
      base::Offset end = *last;
      while (scan.next() == SegmentScan::Step::batch) end = scan.header().next_offset();
      return end;
    }
    return {0};
  }

  base::Offset offset_at_time(base::EventTime time) {
    for (const base::Offset of : segments()) {
      const std::string path = segment_path(folder, of, kLogSuffix);
      if (!File::exists(sys, path)) continue;
      const File file = File::open(sys, path, File::Mode::read);
      const Limit limit_here = limit_of(of, file);
      const SegmentView here{sys, folder, of, file, limit_here.bytes};
      if (limit_here.sealed) {
        const auto largest = largest_time(here);
        if (largest && *largest < time) continue;
      }
      if (const auto found = first_at_time(here, time)) return *found;
    }
    return end_offset();
  }

  base::Sys& sys;
  const std::string folder;
  const std::optional<base::Offset> only;
  const ReaderOptions options;
  Reach reach;
  TransactionFilter filter;
  std::optional<EpochCheckpoint> epochs;
  bool gaps_allowed = true;  // the log may have been compacted
  stream::BlockPool pool;

  base::Offset next;  // the next to be handed out
  File log;           // none: to be opened where `next` is
  base::Offset segment;
  std::uint64_t position = 0;
  Limit limit;
  bool missing = false;                  // load() found a whole batch behind a hole in the offsets
  std::optional<base::Offset> expected;  // where the batch at `position` should begin; none: not known
  std::optional<std::pair<std::uint64_t, std::uint64_t>> tail_checked;  // position and size of a seen tail

  stream::BlockRef block;  // holds block_filled bytes from block_at on
  std::uint64_t block_at = 0;
  std::size_t block_filled = 0;
  record::BatchView batch;
  Gap gap;
};

std::unique_ptr<PartitionReader> PartitionReader::open(base::Sys& sys, base::Clock& clock, const Host& host,
                                                       std::string path, const ReaderOptions& options) {
  const Path parsed = parse_path(sys, std::move(path));
  return std::unique_ptr<PartitionReader>(
      new PartitionReader(std::make_unique<Impl>(sys, clock, host, parsed, options)));
}

PartitionReader::PartitionReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PartitionReader::~PartitionReader() = default;

base::Offset PartitionReader::start_offset() {
  const auto bases = impl_->segments();
  return bases.empty() ? base::Offset{0} : bases.front();
}
base::Offset PartitionReader::end_offset() {
  return impl_->end_offset();
}
base::Offset PartitionReader::offset_at_time(base::EventTime time) {
  return impl_->offset_at_time(time);
}
void PartitionReader::seek(base::Offset offset) {
  impl_->seek(offset);
}
PartitionReader::Step PartitionReader::next() {
  try {
    const Step step = impl_->step();
    // Without a side file to read, only the folder itself tells.
    if (step == Step::end && !impl_->reach.guarded() && impl_->reach.deleted())
      throw topic_deleted(impl_->folder);
    return step;
  } catch (const Error& error) {
    // Files that are gone, or are another topic's: not the damage they look like.
    if (error.code() != kTopicDeleted && impl_->reach.deleted()) throw topic_deleted(impl_->folder);
    throw;
  }
}
const record::BatchView& PartitionReader::batch() const {
  return impl_->batch;
}
const stream::BlockRef& PartitionReader::block() const {
  return impl_->block;
}
const Gap& PartitionReader::gap() const {
  return impl_->gap;
}
base::Offset PartitionReader::position() const {
  return impl_->next;
}
std::optional<std::chrono::nanoseconds> PartitionReader::recheck() const {
  return impl_->reach.guarded() ? impl_->reach.recheck() : std::nullopt;
}
const std::string& PartitionReader::folder() const {
  return impl_->folder;
}

}  // namespace weir::log
