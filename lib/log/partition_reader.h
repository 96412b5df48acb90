// Reads one partition: whole record batches in order of offset, across segments, up to where readers may go.
//
// Reach      with a side file of this boot: its visible end; of an earlier boot: its durable end. Without one
//            (path operand, a copy, a foreign directory): the last whole batch. Whole batches above the reach
//            that nobody takes care of (their writer died) are synced by the reader itself when it may write.
// Blocks     batches lie in ref-counted blocks that are read once: keep the block, keep the batch. A block is
//            reused when nobody else refers to it.
// Checks     every batch: checksum, header, offsets that follow on, leader epoch, position. Nothing that
//            fails is ever handed out.
// Errors     throws Error(Kind::io): code "corrupt_log" names the offsets and the file. With skip_corrupt it
//            returns Step::gap instead. Code "topic_deleted": the topic was deleted meanwhile.
// Threads    one thread. Never takes a lock that a writer waits for longer than one write.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/file.h"
#include "base/sys.h"
#include "base/units.h"
#include "log/format.h"
#include "log/host.h"
#include "log/side_file.h"
#include "record/batch_view.h"
#include "stream/block_pool.h"

namespace weir::log {

struct ReaderOptions {
  bool read_committed = true;  // leave out what was aborted, and stop before an open transaction
  bool skip_corrupt = false;
  bool control_batches = false;  // hand out transaction markers too
  bool may_have_gaps = false;    // the topic is compacted: offsets may be missing without damage
  // A path operand: read to the last whole batch, ignore the side file and write nothing.
  bool ignore_side_file = false;
  std::size_t block_bytes = stream::kBlockBytes;
};

// What was passed over.
struct Gap {
  enum class Why {
    damage,     // bytes that are no batch (skip_corrupt)
    retention,  // the records were deleted before they were read
  };
  Why why = Why::damage;
  base::Offset from, to;  // offsets that were not handed out: from <= o < to
  std::string file;
  std::uint64_t position = 0;  // first bad byte
  std::uint64_t bytes = 0;     // how many were passed over
  std::string reason;          // "checksum does not match"
};

class PartitionReader {
 public:
  // `path` is a partition folder, or one segment file (then only that segment is read). Throws when there is
  // nothing to read: no such folder, not a segment.
  static std::unique_ptr<PartitionReader> open(base::Sys& sys, base::Clock& clock, const Host& host,
                                               std::string path, const ReaderOptions& options);
  ~PartitionReader();
  PartitionReader(const PartitionReader&) = delete;

  base::Offset start_offset();  // of the first record that is there; end_offset() when there is none
  base::Offset end_offset();    // as of now: the next record to come gets this offset or a larger one
  // First offset whose record's time is >= `time`, or end_offset().
  base::Offset offset_at_time(base::EventTime time);

  // The next batch handed out is the one that holds `offset`, or the first one behind it. Below the start:
  // the start. Above the end is fine: next() says `end` until the log gets there.
  void seek(base::Offset offset);

  enum class Step {
    batch,  // batch() and block() are valid until the next call; the block for as long as it is kept
    gap,    // gap() says what was passed over
    end,    // nothing more now; next() may be asked again
  };
  Step next();
  const record::BatchView& batch() const;  // may begin below the sought offset: skip its first records
  const stream::BlockRef& block() const;   // holds the batch's bytes, with kBlockPadding behind them
  const Gap& gap() const;

  base::Offset position() const;  // the next offset to be handed out

  // What to wait for after Step::end: see LogWatcher. `recheck` is set when next() should be asked again
  // after that time although nothing was written: batches lie above the reach, and their writer may be dead.
  std::optional<std::chrono::nanoseconds> recheck() const;
  const std::string& folder() const;

 private:
  struct Impl;
  explicit PartitionReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace weir::log
