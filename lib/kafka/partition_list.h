// librdkafka's list of partitions, owned.
// Lifetime  what add() returns is good until the next add(): the list may move.
#pragma once

#include <memory>

#include "kafka/api.h"
#include "log/topic_name.h"

namespace weir::kafka {

struct FreeList {
  void operator()(rd_kafka_topic_partition_list_t* list) const {
    api().rd_kafka_topic_partition_list_destroy(list);
  }
};
using PartitionList = std::unique_ptr<rd_kafka_topic_partition_list_t, FreeList>;

inline PartitionList new_list(std::size_t size) {
  return PartitionList(api().rd_kafka_topic_partition_list_new(static_cast<int>(size)));
}

inline rd_kafka_topic_partition_t& add(const PartitionList& list, const log::TopicPartition& partition) {
  return *api().rd_kafka_topic_partition_list_add(list.get(), partition.topic.c_str(),
                                                  partition.partition.value);
}

}  // namespace weir::kafka
