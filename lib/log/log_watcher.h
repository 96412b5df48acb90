// Tells followers that something was written to a partition, without asking the disk: one inotify instance
// for any number of folders. When the system has no instance left it becomes a timer, so that followers poll.
// Threads: one.
#pragma once

#include <chrono>
#include <string>

namespace weir::log {

class LogWatcher {
 public:
  explicit LogWatcher(std::chrono::nanoseconds poll_every = std::chrono::milliseconds(50));
  ~LogWatcher();
  LogWatcher(const LogWatcher&) = delete;

  // Watches a partition folder (or, for new partitions, a log directory).
  void watch(const std::string& folder);
  // Readable when a watched folder may have changed. Valid as long as this object.
  int fd() const { return epoll_; }
  // Takes back the readiness: call it before looking at the folders, so that nothing is missed. Says whether a folder
  // may have been made in a watched one.
  bool clear();
  // Also readable after `delay`, once; for PartitionReader::recheck().
  void wake_in(std::chrono::nanoseconds delay);
  bool polling() const { return polling_; }

 private:
  void start_polling();

  std::chrono::nanoseconds poll_every_;
  int epoll_ = -1;
  int inotify_ = -1;
  int timer_ = -1;   // wake_in
  int ticker_ = -1;  // polling
  bool polling_ = false;
};

}  // namespace weir::log
