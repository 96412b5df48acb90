// Where a member of a group begins in a partition that it is given, and where it ends.
// Errors: throws Error as Client does, and network where auto.offset.reset=error forbids to go on elsewhere.
// Threads: one.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bus/cluster.h"
#include "coord/group_options.h"
#include "kafka/client.h"
#include "log/source.h"

namespace weir::kafka {

struct Start {
  base::Offset from;   // of the first record that is handed out
  base::Offset begin;  // where the broker is asked from: `from`, or the end where that lies behind it
  log::Extent extent;  // of the partition, as of now
  log::Stop stop;
};

class GroupStart {
 public:
  // All outlive the object.
  GroupStart(Client& client, const bus::ClusterPlace& place, const coord::GroupOptions& group,
             const log::SourceOptions& reading);

  // Their ends as of now are those that until_end means.
  void note_ends(const std::vector<log::TopicPartition>& partitions);
  // `stored`: the group's positions; tells where one is not to be had, and the first time that --from or -o counts only where
  // no position is.
  std::vector<Start> of(const std::vector<log::TopicPartition>& partitions,
                        const std::vector<std::optional<base::Offset>>& stored);

 private:
  enum class Reset { start, end, refuse };
  base::Offset reset(const log::TopicPartition& partition, base::Offset stored,
                     const log::Extent& extent) const;
  void tell_if_unused(const std::vector<std::optional<base::Offset>>& stored);

  Client& client_;
  const coord::GroupOptions& group_;
  const log::SourceOptions& reading_;
  Reset reset_ = Reset::start;
  bool told_ = false;
  std::map<log::TopicPartition, base::Offset> ends_;
};

}  // namespace weir::kafka
