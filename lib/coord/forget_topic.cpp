#include "coord/forget_topic.h"

#include "coord/positions.h"

namespace weir::coord {

void forget_topic(log::Log& log, std::string_view topic) {
  for (const auto& [group, positions] : stored_positions(log)) {
    std::vector<log::TopicPartition> gone;
    for (const auto& [partition, stored] : positions) {
      if (partition.topic == topic) gone.push_back(partition);
    }
    if (gone.empty()) continue;
    Positions of_group(log, group);
    of_group.remove(gone);
    of_group.sync();
  }
}

}  // namespace weir::coord
