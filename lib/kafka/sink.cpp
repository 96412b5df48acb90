#include "kafka/sink.h"

#include <algorithm>
#include <deque>
#include <vector>

#include "base/assert.h"
#include "base/error.h"
#include "kafka/admin.h"
#include "kafka/client.h"
#include "kafka/errors.h"
#include "kafka/wake.h"
#include "log/topic_name.h"
#include "record/headers.h"

namespace weir::kafka {
namespace {

using base::Error;
using base::Kind;
using stream::Flow;

constexpr std::size_t kRowsInFlight = 500'000;

std::string grouped(std::uint64_t number) {  // 91,002
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

const char* codec_name(record::Codec codec) {
  switch (codec) {
    case record::Codec::none:
      return "none";
    case record::Codec::gzip:
      return "gzip";
    case record::Codec::snappy:
      return "snappy";
    case record::Codec::lz4:
      return "lz4";
    case record::Codec::zstd:
      return "zstd";
  }
  return "none";
}

Properties defaults(const log::SinkOptions& options) {
  const auto linger = options.linger ? std::chrono::duration_cast<std::chrono::milliseconds>(*options.linger)
                                     : std::chrono::milliseconds(5);
  Properties all = {{"linger.ms", std::to_string(linger.count())},
                    {"batch.size", std::to_string(options.batch_bytes)},
                    {"batch.num.messages", "100000"},
                    {"message.max.bytes", "100000000"},  // the broker's own limit is the one that counts
                    {"message.timeout.ms", "120000"},
                    {"partitioner", "murmur2_random"}};
  if (options.codec) all.emplace_back("compression.codec", codec_name(*options.codec));
  return all;
}

Properties fixed(const log::SinkOptions& options) {
  const bool durable = options.durability == log::Durability::durable;
  const char* acks = durable ? "all" : options.durability == log::Durability::os ? "1" : "0";
  // The sink bounds what is in flight by itself, so the client's own queue never fills in the middle of a batch.
  return {{"acks", acks},
          {"enable.idempotence", durable ? "true" : "false"},
          {"queue.buffering.max.messages", "10000000"},
          {"queue.buffering.max.kbytes", "2097151"},
          {"allow.auto.create.topics", "false"}};
}

class ClusterSink final : public stream::Sink {
 public:
  ClusterSink(const bus::ClusterPlace& place, log::SinkOptions options);

  Flow write(const stream::Batch& batch) override;
  stream::Ticket acked() override;
  bool pending() const override { return !written_.empty(); }
  int wait_fd() const override { return wake_.fd(); }
  void flush() override { serve(); }
  std::uint64_t bytes() const override { return bytes_; }

 private:
  // One write(): stored when no report of its rows is missing.
  struct Written {
    stream::Ticket ticket;
    std::size_t missing = 0;
    std::size_t bytes = 0;
    bool whole = false;  // all of its rows have been handed over
    boost::container::small_vector<stream::BlockRef, 2> blocks;
    stream::Batch rows;  // kept for options_.stored only
  };
  struct Queue {
    rd_kafka_queue_t* handle;
    explicit Queue(rd_kafka_queue_t* of) : handle(of) {}
    ~Queue() { api().rd_kafka_queue_destroy(handle); }
    Queue(const Queue&) = delete;
  };

  void ensure_topic(const std::string& name);
  const std::string& destination(const stream::Batch& batch, std::size_t row);
  void send(const std::string& topic, const record::Record& record, base::Partition asked, Written* written);
  void serve();
  void take_reports(rd_kafka_event_t* event);
  void settle();
  [[noreturn]] void fail(Error error);

  const bus::ClusterPlace place_;
  const log::SinkOptions options_;
  Client client_;
  std::vector<std::string> known_topics_;
  const std::vector<std::string>* route_topics_ = nullptr;
  std::vector<bool> route_known_;
  std::deque<Written> written_;  // not stored yet; the addresses stay while it grows and shrinks at its ends
  std::size_t rows_in_flight_ = 0, bytes_in_flight_ = 0;
  std::uint64_t rows_taken_ = 0, rows_confirmed_ = 0, bytes_ = 0;
  stream::Ticket acked_;
  std::optional<Error> refused_;  // the first report of a record that was not stored
  std::uint64_t rows_refused_ = 0;
  bool failed_ = false;
  Wake wake_;
  Queue events_;
};

ClusterSink::ClusterSink(const bus::ClusterPlace& place, log::SinkOptions options)
    : place_(place),
      options_(std::move(options)),
      client_(place, RD_KAFKA_PRODUCER, defaults(options_), fixed(options_)),
      events_(api().rd_kafka_queue_get_main(client_.get())) {
  wake_.watch(events_.handle);
  if (!options_.topic.empty()) ensure_topic(options_.topic);
}

void ClusterSink::ensure_topic(const std::string& name) {
  if (std::find(known_topics_.begin(), known_topics_.end(), name) != known_topics_.end()) return;
  log::check_topic_name(name);
  auto topic = client_.find_topic(name);
  const int count = topic ? static_cast<int>(topic->partitions.size()) : options_.partitions_when_created;
  if (options_.partition && options_.partition->value >= count) {
    Error error(Kind::usage, "topic '" + name + "' has no partition " +
                                 std::to_string(options_.partition->value) + " (it has " +
                                 std::to_string(count) + ", from 0)");
    if (!topic) error.hint("--partitions " + std::to_string(options_.partition->value + 1));
    throw std::move(error.code("unknown_partition"));
  }
  if (!topic) {
    try {
      open_admin(place_)->create_topic({.name = name, .partitions = count}, bus::Mode::apply);
      options_.say("made topic '" + name + "' (" + std::to_string(count) +
                   (count == 1 ? " partition)" : " partitions)"));
    } catch (const Error& error) {
      if (error.code() != "topic_exists") throw;  // somebody else has made it meanwhile
    }
  }
  known_topics_.push_back(name);
}

const std::string& ClusterSink::destination(const stream::Batch& batch, std::size_t row) {
  if (batch.routes.empty()) return options_.topic;
  if (batch.route_topics != route_topics_) {
    route_known_.clear();
    route_topics_ = batch.route_topics;
  }
  const std::uint32_t index = batch.routes[row].topic;
  if (index >= route_known_.size()) route_known_.resize(index + 1, false);
  const std::string& name = (*route_topics_)[index];
  if (!route_known_[index]) {
    ensure_topic(name);
    route_known_[index] = true;
  }
  return name;
}

Flow ClusterSink::write(const stream::Batch& batch) {
  serve();
  if (!written_.empty() &&
      (bytes_in_flight_ > options_.in_flight_bytes_max || rows_in_flight_ > kRowsInFlight))
    return Flow::full;
  const bool bare = batch.form == stream::Batch::Form::lines;
  WEIR_ASSERT(bare || batch.records.size() == batch.lines.size());
  Written& written = written_.emplace_back();
  written.ticket = batch.ticket;
  written.blocks = batch.blocks;
  if (options_.stored) written.rows = batch;
  rows_taken_ += batch.lines.size();
  record::Record from_line;
  if (bare) {
    if (options_.fixed_key) from_line.key = record::Bytes(std::string_view(*options_.fixed_key));
    from_line.ts = place_.clock.wall();
  }
  for (std::size_t i = 0; i < batch.lines.size(); ++i) {
    if (bare) from_line.value = record::Bytes(batch.lines[i].view());
    base::Partition asked = options_.partition.value_or(base::kNoPartition);
    if (!batch.routes.empty() && batch.routes[i].partition != base::kNoPartition)
      asked = batch.routes[i].partition;
    send(destination(batch, i), bare ? from_line : batch.records[i], asked, &written);
  }
  written.whole = true;
  settle();
  return Flow::more;
}

void ClusterSink::send(const std::string& topic, const record::Record& record, base::Partition asked,
                       Written* written) {
  if (record.ts.ms == 0) {
    fail(Error(Kind::data,
               "a record's time is 0, which librdkafka takes for none: it would be stored with the present")
             .code("kafka_time"));
  }
  rd_kafka_headers_t* headers = nullptr;
  if (record.headers.count > 0) {
    headers = api().rd_kafka_headers_new(record.headers.count);
    record::HeaderCursor cursor(record.headers);
    record::Header header;
    while (cursor.next(header)) {
      if (header.name.find('\0') != std::string_view::npos) {
        api().rd_kafka_headers_destroy(headers);
        fail(Error(Kind::data, "a header's name holds a NUL, which librdkafka would cut it off at")
                 .code("kafka_header"));
      }
      api().rd_kafka_header_add(headers, header.name.data(), static_cast<ssize_t>(header.name.size()),
                                header.value.data,
                                header.value.null() ? -1 : static_cast<ssize_t>(header.value.size));
    }
  }
  rd_kafka_vu_t what[8];
  std::size_t count = 0;
  const auto add = [&](rd_kafka_vtype_t type) -> rd_kafka_vu_t& {
    what[count].vtype = type;
    return what[count++];
  };
  add(RD_KAFKA_VTYPE_TOPIC).u.cstr = topic.c_str();
  add(RD_KAFKA_VTYPE_PARTITION).u.i32 = asked == base::kNoPartition ? RD_KAFKA_PARTITION_UA : asked.value;
  auto& value = add(RD_KAFKA_VTYPE_VALUE).u.mem;
  value.ptr = const_cast<char*>(record.value.data);  // librdkafka only reads it
  value.size = record.value.size;
  if (!record.key.null()) {
    auto& key = add(RD_KAFKA_VTYPE_KEY).u.mem;
    key.ptr = const_cast<char*>(record.key.data);
    key.size = record.key.size;
  }
  add(RD_KAFKA_VTYPE_TIMESTAMP).u.i64 = record.ts.ms;
  add(RD_KAFKA_VTYPE_OPAQUE).u.ptr = written;
  if (headers != nullptr) add(RD_KAFKA_VTYPE_HEADERS).u.headers = headers;
  rd_kafka_error_t* const error = api().rd_kafka_produceva(client_.get(), what, count);
  if (error != nullptr) {
    const auto code = api().rd_kafka_error_code(error);
    const std::string why = api().rd_kafka_error_string(error);
    api().rd_kafka_error_destroy(error);
    if (headers != nullptr) api().rd_kafka_headers_destroy(headers);
    if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
      fail(Error(Kind::undelivered, "a record for topic '" + topic + "' is too large: " + why)
               .code("record_too_large"));
    fail(error_of(code, "cannot write to topic '" + topic + "' of " + client_.shown(), why));
  }
  const std::size_t bytes = std::size_t{record.value.size} + record.key.size + record.headers.size;
  ++written->missing;
  written->bytes += bytes;
  bytes_in_flight_ += bytes;
  ++rows_in_flight_;
  bytes_ += bytes;
}

void ClusterSink::take_reports(rd_kafka_event_t* event) {
  const rd_kafka_message_t* messages[256];
  for (std::size_t got; (got = api().rd_kafka_event_message_array(event, messages, 256)) > 0;) {
    for (std::size_t i = 0; i < got; ++i) {
      const rd_kafka_message_t& message = *messages[i];
      auto* const written = static_cast<Written*>(message._private);
      --written->missing;
      --rows_in_flight_;
      if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        ++rows_confirmed_;
        continue;
      }
      ++rows_refused_;
      if (refused_) continue;
      const Error known = error_of(message.err, "");
      const bool access = known.kind() == Kind::auth;
      refused_.emplace(access ? Kind::auth : Kind::undelivered,
                       "the Kafka cluster " + client_.shown() +
                           " did not store a record: " + api().rd_kafka_err2str(message.err));
      refused_->code(message.err == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ? "record_too_large" : known.code());
    }
  }
}

void ClusterSink::serve() {
  if (failed_) return;
  wake_.clear();
  std::optional<Error> fatal;
  while (rd_kafka_event_t* const event = api().rd_kafka_queue_poll(events_.handle, 0)) {
    if (api().rd_kafka_event_type(event) == RD_KAFKA_EVENT_DR) {
      take_reports(event);
    } else if (api().rd_kafka_event_type(event) == RD_KAFKA_EVENT_ERROR) {
      const auto code = api().rd_kafka_event_error(event);
      const std::string text = api().rd_kafka_event_error_string(event);
      if (code == RD_KAFKA_RESP_ERR__AUTHENTICATION || api().rd_kafka_event_error_is_fatal(event) != 0) {
        fatal = error_of(code, "the Kafka cluster " + client_.shown(), text);
      } else if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
        options_.say(text + "; trying again");
      }
    }
    api().rd_kafka_event_destroy(event);
  }
  settle();
  if (refused_) fail(std::move(*refused_));
  if (fatal) fail(std::move(*fatal));
}

void ClusterSink::settle() {
  for (; !written_.empty() && written_.front().whole && written_.front().missing == 0; written_.pop_front()) {
    // Behind a row that was not stored nothing counts.
    if (refused_) return;
    bytes_in_flight_ -= written_.front().bytes;
    acked_ = written_.front().ticket;
    if (options_.stored) options_.stored(written_.front().rows);
  }
}

void ClusterSink::fail(Error error) {
  failed_ = true;
  if (error.detail().empty()) {
    const std::uint64_t unconfirmed = rows_taken_ - rows_confirmed_;
    error.detail(grouped(rows_confirmed_) +
                 (rows_confirmed_ == 1 ? " record is confirmed; " : " records are confirmed; ") +
                 grouped(unconfirmed) + (unconfirmed == 1 ? " was not" : " were not"));
  }
  throw std::move(error);
}

stream::Ticket ClusterSink::acked() {
  serve();
  return acked_;
}

}  // namespace

std::unique_ptr<stream::Sink> open_sink(const bus::ClusterPlace& place, log::SinkOptions options) {
  if (!options.resume.empty()) {
    throw Error(Kind::usage,
                "--resume is for a local log: a Kafka cluster does not tell where a producer had got to")
        .code("flags_exclude");
  }
  if (options.topic.starts_with("__")) {
    throw Error(Kind::usage,
                "topic '" + options.topic + "' is kept by the cluster itself and is not written to by hand")
        .code("internal_topic");
  }
  return std::make_unique<ClusterSink>(place, std::move(options));
}

}  // namespace weir::kafka
