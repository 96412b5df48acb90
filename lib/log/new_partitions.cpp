#include "log/new_partitions.h"

#include <algorithm>

#include "log/topic_choice.h"

namespace weir::log {

NewPartitions::NewPartitions(const Log& log, LogWatcher& watcher, const SourceOptions& options)
    : log_(log), watcher_(watcher), options_(options) {
  watcher_.watch(log_.directory());
}

void NewPartitions::follow(const TopicPartition& known) {
  known_.insert(known);
}

// A topic by its name is there from the beginning.
std::vector<Topic> NewPartitions::topics() const {
  std::vector<Topic> followed;
  if (has_patterns(options_)) {
    for (Topic& each : log_.topics())
      if (operand_of(options_, each.name)) followed.push_back(std::move(each));
    return followed;
  }
  for (const std::string& name : options_.operands) {
    if (is_path(name)) continue;
    if (auto topic = log_.find_topic_now(name)) followed.push_back(std::move(*topic));
  }
  return followed;
}

std::vector<TopicPartition> NewPartitions::look() {
  std::vector<TopicPartition> found;
  if (!due_) return found;
  due_ = false;
  const std::vector<Topic> there = topics();
  // One of that name may be made anew.
  if (has_patterns(options_)) {
    std::erase_if(known_, [&](const TopicPartition& each) {
      return std::none_of(there.begin(), there.end(),
                          [&](const Topic& topic) { return topic.name == each.topic; });
    });
  }
  for (const Topic& topic : there) {
    for (const base::Partition partition : topic.partitions) {
      TopicPartition each{topic.name, partition};
      if (known_.contains(each)) continue;
      // Watched before it is looked at, so that its maker's last write either is seen here or wakes us.
      watcher_.watch(log_.partition_path(topic.name, partition));
      if (log_.is_finished(topic.name, partition)) {
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
