// Times of records of many partitions, as a look at a topic or a group tells them.
//
// Errors   throws Error as Client and PartitionSource do.
// Threads  as Client.
#pragma once

#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/units.h"
#include "kafka/client.h"
#include "log/range.h"
#include "log/topic_name.h"

namespace weir::kafka {

struct FirstRead {
  log::TopicPartition name;
  log::Extent extent;
  base::Offset from;
};

// The time of the first record at or behind `from`, of each: all are read at once. kNoTime: no record is there, or it has no
// time; none: the cluster does not let us read, or no record came within seconds.
std::vector<std::optional<base::EventTime>> first_times(Client& client, const std::vector<FirstRead>& of,
                                                        base::Clock& clock);

// The largest time of each. Nothing is read: 63 questions find it, bit by bit. kNoTime: no record has a time.
std::vector<base::EventTime> largest_times(Client& client, const std::vector<log::TopicPartition>& of,
                                           const std::vector<log::Extent>& extents);

}  // namespace weir::kafka
