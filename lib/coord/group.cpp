#include "coord/group.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/error.h"
#include "json/utf8.h"

namespace weir::coord {
namespace {

constexpr std::size_t kLongestName = 32767;  // the length field of Kafka's strings

template <typename T>
std::vector<T> sorted(std::vector<T> all) {
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

std::string checked(std::string name) {
  check_group_name(name);
  return name;
}

}  // namespace

void check_group_name(std::string_view name) {
  const char* const fault = name.empty()                 ? "is empty"
                            : name.size() > kLongestName ? "is longer than 32,767 bytes"
                            : !json::valid_utf8(name)    ? "is not UTF-8"
                                                         : nullptr;
  if (fault == nullptr) return;
  throw base::Error(base::Kind::usage, "group name " + std::string(fault)).code("bad_group_name");
}

Group::Group(log::Log& log, std::string name, std::vector<std::string> topics,
             std::vector<base::Partition> only)
    : log_(log),
      name_(checked(std::move(name))),
      topics_(sorted(std::move(topics))),
      only_(sorted(std::move(only))),
      positions_(log_, name_),
      membership_(log_.directory(), name_, what_is_read(), partitions()) {}

std::vector<log::TopicPartition> Group::partitions() const {
  std::vector<log::TopicPartition> all;
  for (const std::string& name : topics_) {
    for (const base::Partition partition : log_.topic(name).partitions) {
      const bool wanted = only_.empty() || std::binary_search(only_.begin(), only_.end(), partition);
      if (wanted) all.push_back({name, partition});
    }
  }
  return all;
}

// No topic's name holds a comma or a colon.
std::string Group::what_is_read() const {
  std::string what;
  for (const std::string& topic : topics_) what.append(topic).push_back(',');
  for (const base::Partition partition : only_) what.append(":").append(std::to_string(partition.value));
  return what;
}

Membership::Change Group::review() {
  membership_.set_partitions(partitions());
  Membership::Change change = membership_.review();
  if (!change.gained.empty()) positions_.refresh();
  return change;
}

void Group::release(const std::vector<log::TopicPartition>& partitions) {
  if (partitions.empty()) return;
  positions_.sync();
  membership_.release(partitions);
}

std::optional<base::Offset> Group::position(const log::TopicPartition& partition) const {
  const StoredOffset* const stored = positions_.find(partition);
  return stored == nullptr ? std::nullopt : std::optional(stored->next);
}

void Group::commit(std::span<const log::Position> positions) {
  std::vector<log::Position> news;
  for (const log::Position& position : positions) {
    WEIR_ASSERT(membership_.holds(position.partition));
    const auto before = this->position(position.partition);
    if (!before || *before < position.next) news.push_back(position);
  }
  positions_.store(news);
}

void Group::sync() {
  positions_.sync();
}

void Group::leave() {
  positions_.sync();
  membership_.release(assignment());
}

}  // namespace weir::coord
