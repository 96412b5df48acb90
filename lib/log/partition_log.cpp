#include "log/partition_log.h"

#include <utility>

#include "base/assert.h"
#include "log/active_segment.h"
#include "log/corrupt.h"
#include "log/delete_topic.h"
#include "log/producer_snapshot.h"
#include "log/tail.h"

namespace weir::log {
namespace {

using base::Error;
using base::File;

ActiveSegment::Limits limits(const PartitionOptions& options) {
  return {options.segment_bytes, options.segment_ms, options.segment_index_bytes,
          options.index_interval_bytes};
}

}  // namespace

// The append lock and the mutex that goes with it.
class PartitionLog::Locked {
 public:
  explicit Locked(PartitionLog& log) : log_(log), hold_(log.mutex_) {
    log_.check_alive();
    log_.side_->lock(log_.clock_, log_.options_.lock_patience, log_.host_);
  }
  ~Locked() {
    try {
      log_.side_->unlock();
    } catch (const Error& error) {
      // Nothing more can be done with it. The lock goes with this object.
      const std::lock_guard known(log_.known_mutex_);
      if (!log_.dead_) log_.dead_ = error;
    }
  }
  Locked(const Locked&) = delete;

 private:
  PartitionLog& log_;
  std::unique_lock<std::mutex> hold_;
};

PartitionLog::PartitionLog(base::Sys& sys, base::Clock& clock, const Host& host, std::string folder,
                           const PartitionOptions& options)
    : sys_(sys), clock_(clock), host_(host), folder_(std::move(folder)), options_(options) {}

PartitionLog::~PartitionLog() = default;

std::unique_ptr<PartitionLog> PartitionLog::open(base::Sys& sys, base::Clock& clock, const Host& host,
                                                 std::string folder, const PartitionOptions& options) {
  std::unique_ptr<PartitionLog> log(new PartitionLog(sys, clock, host, std::move(folder), options));
  log->side_ = SideFile::create(sys, log->folder_);
  bool unsynced = false;
  {
    const Locked locked(*log);
    // The lock was waited for: by now the folder may have been renamed, and its name be another topic's.
    if (const auto now = log->side_->read(); now && now->deleted) throw topic_deleted(log->folder_);
    Recovered found = recover(sys, log->folder_, *log->side_, host);
    log->ends_ = found.ends;
    log->generation_ = found.ends.generation;
    log->recovery_ = found.report;
    log->reopen(found.ends.written);
    log->learn_durable(found.ends.durable);
    unsynced = found.ends.written > found.ends.durable;
    if (unsynced) {
      const std::lock_guard known(log->known_mutex_);
      log->mine_ = found.ends.written;
    }
  }
  // Whole batches that nobody may be taking care of: their writer may have died before its fsync.
  // Durability `os` asks for no sync, and its readers see them already.
  if (unsynced && !options.visible_when_written) log->sync();
  return log;
}

void PartitionLog::reopen(const LogEnd& end) {
  const bool made = !File::exists(sys_, segment_path(folder_, end.segment, kLogSuffix));
  active_ = std::make_shared<ActiveSegment>(sys_, clock_, folder_, end, limits(options_));
  if (!made) return;
  try {
    File::open_directory(sys_, folder_).sync();
  } catch (const Error& error) {
    poison(error);
  }
}

void PartitionLog::check_ends(const Ends& found) const {
  if (found.deleted) throw topic_deleted(folder_);
  if (found.poisoned) {
    throw Error(base::Kind::io,
                "cannot append: an earlier write to " + folder_ + " could not be synced to the disk")
        .hint("check the disk, then start again: the log is read from the disk and put right")
        .code("log_poisoned");
  }
  if (found.generation != generation_) {
    throw Error(base::Kind::io, "cannot append: another process had to recover " + folder_ + " meanwhile")
        .hint("start again")
        .code("log_recovered");
  }
}

void PartitionLog::revalidate() {
  const std::optional<Ends> found = side_->read();
  if (!found) {
    die(Error(base::Kind::io, "cannot append: " + side_->path() + " is damaged")
            .hint("start again: the log is checked and the file made anew")
            .code("log_recovered"));
  }
  try {
    check_ends(*found);
  } catch (const Error& error) {
    die(error);
  }
  if (found->sequence != ends_.sequence) {
    ends_ = *found;
    follow(ends_.written);
    learn_durable(ends_.durable);
  }
  const std::uint64_t size = active_->log().size();
  if (size == ends_.written.position) return;
  // Somebody died in the middle, or a broker appended: the same judgement as on opening.
  const Recovered put_right = recover(sys_, folder_, *side_, host_);
  ends_ = put_right.ends;
  follow(ends_.written);
  if (put_right.report.cut_bytes > 0) recovery_ = put_right.report;
}

// Makes active_ and producers_ agree with the end of the log.
void PartitionLog::follow(const LogEnd& end) {
  if (active_->base() == end.segment && active_->end().position <= end.position) {
    active_->follow(end, [&](const record::BatchHeader& batch, std::uint64_t) {
      // A marker's coordinator epoch stands in the record: rare enough to read it all again.
      if (producers_ && batch.attributes.control()) producers_.reset();
      if (producers_) producers_->take(batch);
    });
    return;
  }
  producers_.reset();
  reopen(end);
}

ProducerStates& PartitionLog::producers() {
  if (!producers_) producers_ = load_producer_states(sys_, folder_, active_->end());
  return *producers_;
}

PartitionLog::Appended PartitionLog::append(std::span<char> batch) {
  WEIR_ASSERT(batch.size() >= record::kBatchHeaderBytes && batch.size() <= record::kMaxBatchBytes);
  record::BatchHeader header = record::BatchHeader::read(batch.data());
  WEIR_ASSERT(header.magic == record::kMagic && header.batch_bytes() == batch.size() &&
              header.last_offset_delta >= 0);
  check_alive();
  // A roll syncs under the lock. Most of that is done here, so that others wait for the rest only.
  if (active_->full_for(header)) sync();

  const Locked locked(*this);
  revalidate();
  Appended result;
  if (header.producer_id >= 0) {
    const ProducerStates& states = header.producer_id == new_producer_ ? new_producer_state_ : producers();
    const ProducerStates::Judged judged = states.judge(header);
    result.verdict = judged.verdict;
    if (judged.verdict == ProducerVerdict::duplicate) {
      result.base = judged.original.first;
      result.last = judged.original.last;
      result.append_time = judged.original.max_time;
      // The first copy may not be durable yet: its writer may have died between write and fsync.
      result.end = ends_.written;
      const std::lock_guard known(known_mutex_);
      mine_ = ends_.written;
    }
    if (judged.verdict != ProducerVerdict::append) return result;
  }
  if (active_->full_for(header)) roll();
  result.base = ends_.written.next;
  record::set_base_offset(batch, result.base);
  record::set_leader_epoch(batch, 0);
  header = record::BatchHeader::read(batch.data());
  result.last = header.last_offset();
  store(batch, header);
  result.end = ends_.written;
  return result;
}

void PartitionLog::store(std::span<char> batch, const record::BatchHeader& header) {
  const Ends before = ends_;
  try {
    active_->append({batch.data(), batch.size()}, header);
    ends_.written = active_->end();
    if (options_.visible_when_written) ends_.visible = ends_.written;
    write_ends();
  } catch (const Error& error) {
    ends_ = before;
    // Half a batch, or a whole one that nobody will be told about: off again. If that fails too, the next one to
    // take the lock finds it and does the same.
    try {
      active_->take_back(before.written);
    } catch (const Error&) {
      die(error);
    }
    if (error.code() == "disk_full") throw;  // may pass
    die(error);
  }
  if (producers_) producers_->take(header);
  if (header.producer_id == new_producer_) new_producer_state_.take(header);
  appended_ = true;
  const std::lock_guard known(known_mutex_);
  mine_ = ends_.written;
}

void PartitionLog::write_ends() {
  ends_.boot = host_.boot;
  ends_.sequence = side_->write(ends_);
}

void PartitionLog::roll() {
  const LogEnd old = active_->end();
  const LogEnd next{old.next, 0, old.next};
  write_snapshot(sys_, folder_, old.next, producers());
  active_->finish_time_index();
  try {
    active_->log().datasync();
    active_->seal();
    File::open_directory(sys_, folder_).sync();
  } catch (const Error& error) {
    poison(error);
  }
  // The side file names the new segment before it is there: whoever comes next makes it. The other way round a
  // roll that died in between would leave a segment in the middle of the log.
  ends_.durable = old;
  if (ends_.visible < old) ends_.visible = old;
  ends_.written = next;
  write_ends();
  try {
    side_->sync();
  } catch (const Error& error) {
    poison(error);
  }
  learn_durable(old);
  reopen(next);
}

base::Offset PartitionLog::next_offset() {
  const Locked locked(*this);
  revalidate();
  return ends_.written.next;
}

std::optional<PartitionLog::ProducerPosition> PartitionLog::producer(std::int64_t producer_id) {
  const Locked locked(*this);
  revalidate();
  const ProducerEntry* entry = producers().find(producer_id);
  if (entry == nullptr || entry->newest() == nullptr) return std::nullopt;
  return ProducerPosition{entry->epoch, entry->newest()->last_sequence, entry->newest()->last};
}

void PartitionLog::close() {
  check_alive();
  if (!appended_) return;
  if (!options_.visible_when_written) sync();
  const Locked locked(*this);
  revalidate();
  active_->finish_time_index();
  // Others count what is in the time index: a new sequence number makes them look.
  write_ends();
  if (!options_.visible_when_written) side_->sync();
  appended_ = false;
}

}  // namespace weir::log
