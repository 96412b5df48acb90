// The partitions that a source reads, opened, with where each begins and ends.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/units.h"
#include "log/partition_reader.h"
#include "log/source.h"
#include "log/topic_choice.h"
#include "log/topic_name.h"

namespace weir::log {

// What is read from one partition, before the source is made.
struct SourceInput {
  TopicPartition name;
  std::string shown;
  bool of_topic = false;  // not a path
  bool by_pattern = false;
  std::uint64_t rank = 0;  // of equal times the lower goes first
  std::unique_ptr<PartitionReader> reader;
  base::Offset from;
  Stop stop;
};

// All that the options name, in the order they name it. Throws as open_source().
std::vector<SourceInput> open_inputs(const Place& place, const SourceOptions& options, Ranks& ranks);

// Where a point lies in a partition, as of now. Not clamped to what is there.
base::Offset resolve(PartitionReader& reader, const Point& point);

// A partition that has come up since, of a topic that was there or of a new one: read from its start. Requires: place.log.
SourceInput open_new_partition(const Place& place, const TopicPartition& which, const SourceOptions& options,
                               Ranks& ranks);

}  // namespace weir::log
