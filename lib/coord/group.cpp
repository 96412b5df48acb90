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

Group::Topics sorted(Group::Topics topics) {
  return {sorted(std::move(topics.names)), std::move(topics.named), sorted(std::move(topics.only))};
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

Group::Group(log::Log& log, std::string name, Topics topics)
    : log_(log),
      name_(checked(std::move(name))),
      topics_(sorted(std::move(topics))),
      positions_(log_, name_),
      membership_(log_.directory(), name_, what_is_read(), partitions()) {}

std::vector<log::TopicPartition> Group::partitions() const {
  std::vector<log::TopicPartition> all;
  const auto add = [&](const log::Topic& topic) {
    const auto& only = topics_.only;
    for (const base::Partition partition : topic.partitions)
      if (only.empty() || std::binary_search(only.begin(), only.end(), partition))
        all.push_back({topic.name, partition});
  };
  if (topics_.named) {
    for (const log::Topic& topic : log_.topics())
      if (topics_.named(topic.name)) add(topic);
  } else {
    for (const std::string& name : topics_.names) add(log_.topic(name));
  }
  return all;
}

// A pattern may hold anything, so that only lengths tell where one ends.
std::string Group::what_is_read() const {
  std::string what;
  for (const std::string& name : topics_.names)
    what.append(std::to_string(name.size())).append(" ").append(name);
  for (const base::Partition partition : topics_.only)
    what.append(":").append(std::to_string(partition.value));
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
