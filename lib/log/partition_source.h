// One partition as a stream of rows: decodes what a PartitionReader hands out.
//
// Tickets   a ticket's value is the next offset: everything below it has been handed out (or is not for handing out).
// Ends      at `stop`, or, with stop_when_dry, when nothing
//           more is there; else would_block.
// Waiting   wait_fd is -1: whoever owns several of these waits for all with one LogWatcher. After would_block nothing
//           is looked at again until wake().
// Threads   one.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "log/partition_reader.h"
#include "log/range.h"
#include "log/topic_name.h"
#include "record/codec.h"
#include "stream/block_pool.h"
#include "stream/stage.h"

namespace weir::log {

class PartitionSource final : public stream::Source {
 public:
  struct Options {
    TopicPartition name;
    std::string shown;  // what messages and Batch::input call it: "topic:orders", or the path
    Stop stop;
    bool stop_when_dry = false;
    bool values_only = false;
    bool may_vanish = false;             // that the topic was deleted is told, and ends the reading
    bool skip_corrupt = false;           // a batch that cannot be decoded is passed over and told to `say`
    std::uint64_t* rows_left = nullptr;  // counted down; the batch ends, and the source, when none is left
    std::function<void(const std::string&)> say;
  };
  // The reader has been sought to where reading starts.
  PartitionSource(std::unique_ptr<PartitionReader> reader, Options options);

  stream::Pull next(stream::Batch& batch) override;
  int wait_fd() const override { return -1; }
  void commit(stream::Ticket ticket) override;
  Meter meter() const override { return {bytes_, {}}; }

  // From now on one of several in a merge: every row with all of its record, and nobody counts them here.
  void join_merge() {
    options_.values_only = false;
    options_.rows_left = nullptr;
  }
  void wake() { dry_ = false; }
  bool dry() const { return dry_; }
  std::optional<std::chrono::nanoseconds> recheck() const { return reader_->recheck(); }

  const TopicPartition& name() const { return options_.name; }
  base::Offset next_offset() const { return next_; }     // not handed out yet
  base::Offset committed() const { return committed_; }  // kNoOffset: nothing was
  void raise_committed(base::Offset next);               // where rows of a batch are known to be safe
  PartitionReader& reader() { return *reader_; }

 private:
  enum class Room { left, none };
  void step(stream::Batch& batch);
  Room take(stream::Batch& batch);
  record::Fault decode(stream::Batch& batch, std::string_view records, Room* room);
  void report(const Gap& gap) const;
  void pass_over(const record::Fault& fault);

  std::unique_ptr<PartitionReader> reader_;
  Options options_;
  stream::Input input_;
  record::Codecs codecs_;
  base::Buffer unpacked_;
  stream::BlockPool pool_;
  base::Offset next_;
  base::Offset committed_ = base::kNoOffset;
  bool dry_ = false;
  bool ended_ = false;
  std::exception_ptr failed_;  // what next() throws when it is asked again
  std::uint64_t rows_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace weir::log
