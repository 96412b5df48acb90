// Syncs partitions on a thread of its own, so that whoever appends never waits for a disk. What is asked for while a
// sync runs is served by the next one, all of it at once: group commit.
//
// Errors    what a sync threw is thrown again by reached() and settle(), once and for all: nothing is reached after it.
// Threads   one thread calls; the object owns another, started by the first request.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "log/partition_log.h"

namespace weir::log {

class GroupCommit {
 public:
  GroupCommit();
  ~GroupCommit();  // waits for the sync that runs, not for those that wait
  GroupCommit(const GroupCommit&) = delete;

  // Everything appended to `logs` before this call is durable once reached() >= mark. Marks rise from call to call.
  // The logs outlive the object.
  void request(const std::vector<PartitionLog*>& logs, std::uint64_t mark);
  std::uint64_t reached();
  // Waits until all requests are served.
  std::uint64_t settle();

  int fd() const { return event_; }  // readable after reached() rose, or after a failure
  void clear();                      // takes back the readiness: before reached(), so that nothing is missed

 private:
  void run();

  int event_ = -1;
  std::mutex mutex_;
  std::condition_variable wake_, done_;
  std::vector<PartitionLog*> dirty_;
  std::uint64_t asked_ = 0;
  std::uint64_t reached_ = 0;
  std::exception_ptr failure_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace weir::log
