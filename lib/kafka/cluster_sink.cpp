#include "kafka/cluster_sink.h"

#include <algorithm>

#include "base/assert.h"
#include "base/duration.h"
#include "kafka/admin.h"
#include "kafka/errors.h"
#include "log/topic_name.h"
#include "record/headers.h"
#include "stream/errors.h"

namespace weir::kafka {
namespace {

using base::Error;
using base::Kind;
using stream::Flow;

constexpr std::size_t kRowsInFlight = 500'000;
// What a record adds to a request, about: lengths, offset and time. Batches are full before their values alone say so.
constexpr std::size_t kRowOverhead = 10;
// Of a topic's max.message.bytes, for the batch around the records.
constexpr std::size_t kBatchOverhead = 200;

std::string partitions(int count) {
  return std::to_string(count) + (count == 1 ? " partition" : " partitions");
}

// What the user gave for one of these names; the last one counts.
std::optional<std::string> typed(const bus::ClusterPlace& place,
                                 std::initializer_list<std::string_view> names) {
  std::optional<std::string> value;
  for (const auto& [name, given] : user_properties(place))
    if (std::find(names.begin(), names.end(), name) != names.end()) value = given;
  return value;
}

// Keys go where Java's client puts them, whatever librdkafka would do. What asks for the same is taken.
void refuse_partitioner(const bus::ClusterPlace& place) {
  const auto asked = typed(place, {"partitioner", "topic.partitioner"});
  if (!asked || *asked == "murmur2" || *asked == "murmur2_random") return;
  throw Error(Kind::usage,
              "partitioner=" + *asked + " has no effect: keys go where Java's client puts them (murmur2)")
      .hint("leave it out; produce -p N and -J --keep-partition say where records go")
      .code("bad_setting");
}

}  // namespace

ClusterSink::ClusterSink(const bus::ClusterPlace& place, log::SinkOptions options)
    : place_(place),
      options_(std::move(options)),
      lingers_(options_.linger || typed(place, {"linger.ms", "queue.buffering.max.ms"})) {
  refuse_partitioner(place_);
  std::size_t batch_bytes = options_.batch_bytes.value_or(kBatchBytes);
  if (const auto given = typed(place, {"batch.size"}))
    batch_bytes = static_cast<std::size_t>(std::strtoull(given->c_str(), nullptr, 10));
  open_client(batch_bytes);
  if (!options_.topic.empty()) destination(options_.topic);
}

ClusterSink::~ClusterSink() {
  destinations_.clear();  // before the client that they belong to
}

void ClusterSink::open_client(std::size_t batch_bytes, AfterGap after_gap) {
  events_.release();
  client_.emplace(place_, RD_KAFKA_PRODUCER, producer_defaults(options_, batch_bytes),
                  producer_fixed(options_, after_gap));
  events_.handle = api().rd_kafka_queue_get_main(client_->get());
  wake_.watch(events_.handle);
  batch_bytes_ = batch_bytes;
}

// ---- topics

Destination& ClusterSink::destination(const std::string& name) {
  for (const auto& each : destinations_)
    if (each->name() == name) return *each;
  return add_destination(name);
}

Destination& ClusterSink::destination(const stream::Batch& batch, std::size_t row) {
  if (batch.routes.empty()) return *destinations_.front();
  if (batch.route_topics != route_topics_) {
    routes_.clear();
    route_topics_ = batch.route_topics;
  }
  const std::uint32_t index = batch.routes[row].topic;
  if (index >= routes_.size()) routes_.resize(index + 1, nullptr);
  if (routes_[index] == nullptr) routes_[index] = &destination((*route_topics_)[index]);
  return *routes_[index];
}

Destination& ClusterSink::add_destination(const std::string& name) {
  log::check_topic_name(name);
  const auto topic = client_->find_topic(name);
  const int asked = options_.partitions_when_created;
  const int count = topic ? static_cast<int>(topic->partitions.size()) : asked;
  if (options_.partition && options_.partition->value >= count) {
    Error error(Kind::usage, "topic '" + name + "' has no partition " +
                                 std::to_string(options_.partition->value) + " (it has " +
                                 std::to_string(count) + ", from 0)");
    if (!topic) error.hint("--partitions " + std::to_string(options_.partition->value + 1));
    throw std::move(error.code("unknown_partition"));
  }
  if (admin_ == nullptr) admin_ = open_admin(place_);
  const int there = topic ? count : create(name);
  if (topic && options_.partitions_asked_for && asked != count) {
    options_.say("topic '" + name + "' has " + partitions(count) + "; --partitions " + std::to_string(asked) +
                 " is for a topic that is made");
  }
  const TopicLimits limits = limits_of(name);
  if (name == options_.topic) admin_.reset();  // its connections are not needed for the rest of the run
  ask_for_no_more_than(limits);
  // Many short runs should not all begin with partition 0.
  const auto first = static_cast<std::int32_t>(place_.clock.wall().ms % there);
  Destination& made = *destinations_.emplace_back(
      std::make_unique<Destination>(*client_, name, there, limits, std::max(first, 0)));
  // The client asks about a topic that was not there once a second only.
  if (!topic) client_->find_topic(name);
  return made;
}

// How many partitions it has then.
int ClusterSink::create(const std::string& name) {
  const int count = options_.partitions_when_created;
  try {
    admin_->create_topic({.name = name, .partitions = count}, bus::Mode::apply);
    options_.say("made topic '" + name + "' (" + partitions(count) + ")");
    return count;
  } catch (const Error& error) {
    if (error.code() != "topic_exists") throw;  // somebody else has made it meanwhile
    return static_cast<int>(client_->topic(name).partitions.size());
  }
}

// Who may write to a topic may not always read its settings, and only a cluster's controller tells them. Without them the
// broker's answers have to do.
TopicLimits ClusterSink::limits_of(const std::string& name) {
  if (!client_->has_controller()) return {};
  try {
    return TopicLimits::of(admin_->configs(name));
  } catch (const Error& error) {
    if (error.kind() != Kind::auth && error.kind() != Kind::network) throw;
    return {};
  }
}

// A broker refuses a batch that is larger than the topic takes, however small its records are.
void ClusterSink::ask_for_no_more_than(const TopicLimits& limits) {
  if (!limits.request_bytes || batch_bytes_ + kBatchOverhead <= *limits.request_bytes) return;
  if (!destinations_.empty()) return;  // rows may be under way
  open_client(*limits.request_bytes > 2 * kBatchOverhead ? *limits.request_bytes - kBatchOverhead
                                                         : kBatchOverhead);
}

base::Partition ClusterSink::asked_for(const stream::Batch& batch, std::size_t row) const {
  if (!batch.routes.empty() && batch.routes[row].partition != base::kNoPartition)
    return batch.routes[row].partition;
  return options_.partition.value_or(base::kNoPartition);
}

// ---- rows

void ClusterSink::screen(stream::Batch& batch, stream::Errors& errors) {
  const base::EventTime now = place_.clock.wall();
  record::Record line;
  if (options_.fixed_key) line.key = record::Bytes(std::string_view(*options_.fixed_key));
  line.ts = now;
  const bool bare = batch.form == stream::Batch::Form::lines;
  if (bare && (batch.lines.empty() || destination(batch, 0).limits().takes_lines(!line.key.null()))) return;
  batch.retain([&](std::size_t row) {
    Destination& to = destination(batch, row);
    if (!bare && to.is_first_outlived(batch.records[row].ts, now)) {
      options_.say("topic '" + to.name() + "' keeps records for " +
                   base::format_duration(std::chrono::milliseconds(*to.limits().kept_ms)) +
                   " (retention.ms), and the times of some here are older: the cluster deletes them soon");
      options_.say("hint: topics alter --config retention.ms=-1 " + to.name());
    }
    const auto fault = fault_of(bare ? line : batch.records[row], to.limits(), to.name(), now);
    if (fault) errors.bad(batch, row, *fault);
    return !fault;
  });
}

Flow ClusterSink::write(const stream::Batch& batch) {
  serve();
  if (crowded_ > 0 || bytes_in_flight_ > options_.in_flight_bytes_max || rows_in_flight_ > kRowsInFlight) {
    kick();  // where many partitions share what may be in flight, none of them fills a batch
    return Flow::full;
  }
  flush_wanted_ = false;
  Written& written = written_.emplace_back();
  written.number = ++batches_;
  written.ticket = batch.ticket;
  written.blocks = batch.blocks;
  if (options_.stored || options_.refused) written.rows = batch;
  rows_taken_ += batch.lines.size();
  written.slots.resize(batch.lines.size());
  if (batch.form == stream::Batch::Form::lines) {
    take_lines(batch, written);
  } else {
    WEIR_ASSERT(batch.records.size() == batch.lines.size());
    take_records(batch, written);
  }
  written.whole = true;
  if (trying_) try_more();
  settle();
  return Flow::more;
}

// Rows of one lane go to the client together, which stamps them with one time.
void ClusterSink::take_lines(const stream::Batch& batch, Written& written) {
  record::Bytes key;
  if (options_.fixed_key) key = record::Bytes(std::string_view(*options_.fixed_key));
  Lane* lane = nullptr;
  for (std::size_t row = 0; row < batch.lines.size(); ++row) {
    Destination& to = destination(batch, row);
    Lane& its = to.lane(asked_for(batch, row), key);
    const std::size_t bytes = std::size_t{batch.lines[row].size} + key.size;
    RowSlot* const slot = take(its, row, bytes, written);
    if (!trying_) {
      if (lane != nullptr && lane != &its) send_gathered(*lane);
      lane = &its;
      rd_kafka_message_t& message = gathered_.emplace_back();
      message.payload = const_cast<char*>(batch.lines[row].data);  // librdkafka only reads it
      message.len = batch.lines[row].size;
      message.key = const_cast<char*>(key.data);
      message.key_len = key.size;
      message._private = slot;
    }
    if (key.null() && asked_for(batch, row) == base::kNoPartition) to.took_keyless(bytes, batch_bytes_);
  }
  if (lane != nullptr) send_gathered(*lane);
}

void ClusterSink::send_gathered(const Lane& lane) {
  const int count = static_cast<int>(gathered_.size());
  int taken =
      api().rd_kafka_produce_batch(lane.to->handle(), lane.partition.value, 0, gathered_.data(), count);
  rows_held_ += static_cast<std::size_t>(taken);
  for (auto each = gathered_.begin(); taken != count && each != gathered_.end(); ++each) {
    if (each->err == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    if (each->err != RD_KAFKA_RESP_ERR__FATAL)
      refuse_unsent(each->err, lane.to->name(), api().rd_kafka_err2str(each->err));
    start_over_ = true;
    ++taken;
  }
  gathered_.clear();
}

void ClusterSink::take_records(const stream::Batch& batch, Written& written) {
  for (std::size_t row = 0; row < batch.lines.size(); ++row) {
    const record::Record& record = batch.records[row];
    const base::Partition asked = asked_for(batch, row);
    Destination& to = destination(batch, row);
    if (const auto fault = fault_of(record, {}, to.name(), record.ts))
      fail(Error(Kind::data, fault->message).code(std::string(fault->code)));
    Lane& lane = to.lane(asked, record.key);
    const std::size_t bytes = std::size_t{record.value.size} + record.key.size;
    RowSlot* const slot = take(lane, row, bytes, written);
    if (!trying_) send(lane, record, slot);
    written.bytes += record.headers.size;
    bytes_in_flight_ += record.headers.size;
    bytes_ += record.headers.size;
    if (record.key.null() && asked == base::kNoPartition) to.took_keyless(bytes, batch_bytes_);
  }
}

void ClusterSink::send(const Lane& lane, const record::Record& record, RowSlot* slot) {
  rd_kafka_headers_t* headers = nullptr;
  if (record.headers.count > 0) {
    headers = api().rd_kafka_headers_new(record.headers.count);
    record::HeaderCursor cursor(record.headers);
    for (record::Header header; cursor.next(header);) {
      api().rd_kafka_header_add(headers, header.name.data(), static_cast<ssize_t>(header.name.size()),
                                header.value.data,
                                header.value.null() ? -1 : static_cast<ssize_t>(header.value.size));
    }
  }
  rd_kafka_vu_t what[7];
  std::size_t count = 0;
  const auto add = [&](rd_kafka_vtype_t type) -> rd_kafka_vu_t& {
    what[count].vtype = type;
    return what[count++];
  };
  add(RD_KAFKA_VTYPE_RKT).u.rkt = lane.to->handle();
  add(RD_KAFKA_VTYPE_PARTITION).u.i32 = lane.partition.value;
  auto& value = add(RD_KAFKA_VTYPE_VALUE).u.mem;
  value.ptr = const_cast<char*>(record.value.data);  // librdkafka only reads it
  value.size = record.value.size;
  if (!record.key.null()) {
    auto& key = add(RD_KAFKA_VTYPE_KEY).u.mem;
    key.ptr = const_cast<char*>(record.key.data);
    key.size = record.key.size;
  }
  add(RD_KAFKA_VTYPE_TIMESTAMP).u.i64 = record.ts.ms;
  add(RD_KAFKA_VTYPE_OPAQUE).u.ptr = slot;
  if (headers != nullptr) add(RD_KAFKA_VTYPE_HEADERS).u.headers = headers;
  rd_kafka_error_t* const error = api().rd_kafka_produceva(client_->get(), what, count);
  if (error == nullptr) {
    ++rows_held_;
    return;
  }
  const auto code = api().rd_kafka_error_code(error);
  const std::string why = api().rd_kafka_error_string(error);
  api().rd_kafka_error_destroy(error);
  if (headers != nullptr) api().rd_kafka_headers_destroy(headers);
  if (code != RD_KAFKA_RESP_ERR__FATAL) refuse_unsent(code, lane.to->name(), why);
  start_over_ = true;
}

void ClusterSink::refuse_unsent(rd_kafka_resp_err_t code, const std::string& topic, const std::string& why) {
  if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
    fail(Error(Kind::undelivered, "a record for topic '" + topic + "' is too large: " + why)
             .code("record_too_large"));
  if (is_about_the_topic(code)) fail(undelivered(code, topic, 1));
  fail(error_of(code, "cannot write to topic '" + topic + "' of " + client_->shown(), why));
}

Share* ClusterSink::share_of(Lane& lane, Written& written) {
  if (lane.share_of != written.number) {
    lane.share = &written.shares.emplace_back(Share{&written, &lane});
    lane.share_of = written.number;
  }
  return lane.share;
}

bool ClusterSink::crowded(const Lane& lane) const {
  // Without idempotence any number of requests of a partition are under way, and what is in flight is bounded in all.
  return options_.durability == log::Durability::durable &&
         lane.bytes + lane.rows * kRowOverhead > batch_bytes_ + batch_bytes_ / 2;
}

RowSlot* ClusterSink::take(Lane& lane, std::size_t row, std::size_t bytes, Written& written) {
  const bool before = crowded(lane);
  lane.bytes += bytes;
  ++lane.rows;
  if (lane.bytes >= batch_bytes_) lane.moving = true;
  if (!before && crowded(lane)) ++crowded_;
  ++written.missing;
  written.bytes += bytes;
  bytes_in_flight_ += bytes;
  ++rows_in_flight_;
  bytes_ += bytes;
  RowSlot* const slot = &written.slots[row];
  *slot = share_of(lane, written);
  if (trying_) lane.waiting.push_back(slot);
  return slot;
}

// ---- sending what does not fill a batch

void ClusterSink::flush() {
  serve();
  if (lingers_) return;
  flush_wanted_ = true;
  kick();
}

void ClusterSink::finish() {
  serve();
  flush_wanted_ = true;
  kick();
}

// A partition with a request under way is left alone: what it has goes out together when the answer is there.
void ClusterSink::kick() {
  if (trying_) return;
  bool any = false;
  for (const auto& to : destinations_) {
    for (Lane& lane : to->lanes()) {
      if (lane.rows == 0 || lane.moving) continue;
      lane.moving = any = true;
    }
    to->next_for_keyless();
  }
  if (any) api().rd_kafka_flush(client_->get(), kKickMs);
}

stream::Ticket ClusterSink::acked() {
  serve();
  return acked_;
}

}  // namespace weir::kafka
