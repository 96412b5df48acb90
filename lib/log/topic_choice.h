// Which topics and partitions the operands of a source name: a topic by its name, or by a pattern all that it takes in,
// also those that come up while they are followed.
//
// Internal topics, whose names begin with two underscores, are taken in only by a pattern that begins so itself.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "log/source.h"

namespace weir::log {

// The number of the first operand that names `topic`.
std::optional<std::size_t> operand_of(const SourceOptions& options, std::string_view topic);

bool has_patterns(const SourceOptions& options);

// Whether what comes up later is read, too: all of the topics is, and the end is not that of now.
bool may_grow(const SourceOptions& options);

// Of records with the same time the one of the lower rank goes first: by operand, then by the order in which the operand's
// topics were found, then by partition.
class Ranks {
 public:
  explicit Ranks(const SourceOptions& options) : options_(options) {}  // borrowed
  std::uint64_t of(const TopicPartition& which);

 private:
  const SourceOptions& options_;
  std::map<std::string, std::uint64_t, std::less<>> numbers_;  // topics, as they were found
};

// Throws Error(Kind::usage) where a partition is named twice.
void refuse_twice(const std::vector<TopicPartition>& all);

// Throws Error(Kind::usage) for one of the options' partitions that is not among those of `topic`.
void check_partitions(const SourceOptions& options, std::string_view topic,
                      const std::vector<base::Partition>& there);

// The error for a pattern that takes in none of the topics of `place`.
base::Error no_match(std::string_view pattern, const std::string& place);

}  // namespace weir::log
