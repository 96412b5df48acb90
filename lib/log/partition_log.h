// The append side of one partition. Any number of processes, and objects within one, may append to the same
// partition: each append is made under the append lock, and whatever this object remembers (next offset,
// index, producers) is checked against the side file first.
//
// Units      offsets count records; positions and sizes count bytes.
// Durability append() reaches the kernel; sync() the disk, for this process and for all others that wait.
//            What is below durable_end() survives a power cut. A failed fsync is final: every later call
//            throws, nothing more is acknowledged, and the next open reads the tail from the disk.
// Errors     throws Error(Kind::io), and usage, code "topic_deleted", when the topic was deleted meanwhile. Disk full, or a write error: what was written of the batches is cut
//            off again; after a full disk append() may be tried again, after another error it throws for
//            good. Lock held too long: code "log_locked". Damage below the durable end: code
//            "corrupt_log", with the offset range; nothing is changed then.
// Threads    append(), producer() and close() on one thread; sync() and durable_end() on any.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/sys.h"
#include "base/units.h"
#include "log/format.h"
#include "log/host.h"
#include "log/producer_state.h"
#include "log/recover.h"
#include "log/side_file.h"
#include "record/batch_format.h"

namespace weir::log {

class ActiveSegment;

struct PartitionOptions {
  std::int64_t segment_bytes = 1 << 30;
  std::int64_t segment_ms = 604'800'000;
  std::int64_t index_interval_bytes = 4096;
  std::int64_t segment_index_bytes = 10 << 20;
  std::chrono::nanoseconds lock_patience = std::chrono::seconds(10);
  // Readers see a batch once it is written, not once it is durable: durability `os` and `none`.
  bool visible_when_written = false;
};

class PartitionLog {
 public:
  // Opens a folder that create_partition() made or that Kafka wrote, recovering it first (recover.h).
  // `sys`, `clock` and `host` outlive the object, `host` is copied.
  static std::unique_ptr<PartitionLog> open(base::Sys& sys, base::Clock& clock, const Host& host,
                                            std::string folder, const PartitionOptions& options);
  ~PartitionLog();  // no sync: call close() first
  PartitionLog(const PartitionLog&) = delete;

  struct Appended {
    ProducerVerdict verdict = ProducerVerdict::append;
    base::Offset base;  // of the first record; of a duplicate the original one
    base::Offset last;
    LogEnd end;                                   // durable once durable_end() >= end
    base::EventTime append_time = base::kNoTime;  // of a duplicate: the original batch's max_timestamp
    bool duplicate() const { return verdict == ProducerVerdict::duplicate; }
    bool stored() const { return verdict == ProducerVerdict::append || duplicate(); }
  };
  // Appends one whole v2 batch: sets its base offset and leader epoch (which no checksum covers) and writes
  // it. A batch with a producer id is judged by its sequence first; a verdict other than `append` writes
  // nothing. Requires a sealed batch, at most kMaxBatchBytes.
  Appended append(std::span<char> batch);
  // What was appended before the call is durable when it returns. One fsync serves all who wait.
  void sync();
  // As far as this object knows, without a system call.
  LogEnd durable_end() const;
  bool durable(const LogEnd& end) const { return durable_end().next >= end.next; }

  // `producer_id` was given out just now and has never written here. Its batches are judged by what this object
  // appends, which spares the look through the segment that any other producer's first batch costs. Before append().
  void expect_new_producer(std::int64_t producer_id) { new_producer_ = producer_id; }

  // The next offset as of now, under the append lock.
  base::Offset next_offset();
  // The last sequence number of a producer in this partition, from the log itself; none when it never wrote.
  struct ProducerPosition {
    std::int16_t epoch;
    std::int32_t last_sequence;
    base::Offset last_offset;
  };
  std::optional<ProducerPosition> producer(std::int64_t producer_id);

  // The last index entries, and a sync unless visible_when_written. The object is done afterwards.
  void close();

  // What opening had to cut off or put right; for a line on stderr.
  const Recovery& recovery() const { return recovery_; }
  const std::string& folder() const { return folder_; }

 private:
  PartitionLog(base::Sys& sys, base::Clock& clock, const Host& host, std::string folder,
               const PartitionOptions& options);
  class Locked;

  // The append lock is held (Locked), and with it mutex_.
  void revalidate();
  void follow(const LogEnd& end);
  void reopen(const LogEnd& end);
  void store(std::span<char> batch, const record::BatchHeader& header);
  void roll();
  void write_ends();
  ProducerStates& producers();
  void check_ends(const Ends& found) const;

  void sync_alone(const LogEnd& target);
  bool others_synced(const LogEnd& target);
  void fsync_up_to(const LogEnd& written, const Ends& before);
  void raise(const LogEnd& synced);
  void learn_durable(const LogEnd& durable);

  void check_alive() const;
  [[noreturn]] void die(const base::Error& why);
  [[noreturn]] void poison(const base::Error& why);

  base::Sys& sys_;
  base::Clock& clock_;
  const Host host_;
  const std::string folder_;
  const PartitionOptions options_;
  Recovery recovery_;
  std::uint64_t generation_ = 0;  // of the side file when it was opened

  // Guards all that follows, and goes with the append lock: that belongs to the open file, not to a thread.
  mutable std::mutex mutex_;
  std::optional<SideFile> side_;
  Ends ends_;                                // as read or written last
  std::shared_ptr<ActiveSegment> active_;    // shared: sync() goes on with it while append() rolls
  std::optional<ProducerStates> producers_;  // loaded when a batch needs them
  std::int64_t new_producer_ = record::kNoProducerId;
  ProducerStates new_producer_state_;
  bool appended_ = false;  // something, by this object

  // What other threads may ask without waiting for an append.
  mutable std::mutex known_mutex_;
  LogEnd durable_, mine_;            // mine_: behind the last batch that this object appended
  std::optional<base::Error> dead_;  // from then on every call throws it again
  std::condition_variable synced_;   // one thread syncs for all the others
  bool syncing_ = false;
  std::chrono::nanoseconds side_synced_at_{0};
};

}  // namespace weir::log
