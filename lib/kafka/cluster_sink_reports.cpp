// What comes back from the cluster: delivery reports and errors.
#include <algorithm>

#include "base/decimal.h"
#include "kafka/cluster_sink.h"
#include "kafka/errors.h"
#include "log/delete_topic.h"
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

std::string_view code_of_refusal(rd_kafka_resp_err_t refused) {
  std::string_view code = "record_too_large";
  if (refused == RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP) code = "kafka_time";
  if (refused == RD_KAFKA_RESP_ERR_INVALID_RECORD) code = "kafka_record";
  return code;
}

}  // namespace

void ClusterSink::serve() {
  if (failed_) return;
  take_events();
  if (start_over_ && !refused_ && !fatal_) start_over();
  settle();
  if (refused_) fail(std::move(*refused_));
  if (fatal_) fail(std::move(*fatal_));
  if (trying_) try_more();
  if (flush_wanted_) kick();
}

void ClusterSink::take_events() {
  wake_.clear();
  while (rd_kafka_event_t* const event = api().rd_kafka_queue_poll(events_.handle, 0)) {
    const auto type = api().rd_kafka_event_type(event);
    if (type == RD_KAFKA_EVENT_DR) take_reports(event);
    if (type == RD_KAFKA_EVENT_ERROR) take_error(event);
    api().rd_kafka_event_destroy(event);
  }
}

void ClusterSink::take_reports(rd_kafka_event_t* event) {
  const std::size_t all = api().rd_kafka_event_message_count(event);
  const rd_kafka_message_t* messages[kReportsAtOnce];
  for (std::size_t got; (got = api().rd_kafka_event_message_array(event, messages, kReportsAtOnce)) > 0;) {
    for (std::size_t i = 0; i < got; ++i) take_report(*messages[i], all);
  }
}

// `with_it`: how many rows are reported at once, which is how many were in a request.
void ClusterSink::take_report(const rd_kafka_message_t& message, std::size_t with_it) {
  auto* const slot = static_cast<RowSlot*>(message._private);
  Lane& lane = *(*slot)->lane;
  --rows_held_;
  if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (lane.refused > 0) check_order(lane);
    ++rows_confirmed_;
    account_for(slot, message.len + message.key_len);
  } else if (!may_go_again(message)) {
    if (!refused_) refused_ = undelivered(message.err, lane.to->name(), with_it);
  } else if (with_it == 1 && is_about_the_record(message.err)) {
    if (!trying_) start_over_ = true;
    refuse(slot, message.err);  // and nobody else is concerned
  } else if (trying_) {
    lane.trial.refused = message.err;
  } else {
    start_over_ = true;
    if (is_about_the_record(message.err)) ++lane.refused;
  }
  if (trying_ && ++lane.trial.reported == lane.trial.rows.size()) judge(lane);
}

// A row that was refused for what it is, or never sent because of one, and is certainly not stored.
bool ClusterSink::may_go_again(const rd_kafka_message_t& message) const {
  if (!options_.refused) return false;
  if (api().rd_kafka_message_status(&message) != RD_KAFKA_MSG_STATUS_NOT_PERSISTED) return false;
  return is_about_the_record(message.err) || message.err == RD_KAFKA_RESP_ERR__PURGE_QUEUE;
}

// It is stored, or a bad event.
void ClusterSink::account_for(RowSlot* slot, std::size_t bytes) {
  Lane& lane = *(*slot)->lane;
  const bool before = crowded(lane);
  lane.bytes -= bytes;
  --lane.rows;
  lane.moving = lane.bytes >= batch_bytes_;
  if (before && !crowded(lane)) --crowded_;
  --rows_in_flight_;
  --(*slot)->written->missing;
  *slot = nullptr;
}

// A bad event, where one is allowed.
void ClusterSink::refuse(RowSlot* slot, rd_kafka_resp_err_t code) {
  Written& written = *(*slot)->written;
  const std::size_t row = written.number_of(slot);
  const stream::Fault fault{
      .code = code_of_refusal(code),
      .message = "the Kafka cluster " + client_->shown() +
                 " does not take this record: " + api().rd_kafka_err2str(code),
      // What a cluster's limits keep out may be right for another one: nobody else calls it bad.
      .kind = code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ? Kind::undelivered : Kind::data};
  if (auto error = options_.refused(written.rows, row, fault)) {
    if (!refused_) refused_ = std::move(error);
    return;
  }
  const record::Record record = record_at(slot);
  written.refused.push_back(row);
  account_for(slot, std::size_t{record.value.size} + record.key.size);
}

Error ClusterSink::undelivered(rd_kafka_resp_err_t code, const std::string& topic,
                               std::size_t with_it) const {
  if (is_about_the_topic(code) && client_->is_gone(topic)) return log::deleted_topic(topic);
  const Error known = error_of(code, "");
  Error error(
      known.kind() == Kind::auth ? Kind::auth : Kind::undelivered,
      "the Kafka cluster " + client_->shown() + " did not store a record: " + api().rd_kafka_err2str(code));
  error.code(known.code());
  if (!is_about_the_record(code)) return error;
  error.code(std::string(code_of_refusal(code)));
  if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE && with_it > 1)
    error.hint("--batch-size with less than the topic's max.message.bytes");
  return error;
}

void ClusterSink::take_error(rd_kafka_event_t* event) {
  const auto code = api().rd_kafka_event_error(event);
  // The client's end for the sake of what comes behind a refusal. The reports say what was refused.
  if (api().rd_kafka_event_error_is_fatal(event) != 0 &&
      api().rd_kafka_fatal_error(client_->get(), nullptr, 0) == RD_KAFKA_RESP_ERR__GAPLESS_GUARANTEE)
    return;
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
