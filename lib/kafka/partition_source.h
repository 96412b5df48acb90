// One partition of a cluster as a stream of rows.
//
// Rows     Form::records, or with values_only Form::lines; the bytes are copied once, out of librdkafka's buffers into blocks,
//          as they are written: so that a row holds no fetched message set, and none that is held keeps librdkafka waiting.
// Tickets  a ticket's value is the next offset.
// Ends     at `stop`, or, with stop_when_dry, where the broker says that nothing more is there; from then on nothing is fetched.
// Losses   records that retention took before they were read are told, with their offsets. A log that was cut behind what
//          was read (an unclean election, a topic made anew) is thrown, code "log_cut".
// Errors   what passes (a lost broker, a leader that moves) is told to `say` and waited for; what does not is thrown.
// Threads  one. Its owner calls Client::serve().
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kafka/client.h"
#include "kafka/wake.h"
#include "log/range.h"
#include "log/topic_name.h"
#include "record/headers.h"
#include "stream/block_pool.h"
#include "stream/stage.h"

namespace weir::kafka {

class PartitionSource final : public stream::Source {
 public:
  struct Options {
    log::TopicPartition name;
    base::Offset from;   // of the first record that is handed out: below the start it is the start
    log::Extent extent;  // of the partition, as of now
    log::Stop stop;
    bool values_only = false;
    bool stop_when_dry = false;
    bool may_vanish = false;  // that the topic was deleted is told, and ends the reading; else it is thrown
    // Of a group, whose member has begun the fetching already: makes it go on elsewhere. None: the source fetches by itself.
    std::function<void(base::Offset)> move;
    std::function<void(const std::string&)> say;
  };
  // `client` outlives the object.
  PartitionSource(Client& client, Options options);
  ~PartitionSource() override;

  stream::Pull next(stream::Batch& batch) override;
  int wait_fd() const override { return wake_.fd(); }
  bool behind() const override;
  void commit(stream::Ticket ticket) override {
    committed_ = std::max(committed_, base::Offset{static_cast<std::int64_t>(ticket.value)});
  }
  Meter meter() const override { return {bytes_, std::nullopt}; }

  // From now on one of several in a merge: every row with all of its record.
  void join_merge() { options_.values_only = false; }
  bool ended() const { return ended_; }

  const log::TopicPartition& name() const { return options_.name; }
  base::Offset next_offset() const { return next_; }
  base::Offset committed() const { return committed_; }  // as far as commit() has said
  base::Offset end_offset() const;                       // as of the last answer of the broker

 private:
  bool reached_stop() const;
  void open_queue();
  void start(base::Offset at);
  void halt();
  bool take(const rd_kafka_message_t& message, stream::Batch& batch);
  bool note(const rd_kafka_message_t& message);
  void resume_from(base::Offset out_of_range);
  bool was_deleted();
  void add(const rd_kafka_message_t& message, stream::Batch& batch);
  record::Headers headers_of(const rd_kafka_message_t& message, stream::Batch& batch);
  char* room(stream::Batch& batch, std::size_t bytes);

  Client& client_;
  Options options_;
  Wake wake_;
  rd_kafka_topic_t* topic_ = nullptr;
  rd_kafka_queue_t* queue_ = nullptr;
  std::vector<rd_kafka_message_t*> messages_;  // taken off the queue; from taken_ on not handed out
  std::size_t taken_ = 0, filled_ = 0;
  stream::Input input_;
  stream::BlockPool pool_;
  record::HeadersBuilder headers_;
  stream::BlockRef block_;
  std::size_t block_used_ = 0;
  base::Offset next_;
  base::Offset committed_ = base::kNoOffset;
  std::uint64_t rows_ = 0, bytes_ = 0;
  bool fetching_ = false;
  bool unlisted_ = false;  // by the cluster; it may be deleted
  bool ended_ = false;
  bool caught_up_ = false;  // the broker has said so, and nothing came since
  std::string last_said_;
};

}  // namespace weir::kafka
