#include "log/partition_writer.h"

#include <algorithm>

#include "base/assert.h"
#include "base/error.h"
#include "log/producer_state.h"

namespace weir::log {
namespace {

constexpr std::size_t kMaxBatchRecords = 1u << 20;

}  // namespace

PartitionWriter::PartitionWriter(std::unique_ptr<PartitionLog> log, const Log& place, const Options& options)
    : log_(std::move(log)),
      clock_(place.clock()),
      options_(options),
      builder_(record::BatchBuilder::Limits{options.batch_bytes, kMaxBatchRecords}) {
  if (!options_.resume) {
    log_->expect_new_producer(options_.producer_id);
    return;
  }
  if (const auto before = log_->producer(options_.producer_id)) {
    epoch_ = before->epoch;
    skip_ = std::int64_t{before->last_sequence} + 1;
    next_sequence_ = sequence_after(before->last_sequence, 1);
    if (skip_ > 0) stored_.emplace(place.sys(), place.clock(), place.host(), log_->folder(), *before);
  }
}

void PartitionWriter::pass_over(const record::Record& record) {
  const std::int64_t number = std::int64_t{next_sequence_} - skip_;
  if (!stored_->matches(number, record)) {
    throw base::Error(base::Kind::data, "the input was changed since it was stored up to here: record " +
                                            std::to_string(number + 1) + " of those for " + log_->folder() +
                                            " is not the one that is stored there")
        .hint("give the FILEs as they were, with what is new at their end; or a new name stores all of it")
        .code("resume_changed");
  }
  if (--skip_ == 0) stored_.reset();
}

PartitionWriter::Written PartitionWriter::append_batch() {
  WEIR_ASSERT(!builder_.empty());
  const Written written{builder_.records(), builder_.bytes()};
  if (options_.resume &&
      std::int64_t{next_sequence_} + static_cast<std::int64_t>(written.records) > INT32_MAX) {
    // Behind that the count of records and the sequence number would no longer say the same.
    throw base::Error(base::Kind::limit, "--resume can count 2,147,483,647 records in a partition, and " +
                                             log_->folder() + " has got as many");
  }
  record::BatchBuilder::Seal seal;
  seal.codec = options_.codec;
  seal.producer = {options_.producer_id, epoch_, next_sequence_};
  if (options_.timestamps == TopicConfig::Timestamps::append_time) {
    seal.append_time = true;
    // A clock that was set back must not make the log's own times go back.
    seal.append_at = last_append_time_ = std::max(clock_.wall(), last_append_time_);
  }
  const PartitionLog::Appended appended = log_->append(builder_.finish(seal));
  if (!appended.stored()) {
    throw base::Error(base::Kind::io,
                      appended.verdict == ProducerVerdict::bad_epoch
                          ? "another process has taken over this producer's id in " + log_->folder()
                          : "records of this producer are missing in " + log_->folder() +
                                ": its sequence numbers do not follow on");
  }
  next_sequence_ = sequence_after(next_sequence_, static_cast<std::int64_t>(written.records));
  builder_.clear();
  return written;
}

}  // namespace weir::log
