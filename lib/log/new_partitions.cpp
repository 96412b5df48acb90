#include "log/new_partitions.h"

namespace weir::log {

NewPartitions::NewPartitions(const Log& log, LogWatcher& watcher) : log_(log), watcher_(watcher) {
  watcher_.watch(log_.directory());
}

void NewPartitions::follow(const TopicPartition& known) {
  known_.insert(known);
  topics_.insert(known.topic);
}

std::vector<TopicPartition> NewPartitions::look() {
  std::vector<TopicPartition> found;
  if (!due_) return found;
  due_ = false;
  for (const std::string& name : topics_) {
    const auto topic = log_.find_topic_now(name);
    if (!topic) continue;
    for (const base::Partition partition : topic->partitions) {
      TopicPartition each{name, partition};
      if (known_.contains(each)) continue;
      // Watched before it is looked at, so that its maker's last write either is seen here or wakes us.
      watcher_.watch(log_.partition_path(name, partition));
      if (log_.is_finished(name, partition)) {
        known_.insert(each);
        found.push_back(std::move(each));
      } else {
        due_ = true;
      }
    }
  }
  return found;
}

}  // namespace weir::log
