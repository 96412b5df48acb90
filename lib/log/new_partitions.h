// Finds the partitions that topics are given while somebody follows them, and the topics that come up and match a pattern.
//
// Cost       look() lists the log directory after folder_made() only, or while a partition is not finished yet.
// Waiting    never for the maker of a partition: the watcher wakes when it goes on.
// Errors     throws Error(Kind::io) where the log directory cannot be listed.
// Threads    one.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/units.h"
#include "log/log.h"
#include "log/log_watcher.h"
#include "log/source.h"

namespace weir::log {

class NewPartitions {
 public:
  // Borrows all. From now on the watcher wakes for new folders of the log directory too.
  NewPartitions(const Log& log, LogWatcher& watcher, const SourceOptions& options);

  void follow(const TopicPartition& known);
  // The watcher has told of a folder.
  void folder_made() { due_ = true; }
  // The partitions that nobody follows yet and that can be read: followed from now on. Their folders are watched.
  std::vector<TopicPartition> look();

 private:
  std::vector<Topic> topics() const;

  const Log& log_;
  LogWatcher& watcher_;
  const SourceOptions& options_;
  std::set<TopicPartition> known_;
  bool due_ = true;  // one may have come between the listing of the topic and the first watch
};

}  // namespace weir::log
