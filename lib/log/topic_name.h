// Names of topics and of the folders that hold their partitions. Source of the rules: Kafka's (1-249 of
// [A-Za-z0-9._-], not "." or ".."), and one of ours: no leading '-', so that a name never looks like a flag.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/units.h"

namespace weir::log {

struct TopicPartition {
  std::string topic;
  base::Partition partition{0};
  friend auto operator<=>(const TopicPartition&, const TopicPartition&) = default;
};

inline constexpr int kMaxPartitions = 1024;

// Why `name` cannot be a topic, as the end of a sentence ("is longer than 249 bytes"); empty when it can.
std::string_view topic_name_fault(std::string_view name);

// Throws Error(Kind::usage) that names the topic and the fault.
void check_topic_name(std::string_view name);

// Two names that differ only in '.' and '_' collide in Kafka's metrics; the second one is refused at
// creation.
bool topic_names_collide(std::string_view a, std::string_view b);

// "orders", 3 -> "orders-3".
std::string folder_name(std::string_view topic, base::Partition partition);

// "orders-3" -> orders, 3. None for anything else a Kafka log directory holds: ...-delete, -future, -stray,
// __cluster_metadata-0, checkpoint files, numbers with leading zeros.
std::optional<TopicPartition> parse_folder_name(std::string_view name);

// The topic of a partition folder or of a .log file in one, from the last '-' of the folder's own name; a
// folder that is not named that way (a copy called "backup") is a topic of its whole name, partition 0.
TopicPartition name_of_path(std::string_view path);

}  // namespace weir::log
