#include "kafka/destination.h"

#include <utility>

#include "base/error.h"
#include "record/partitioner.h"

namespace weir::kafka {

Destination::Destination(Client& client, std::string name, std::int32_t partitions, TopicLimits limits,
                         std::int32_t first)
    : name_(std::move(name)),
      limits_(limits),
      lanes_(static_cast<std::size_t>(partitions)),
      sticky_(static_cast<std::size_t>(first % partitions)) {
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    lanes_[i].to = this;
    lanes_[i].partition = base::Partition{static_cast<std::int32_t>(i)};
  }
  open(client);
}

Destination::~Destination() {
  close();
}

void Destination::open(Client& client) {
  handle_ = api().rd_kafka_topic_new(client.get(), name_.c_str(), nullptr);
}

void Destination::close() {
  if (handle_ != nullptr) api().rd_kafka_topic_destroy(std::exchange(handle_, nullptr));
}

Lane& Destination::lane(base::Partition asked, const record::Bytes& key) {
  const auto count = static_cast<std::int32_t>(lanes_.size());
  if (asked == base::kNoPartition)
    return key.null() ? lanes_[sticky_]
                      : lanes_[static_cast<std::size_t>(record::partition_of_key(key.view(), count).value)];
  if (asked.value < 0 || asked.value >= count) {
    base::Error error(base::Kind::usage, "topic '" + name_ + "' has no partition " +
                                             std::to_string(asked.value) + " (it has " +
                                             std::to_string(count) + ", from 0)");
    // Also for a topic that this run has made: it is there now, and --partitions comes too late for it.
    if (asked.value >= count)
      error.hint("topics alter --partitions " + std::to_string(std::int64_t{asked.value} + 1) + " " + name_);
    throw std::move(error.code("unknown_partition"));
  }
  return lanes_[static_cast<std::size_t>(asked.value)];
}

void Destination::took_keyless(std::size_t bytes, std::size_t batch_bytes) {
  sticky_bytes_ += bytes;
  if (sticky_bytes_ >= batch_bytes) next_for_keyless();
}

void Destination::next_for_keyless() {
  if (sticky_bytes_ == 0) return;
  sticky_bytes_ = 0;
  sticky_ = (sticky_ + 1) % lanes_.size();
}

}  // namespace weir::kafka
