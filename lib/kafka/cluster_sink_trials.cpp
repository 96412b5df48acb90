// What a refusal changes. A broker refuses a whole request for one record of it, and does not say which one: from then on a
// lane's rows go out one request at a time, a refused request's in halves, until the record that is to blame is alone.
//
// The rows behind a refused request must not be stored before those of it that are good. So the first client stores nothing
// more once it has seen a refusal (AfterGap::stop). What it has not stored goes out through another one, which may go on,
// since behind its requests there is nothing.
#include <poll.h>

#include <algorithm>

#include "kafka/cluster_sink.h"

namespace weir::kafka {
namespace {

using base::Error;
using base::Kind;

// The client is asked again to give back what it will never send: it may have put some aside for later.
constexpr int kPurgeEveryMs = 10;
// Of a row in a request, at most: lengths, sequence, time. So that a trial never fills a request.
constexpr std::size_t kRowOverhead = 40;

}  // namespace

void ClusterSink::start_over() {
  await_reports();
  if (refused_ || fatal_) return;
  start_over_ = false;
  trying_ = true;
  for (const auto& each : destinations_) each->close();
  open_client(batch_bytes_, AfterGap::go_on);
  for (const auto& each : destinations_) each->open(*client_);
  for (Written& written : written_) {
    for (RowSlot& slot : written.slots)
      if (slot != nullptr) slot->lane->waiting.push_back(&slot);
  }
  for (const auto& each : destinations_) {
    for (Lane& lane : each->lanes()) {
      lane.moving = false;
      if (const std::size_t refused = std::exchange(lane.refused, 0); refused > 1)
        lane.rows_at_once = refused / 2;
    }
  }
}

// Until the client holds no row any more. Waits: for requests under way, which the client bounds by its own time.
void ClusterSink::await_reports() {
  const bool stopped = options_.durability == log::Durability::durable;
  while (rows_held_ > 0 && !refused_ && !fatal_) {
    if (stopped) api().rd_kafka_purge(client_->get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_NON_BLOCKING);
    pollfd wait{wake_.fd(), POLLIN, 0};
    ::poll(&wait, 1, kPurgeEveryMs);
    take_events();
  }
}

// Rows of one lane are reported in its order: one that is stored behind one that is not yet would change places with it.
// The client sends none then; this is for the request that was under way already, behind the very first one of a partition.
void ClusterSink::check_order(const Lane& lane) {
  if (options_.durability != log::Durability::durable || refused_) return;
  refused_ = Error(Kind::undelivered,
                   "the Kafka cluster " + client_->shown() + " refused records of topic '" + lane.to->name() +
                       "' and stored some behind them, so that the rest would be out of order")
                 .code("kafka_order");
}

void ClusterSink::try_more() {
  bool any = false;
  for (const auto& each : destinations_) {
    for (Lane& lane : each->lanes()) {
      if (lane.waiting.empty() || !lane.trial.rows.empty()) continue;
      try_next(lane);
      any = true;
    }
  }
  if (any) api().rd_kafka_flush(client_->get(), kKickMs);
}

// The next rows, as many as are sure to go in one request.
void ClusterSink::try_next(Lane& lane) {
  Trial& trial = lane.trial;
  trial = {};
  std::size_t bytes = 0;
  while (!lane.waiting.empty() && trial.rows.size() < lane.rows_at_once) {
    const record::Record record = record_at(lane.waiting.front());
    bytes += std::size_t{record.value.size} + record.key.size + record.headers.size + kRowOverhead;
    if (!trial.rows.empty() && bytes > batch_bytes_ / 2) break;
    trial.rows.push_back(lane.waiting.front());
    lane.waiting.pop_front();
    send(lane, record, trial.rows.back());
  }
}

// All of its reports are here.
void ClusterSink::judge(Lane& lane) {
  Trial trial = std::exchange(lane.trial, {});
  const auto open = [](const RowSlot* slot) { return *slot != nullptr; };
  const auto first = std::find_if(trial.rows.begin(), trial.rows.end(), open);
  if (first == trial.rows.end()) {
    if (trial.rows.size() == lane.rows_at_once) lane.rows_at_once *= 2;
    return;
  }
  if (refused_) return;
  if (trial.rows.size() == 1) return refuse(*first, trial.refused);
  // The client makes two requests of what it was given at once now and then, and only the first may have been refused.
  if (!std::all_of(first, trial.rows.end(), open)) check_order(lane);
  const auto behind = std::stable_partition(first, trial.rows.end(), open);
  lane.waiting.insert(lane.waiting.begin(), first, behind);
  lane.rows_at_once = std::max<std::size_t>(static_cast<std::size_t>(behind - first) / 2, 1);
}

record::Record ClusterSink::record_at(const RowSlot* slot) const {
  const Written& written = *(*slot)->written;
  const std::size_t row = written.number_of(slot);
  if (written.rows.form != stream::Batch::Form::lines) return written.rows.records[row];
  record::Record record;
  if (options_.fixed_key) record.key = record::Bytes(std::string_view(*options_.fixed_key));
  record.value = record::Bytes(written.rows.lines[row].view());
  record.ts = place_.clock.wall();
  return record;
}

}  // namespace weir::kafka
