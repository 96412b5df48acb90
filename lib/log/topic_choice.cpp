#include "log/topic_choice.h"

#include <algorithm>

#include "base/error.h"

namespace weir::log {
namespace {

constexpr std::string_view kInternal = "__";

bool takes_in(const TopicPattern& pattern, std::string_view topic) {
  const bool asked_for = std::string_view(pattern.text).substr(1).starts_with(kInternal);
  return (asked_for || !topic.starts_with(kInternal)) && pattern.matches(topic);
}

}  // namespace

std::optional<std::size_t> operand_of(const SourceOptions& options, std::string_view topic) {
  for (std::size_t i = 0; i < options.operands.size(); ++i) {
    const std::string& operand = options.operands[i];
    if (!is_pattern(operand)
            ? operand == topic
            : std::any_of(options.patterns.begin(), options.patterns.end(), [&](const TopicPattern& each) {
                return each.text == operand && takes_in(each, topic);
              }))
      return i;
  }
  return std::nullopt;
}

bool has_patterns(const SourceOptions& options) {
  return std::any_of(options.operands.begin(), options.operands.end(),
                     [](const std::string& operand) { return is_pattern(operand); });
}

bool may_grow(const SourceOptions& options) {
  const auto& to = options.range.to;
  const bool ends_as_opened =
      options.until_end || (to && (to->kind == Point::Kind::end || to->kind == Point::Kind::before_end));
  return !ends_as_opened && options.partitions.empty() && !options.wanted;
}

std::uint64_t Ranks::of(const TopicPartition& which) {
  const std::uint64_t number = numbers_.emplace(which.topic, numbers_.size()).first->second;
  const std::uint64_t operand = operand_of(options_, which.topic).value_or(0);
  return operand << 48 | number << 24 | static_cast<std::uint32_t>(which.partition.value);
}

void refuse_twice(const std::vector<TopicPartition>& all) {
  std::vector<TopicPartition> sorted = all;
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice == sorted.end()) return;
  throw base::Error(base::Kind::usage, "partition " + std::to_string(twice->partition.value) + " of '" +
                                           twice->topic + "' is named twice");
}

void check_partitions(const SourceOptions& options, std::string_view topic,
                      const std::vector<base::Partition>& there) {
  for (const base::Partition wanted : options.partitions) {
    if (std::find(there.begin(), there.end(), wanted) != there.end()) continue;
    throw base::Error(base::Kind::usage, "topic '" + std::string(topic) + "' has no partition " +
                                             std::to_string(wanted.value) + " (it has " +
                                             std::to_string(there.size()) + ", from " +
                                             std::to_string(there.empty() ? 0 : there.front().value) + ")")
        .code("unknown_partition");
  }
}

base::Error no_match(std::string_view pattern, const std::string& place) {
  return base::Error(base::Kind::usage, "no topic of " + place + " matches '" + std::string(pattern) + "'")
      .code("unknown_topic");
}

}  // namespace weir::log
