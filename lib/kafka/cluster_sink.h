// The class behind sink.h: rows on their way out in cluster_sink.cpp, reports on their way back in
// cluster_sink_reports.cpp.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "bus/admin.h"
#include "bus/cluster.h"
#include "kafka/client.h"
#include "kafka/destination.h"
#include "kafka/wake.h"
#include "log/sink.h"

namespace weir::kafka {

// One write(): stored when no report of its rows is missing.
struct Written {
  std::uint64_t number = 0;
  stream::Ticket ticket;
  std::size_t missing = 0;
  std::size_t bytes = 0;
  bool whole = false;        // all of its rows have been handed over
  std::deque<Share> shares;  // what reports of its rows point to; their addresses stay
  boost::container::small_vector<stream::BlockRef, 2> blocks;
  stream::Batch rows;                // where somebody may want them back
  std::vector<std::size_t> refused;  // of these rows, ascending
};

struct Share {
  Written* written;
  Lane* lane;
};

class ClusterSink final : public stream::Sink {
 public:
  ClusterSink(const bus::ClusterPlace& place, log::SinkOptions options);
  ~ClusterSink() override;

  void screen(stream::Batch& batch, stream::Errors& errors) override;
  stream::Flow write(const stream::Batch& batch) override;
  stream::Ticket acked() override;
  bool pending() const override { return !written_.empty(); }
  int wait_fd() const override { return wake_.fd(); }
  void flush() override;
  void finish() override;
  std::uint64_t bytes() const override { return bytes_; }

 private:
  struct Queue {
    rd_kafka_queue_t* handle = nullptr;
    Queue() = default;
    ~Queue() { release(); }
    void release() {
      if (handle == nullptr) return;
      Wake::forget(handle);
      api().rd_kafka_queue_destroy(handle);
      handle = nullptr;
    }
    Queue(const Queue&) = delete;
  };

  void open_client(std::size_t batch_bytes);
  Destination& destination(const std::string& name);
  Destination& destination(const stream::Batch& batch, std::size_t row);
  Destination& add_destination(const std::string& name);
  int create(const std::string& name);
  TopicLimits limits_of(const std::string& name);
  void ask_for_no_more_than(const TopicLimits& limits);
  base::Partition asked_for(const stream::Batch& batch, std::size_t row) const;

  bool crowded(const Lane& lane) const;
  void give(Lane& lane, std::size_t bytes, Written& written);
  Share* share_of(Lane& lane, Written& written);
  void send_lines(const stream::Batch& batch, Written& written);
  void send_gathered(Destination& to, const Lane& lane);
  void send(Destination& to, const record::Record& record, base::Partition asked, Written& written);
  void refuse_unsent(rd_kafka_resp_err_t code, const std::string& topic, const std::string& why);
  void kick();

  void serve();
  void take_reports(rd_kafka_event_t* event);
  void take_error(rd_kafka_event_t* event);
  bool accounted_for(const rd_kafka_message_t& message, Written& written);
  base::Error undelivered(const rd_kafka_message_t& message, std::size_t with_it) const;
  void settle();
  [[noreturn]] void fail(base::Error error);

  const bus::ClusterPlace place_;
  const log::SinkOptions options_;
  bool lingers_;  // the user says how long a row may wait
  std::size_t batch_bytes_ = 0;
  std::unique_ptr<bus::Admin> admin_;  // until the first topics are known
  std::optional<Client> client_;
  Wake wake_;
  Queue events_;
  std::vector<std::unique_ptr<Destination>> destinations_;
  const std::vector<std::string>* route_topics_ = nullptr;
  std::vector<Destination*> routes_;  // by number in route_topics_
  std::size_t crowded_ = 0;           // lanes

  std::deque<Written> written_;  // not stored yet; the addresses stay while it grows and shrinks at its ends
  std::vector<rd_kafka_message_t> gathered_;
  std::size_t rows_in_flight_ = 0, bytes_in_flight_ = 0;
  std::uint64_t batches_ = 0, rows_taken_ = 0, rows_confirmed_ = 0, bytes_ = 0;
  stream::Ticket acked_;
  bool flush_wanted_ = false;
  std::optional<base::Error> refused_;  // the first report of a record that was not stored
  std::optional<base::Error> fatal_;
  std::string last_said_;
  bool failed_ = false;
};

}  // namespace weir::kafka
