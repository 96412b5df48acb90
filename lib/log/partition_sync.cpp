// The durable side of PartitionLog: group commit among threads and processes, and what happens when an fsync fails.
//
// Within a process one thread syncs and the others wait for it. Among processes the log file's own lock says who is
// at it; whoever waits for that lock looks at the durable end meanwhile, and is often done without a sync of its own.
#include <algorithm>
#include <thread>

#include "log/active_segment.h"
#include "log/partition_log.h"

namespace weir::log {
namespace {

using base::Error;
using base::File;
using namespace std::chrono_literals;

// A process that is stopped in the middle of its fsync must not stop the others: then each syncs for itself.
constexpr std::chrono::nanoseconds kWaitForOthers = 1s;
// The side file is synced behind the data now and then, not each time: after a power cut an older durable end is
// still a true one, it only leaves more of the tail to be judged as unfinished.
constexpr std::chrono::nanoseconds kSideSyncEvery = 200ms;

}  // namespace

LogEnd PartitionLog::durable_end() const {
  const std::lock_guard known(known_mutex_);
  return durable_;
}

void PartitionLog::learn_durable(const LogEnd& durable) {
  const std::lock_guard known(known_mutex_);
  durable_ = std::max(durable_, durable);
}

void PartitionLog::check_alive() const {
  const std::lock_guard known(known_mutex_);
  if (dead_) throw *dead_;
}

void PartitionLog::die(const Error& why) {
  {
    const std::lock_guard known(known_mutex_);
    if (!dead_) dead_ = why;
  }
  synced_.notify_all();
  throw why;
}

// The append lock is held.
void PartitionLog::poison(const Error& why) {
  try {
    if (const auto now = side_->read()) {
      Ends ends = *now;
      ends.poisoned = true;
      side_->write(ends);
      side_->sync();
    }
  } catch (const Error&) {
    // The disk fails altogether. This process acknowledges nothing more; that is what can be done.
  }
  die(why);
}

void PartitionLog::sync() {
  std::unique_lock known(known_mutex_);
  const LogEnd target = mine_;
  for (;;) {
    if (dead_) throw *dead_;
    if (durable_.next >= target.next) return;
    if (!syncing_) break;
    synced_.wait(known);
  }
  syncing_ = true;
  known.unlock();
  struct Done {
    PartitionLog& log;
    ~Done() {
      const std::lock_guard held(log.known_mutex_);
      log.syncing_ = false;
      log.synced_.notify_all();
    }
  } done{*this};
  sync_alone(target);
}

bool PartitionLog::others_synced(const LogEnd& target) {
  const std::optional<Ends> now = side_->read();
  if (!now || now->poisoned || now->deleted) return false;
  if (now->generation != generation_ || now->durable.next < target.next) return false;
  learn_durable(now->durable);
  return true;
}

void PartitionLog::sync_alone(const LogEnd& target) {
  std::shared_ptr<ActiveSegment> active;
  {
    const std::lock_guard hold(mutex_);
    check_alive();
    active = active_;
  }
  struct Unlock {
    File& file;
    bool held = false;
    ~Unlock() {
      try {
        if (held) file.unlock();
      } catch (const Error&) {
        // It only orders those who sync; they stop waiting for it after a while.
      }
    }
  } at_it{active->log()};
  const auto from = clock_.steady();
  for (std::chrono::nanoseconds pause = 50us; !(at_it.held = at_it.file.try_lock(base::Sys::Lock::exclusive));
       pause = std::min<std::chrono::nanoseconds>(pause * 2, 1ms)) {
    if (others_synced(target)) return;
    if (clock_.steady() - from > kWaitForOthers) break;
    std::this_thread::sleep_for(pause);
  }
  const std::optional<Ends> before = side_->read();
  if (!before)
    die(Error(base::Kind::io, "cannot sync: " + side_->path() + " is damaged").code("log_recovered"));
  try {
    check_ends(*before);
  } catch (const Error& error) {
    die(error);
  }
  if (before->durable.next < target.next) {
    // Everybody's finished appends, not only ours: they wait for nothing but this.
    fsync_up_to(before->written, *before);
    raise(before->written);
  } else {
    learn_durable(before->durable);
  }
}

void PartitionLog::fsync_up_to(const LogEnd& written, const Ends& before) {
  std::shared_ptr<ActiveSegment> active;
  {
    const std::lock_guard hold(mutex_);
    active = active_;
  }
  try {
    // Whoever rolled has synced the older segments, under the append lock. The new one's name is on the disk too,
    // unless its maker died in between.
    if (before.durable.segment != written.segment) File::open_directory(sys_, folder_).sync();
    if (active->base() == written.segment) {
      active->log().datasync();
    } else {
      File::open(sys_, segment_path(folder_, written.segment, kLogSuffix), File::Mode::read_write).datasync();
    }
  } catch (const Error& error) {
    const std::lock_guard hold(mutex_);
    bool locked = false;
    try {
      side_->lock(clock_, options_.lock_patience, host_);
      locked = true;
    } catch (const Error&) {
      die(error);
    }
    try {
      poison(error);
    } catch (...) {
      if (locked) side_->unlock();
      throw;
    }
  }
}

void PartitionLog::raise(const LogEnd& synced) {
  const std::lock_guard hold(mutex_);
  side_->lock(clock_, options_.lock_patience, host_);
  struct Unlock {
    SideFile& side;
    ~Unlock() {
      try {
        side.unlock();
      } catch (const Error&) {
      }
    }
  } unlock{*side_};
  const std::optional<Ends> now = side_->read();
  if (!now) die(Error(base::Kind::io, "cannot sync: " + side_->path() + " is damaged").code("log_recovered"));
  try {
    check_ends(*now);
  } catch (const Error& error) {
    die(error);
  }
  Ends ends = *now;
  if (ends.durable < synced) {
    const bool current = ends.sequence == ends_.sequence;
    ends.durable = synced;
    ends.visible = std::max(ends.visible, synced);
    ends.sequence = side_->write(ends);
    // Nobody appended in between, so what we remember stays right.
    if (current) ends_ = ends;
  }
  learn_durable(ends.durable);
  if (clock_.steady() - side_synced_at_ >= kSideSyncEvery) {
    side_synced_at_ = clock_.steady();
    side_->sync();
  }
}

}  // namespace weir::log
