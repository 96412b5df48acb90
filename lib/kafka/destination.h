// The topics a sink writes to, partition by partition: where a record goes, and how much of it the client holds.
//
// Lanes    librdkafka (2.0) has one request of a partition under way when it is idempotent, and while a full batch more
//          waits behind it, its thread polls without rest: it takes a core, and on a small machine the broker's. So no
//          lane gets more than is under way and less than a batch behind it.
// Trials   after a refusal a lane's rows go out one request at a time: see cluster_sink_trials.cpp.
// Threads  one.
#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <string>
#include <vector>

#include "base/units.h"
#include "kafka/client.h"
#include "kafka/topic_limits.h"

namespace weir::kafka {

struct Share;  // of a sink's batch: what of it went down one lane
// A row in its sink's batch; null once it is accounted for. What reports point to.
using RowSlot = Share*;

// A request of a lane that is judged as a whole before the next one is sent.
struct Trial {
  std::vector<RowSlot*> rows;
  std::size_t reported = 0;
  rd_kafka_resp_err_t refused = RD_KAFKA_RESP_ERR_NO_ERROR;  // why, where one of them was
};

class Destination;

// One partition.
struct Lane {
  Destination* to = nullptr;
  base::Partition partition;
  std::size_t bytes = 0, rows = 0;  // taken and not accounted for yet
  bool moving = false;              // the client sends without being asked to, or has been asked
  Share* share = nullptr;           // of the batch that has this number
  std::uint64_t share_of = 0;

  std::size_t refused = 0;       // rows of the request that ended the client's life
  std::deque<RowSlot*> waiting;  // for a trial, in order
  Trial trial;
  std::size_t rows_at_once = std::numeric_limits<std::size_t>::max();  // in a trial
};

class Destination {
 public:
  // `first`: the partition that records without a key begin with.
  Destination(Client& client, std::string name, std::int32_t partitions, TopicLimits limits,
              std::int32_t first);
  ~Destination();
  Destination(const Destination&) = delete;

  // Before its client goes, and after another one has come.
  void close();
  void open(Client& client);

  const std::string& name() const { return name_; }
  rd_kafka_topic_t* handle() const { return handle_; }
  const TopicLimits& limits() const { return limits_; }
  std::vector<Lane>& lanes() { return lanes_; }

  // The lane asked for, else that of the key as the Java client finds it, else one for all until a batch of it is full.
  // Throws usage for a partition that the topic has not.
  Lane& lane(base::Partition asked, const record::Bytes& key);
  // A keyless record of so many bytes went down the lane.
  void took_keyless(std::size_t bytes, std::size_t batch_bytes);
  void next_for_keyless();
  // True once: for the first record that the cluster will delete for its age.
  bool is_first_outlived(base::EventTime ts, base::EventTime now) {
    return !outlived_told_ && (outlived_told_ = limits_.outlived(ts, now));
  }

 private:
  const std::string name_;
  const TopicLimits limits_;
  rd_kafka_topic_t* handle_ = nullptr;
  std::vector<Lane> lanes_;  // by number; their addresses stay
  std::size_t sticky_;
  std::size_t sticky_bytes_ = 0;
  bool outlived_told_ = false;
};

}  // namespace weir::kafka
