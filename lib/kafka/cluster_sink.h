// The class behind sink.h: rows on their way out in cluster_sink.cpp, reports on their way back in
// cluster_sink_reports.cpp, and what a refusal changes in cluster_sink_trials.cpp.
//
// Ownership  owns its client, its topics and the blocks of the rows that are not stored yet.
// Errors     throws Error, as sink.h says.
// Threads    one; librdkafka's own only raise `wake_`.
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
#include "kafka/producer_settings.h"
#include "kafka/wake.h"
#include "log/sink.h"

namespace weir::kafka {

// The client's thread has seen by then that it is to send what it has. More is only waiting.
inline constexpr int kKickMs = 1;

// One write(): stored when no report of its rows is missing.
struct Written {
  std::uint64_t number = 0;
  stream::Ticket ticket;
  std::size_t missing = 0;
  std::size_t bytes = 0;
  bool whole = false;          // all of its rows have been taken
  std::deque<Share> shares;    // their addresses stay
  std::vector<RowSlot> slots;  // of each row; neither grows nor moves
  boost::container::small_vector<stream::BlockRef, 2> blocks;
  stream::Batch rows;                // where somebody may want them back
  std::vector<std::size_t> refused;  // of these rows

  std::size_t number_of(const RowSlot* slot) const { return static_cast<std::size_t>(slot - slots.data()); }
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

  void open_client(std::size_t batch_bytes, AfterGap after_gap = AfterGap::stop);
  Destination& destination(const std::string& name);
  Destination& destination(const stream::Batch& batch, std::size_t row);
  Destination& add_destination(const std::string& name);
  int create(const std::string& name);
  TopicLimits limits_of(const std::string& name);
  void ask_for_no_more_than(const TopicLimits& limits);
  base::Partition asked_for(const stream::Batch& batch, std::size_t row) const;

  bool crowded(const Lane& lane) const;
  RowSlot* take(Lane& lane, std::size_t row, std::size_t bytes, Written& written);
  Share* share_of(Lane& lane, Written& written);
  void take_lines(const stream::Batch& batch, Written& written);
  void take_records(const stream::Batch& batch, Written& written);
  void send_gathered(const Lane& lane);
  void send(const Lane& lane, const record::Record& record, RowSlot* slot);
  void refuse_unsent(rd_kafka_resp_err_t code, const std::string& topic, const std::string& why);
  void kick();

  void serve();
  void take_events();
  void take_reports(rd_kafka_event_t* event);
  void take_report(const rd_kafka_message_t& message, std::size_t with_it);
  void take_error(rd_kafka_event_t* event);
  bool may_go_again(const rd_kafka_message_t& message) const;
  void account_for(RowSlot* slot, std::size_t bytes);
  void check_order(const Lane& lane);
  void refuse(RowSlot* slot, rd_kafka_resp_err_t code);
  base::Error undelivered(rd_kafka_resp_err_t code, const std::string& topic, std::size_t with_it) const;
  void settle();

  // cluster_sink_trials.cpp
  void start_over();
  void await_reports();
  void judge(Lane& lane);
  void try_next(Lane& lane);
  void try_more();
  record::Record record_at(const RowSlot* slot) const;

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
  std::size_t rows_held_ = 0;  // by the client
  bool start_over_ = false;    // the client stores nothing any more: rows wait for another one
  bool trying_ = false;        // since a refusal: one request of a lane at a time
  std::uint64_t batches_ = 0, rows_taken_ = 0, rows_confirmed_ = 0, bytes_ = 0;
  stream::Ticket acked_;
  bool flush_wanted_ = false;
  std::optional<base::Error> refused_;  // why the first record that ends the run was not stored
  std::optional<base::Error> fatal_;
  std::string last_said_;
  bool failed_ = false;
};

}  // namespace weir::kafka
