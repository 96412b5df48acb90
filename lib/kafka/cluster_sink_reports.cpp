// What comes back from the cluster: delivery reports and errors.
#include <algorithm>

#include "base/decimal.h"
#include "kafka/cluster_sink.h"
#include "kafka/errors.h"
#include "stream/errors.h"

namespace weir::kafka {
namespace {

using base::Error;
using base::Kind;

constexpr std::size_t kReportsAtOnce = 256;

// Refused for what it is: sending it again would change nothing, and others are not concerned.
bool is_about_the_record(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE || code == RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP ||
         code == RD_KAFKA_RESP_ERR_INVALID_RECORD || code == RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE;
}

std::string_view code_of_refusal(rd_kafka_resp_err_t code) {
  if (code == RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP) return "kafka_time";
  return code == RD_KAFKA_RESP_ERR_INVALID_RECORD ? "kafka_record" : "record_too_large";
}

}  // namespace

void ClusterSink::serve() {
  if (failed_) return;
  wake_.clear();
  while (rd_kafka_event_t* const event = api().rd_kafka_queue_poll(events_.handle, 0)) {
    const auto type = api().rd_kafka_event_type(event);
    if (type == RD_KAFKA_EVENT_DR) take_reports(event);
    if (type == RD_KAFKA_EVENT_ERROR) take_error(event);
    api().rd_kafka_event_destroy(event);
  }
  settle();
  if (refused_) fail(std::move(*refused_));
  if (fatal_) fail(std::move(*fatal_));
  if (flush_wanted_) kick();
}

void ClusterSink::take_reports(rd_kafka_event_t* event) {
  const std::size_t all = api().rd_kafka_event_message_count(event);
  const rd_kafka_message_t* messages[kReportsAtOnce];
  for (std::size_t got; (got = api().rd_kafka_event_message_array(event, messages, kReportsAtOnce)) > 0;) {
    for (std::size_t i = 0; i < got; ++i) {
      const rd_kafka_message_t& message = *messages[i];
      const Share& share = *static_cast<const Share*>(message._private);
      Lane& lane = *share.lane;
      const bool before = crowded(lane);
      lane.bytes -= message.len + message.key_len;
      --lane.rows;
      lane.moving = lane.bytes >= batch_bytes_;
      if (before && !crowded(lane)) --crowded_;
      --share.written->missing;
      --rows_in_flight_;
      if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        ++rows_confirmed_;
      } else if (!refused_ && !(all == 1 && accounted_for(message, *share.written))) {
        refused_ = undelivered(message, all);
      }
    }
  }
}

// A record that the broker refuses by itself, and whose bytes are here still, is a bad event.
bool ClusterSink::accounted_for(const rd_kafka_message_t& message, Written& written) {
  if (!options_.refused || !is_about_the_record(message.err)) return false;
  const stream::Batch& rows = written.rows;
  const bool bare = rows.form == stream::Batch::Form::lines;
  for (std::size_t row = 0; row < rows.lines.size(); ++row) {
    const char* const value = bare ? rows.lines[row].data : rows.records[row].value.data;
    const std::size_t size = bare ? rows.lines[row].size : rows.records[row].value.size;
    if (value != message.payload || size != message.len) continue;
    const stream::Fault fault{
        .code = code_of_refusal(message.err),
        .message = "the Kafka cluster " + client_->shown() +
                   " does not take this record: " + api().rd_kafka_err2str(message.err)};
    if (!options_.refused(rows, row, fault)) return false;
    written.refused.push_back(row);
    return true;
  }
  return false;
}

// `with_it`: how many records were refused at once.
Error ClusterSink::undelivered(const rd_kafka_message_t& message, std::size_t with_it) const {
  const Error known = error_of(message.err, "");
  Error error(known.kind() == Kind::auth ? Kind::auth : Kind::undelivered,
              "the Kafka cluster " + client_->shown() +
                  " did not store a record: " + api().rd_kafka_err2str(message.err));
  error.code(known.code());
  if (!is_about_the_record(message.err)) return error;
  error.code(std::string(code_of_refusal(message.err)));
  if (message.err == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE && with_it > 1) {
    error.hint("--batch-size with less than the topic's max.message.bytes");
  } else {
    error.hint("keep going and save what is refused: --dead-letter bad.ndjson");
  }
  return error;
}

void ClusterSink::take_error(rd_kafka_event_t* event) {
  const auto code = api().rd_kafka_event_error(event);
  const std::string text = api().rd_kafka_event_error_string(event);
  if (code == RD_KAFKA_RESP_ERR__AUTHENTICATION || api().rd_kafka_event_error_is_fatal(event) != 0) {
    fatal_ = error_of(code, "the Kafka cluster " + client_->shown(), text);
    // A producer's id is given to whoever may write to any topic at all; the client asks for it first.
    if (code == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED)
      fatal_->hint("it takes the right to write to " +
                   (destinations_.empty() ? "a topic" : "topic '" + destinations_.front()->name() + "'"));
  } else if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN && text != last_said_) {
    options_.say(text + "; trying again");
    last_said_ = text;
  }
}

void ClusterSink::settle() {
  for (; !written_.empty() && written_.front().whole && written_.front().missing == 0; written_.pop_front()) {
    // Behind a row that was not stored nothing counts.
    if (refused_) return;
    Written& done = written_.front();
    bytes_in_flight_ -= done.bytes;
    acked_ = done.ticket;
    last_said_.clear();
    if (!options_.stored) continue;
    if (!done.refused.empty()) {
      done.rows.retain([&](std::size_t row) {
        return std::find(done.refused.begin(), done.refused.end(), row) == done.refused.end();
      });
    }
    options_.stored(done.rows);
  }
}

void ClusterSink::fail(Error error) {
  failed_ = true;
  if (error.detail().empty()) {
    const std::uint64_t unconfirmed = rows_taken_ - rows_confirmed_;
    error.detail(base::grouped(rows_confirmed_) +
                 (rows_confirmed_ == 1 ? " record is confirmed; " : " records are confirmed; ") +
                 base::grouped(unconfirmed) + (unconfirmed == 1 ? " was not" : " were not"));
  }
  throw std::move(error);
}

}  // namespace weir::kafka
