#include "kafka/growth.h"

#include <algorithm>
#include <utility>

#include "kafka/offsets.h"
#include "log/topic_choice.h"

namespace weir::kafka {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPatience{500};

bool holds(const std::vector<TopicMetadata>& topics, const std::string& name) {
  return std::any_of(topics.begin(), topics.end(),
                     [&](const TopicMetadata& topic) { return topic.name == name; });
}

}  // namespace

Growth::Growth(const Client& client, const log::SourceOptions& options, std::set<log::TopicPartition> known)
    : client_(client), options_(options), known_(std::move(known)), thread_([this] { watch(); }) {}

Growth::~Growth() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stopping_.notify_one();
  thread_.join();
}

void Growth::watch() {
  const milliseconds every = client_.refresh_interval();
  std::unique_lock lock(mutex_);
  while (!stopping_.wait_for(lock, every, [this] { return stop_; })) {
    lock.unlock();
    look();
    lock.lock();
  }
}

std::vector<TopicMetadata> Growth::followed() const {
  std::vector<TopicMetadata> all;
  if (log::has_patterns(options_)) {
    for (TopicMetadata& topic : client_.ask_topics(nullptr, kPatience).topics)
      if (log::operand_of(options_, topic.name)) all.push_back(std::move(topic));
    return all;
  }
  for (const std::string& name : options_.operands) {
    for (TopicMetadata& topic : client_.ask_topics(&name, kPatience).topics) all.push_back(std::move(topic));
  }
  return all;
}

void Growth::look() {
  const std::vector<TopicMetadata> topics = followed();
  if (topics.empty()) return;  // nobody answered, or nothing is left to follow
  // One of that name may be made anew.
  if (log::has_patterns(options_))
    std::erase_if(known_, [&](const log::TopicPartition& each) { return !holds(topics, each.topic); });
  std::vector<log::TopicPartition> fresh;
  for (const TopicMetadata& topic : topics) {
    for (const TopicMetadata::Partition& partition : topic.partitions) {
      log::TopicPartition each{topic.name, partition.id};
      if (partition.leader >= 0 && !known_.contains(each)) fresh.push_back(std::move(each));
    }
  }
  if (fresh.empty()) return;
  const auto extents = find_extents(client_, fresh, kPatience);
  if (!extents) return;
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < fresh.size(); ++i) {
    known_.insert(fresh[i]);
    found_.push_back({std::move(fresh[i]), (*extents)[i]});
  }
  wake_.raise();
}

std::vector<Growth::Found> Growth::take() {
  wake_.clear();
  const std::lock_guard lock(mutex_);
  return std::exchange(found_, {});
}

}  // namespace weir::kafka
