#include "kafka/partition_source.h"

#include <algorithm>
#include <cstring>

#include "base/error.h"
#include "kafka/errors.h"
#include "kafka/offsets.h"
#include "log/delete_topic.h"

namespace weir::kafka {
namespace {

using stream::Batch;
using stream::Pull;

constexpr std::size_t kGatherRows = 8192;
// With their newlines, and the last row, most batches fit into one block.
constexpr std::size_t kGatherBytes = stream::kBlockBytes - (stream::kBlockBytes >> 2);
// Messages that are taken off the queue at once: few enough to be in the processor's cache still when they are destroyed.
constexpr std::size_t kTakeAtOnce = 512;

constexpr std::size_t kAhead = 2;  // messages whose bytes are fetched before they are copied
void prefetch(const rd_kafka_message_t& message) {
  constexpr std::size_t kCacheLine = 64, kAtMost = 16 * kCacheLine;
  const auto* const bytes = static_cast<const char*>(message.payload);
  for (std::size_t at = 0; at < std::min(message.len, kAtMost); at += kCacheLine)
    __builtin_prefetch(bytes + at);
}

}  // namespace

PartitionSource::PartitionSource(Client& client, Options options)
    : client_(client),
      options_(std::move(options)),
      messages_(kTakeAtOnce),
      next_(std::max(options_.from, options_.extent.start)) {
  input_.name = "topic:" + options_.name.topic;
  input_.topics = {options_.name.topic};
  if (options_.move) open_queue();
  if (reached_stop()) {
    ended_ = true;
    return;
  }
  if (options_.move) return;
  // A record that is not there yet is waited for at the end.
  start(std::min(next_, options_.extent.end));
}

PartitionSource::~PartitionSource() {
  for (; taken_ < filled_; ++taken_) api().rd_kafka_message_destroy(messages_[taken_]);
  halt();
  if (queue_ != nullptr) {
    Wake::forget(queue_);
    api().rd_kafka_queue_destroy(queue_);
  }
  if (topic_ != nullptr) api().rd_kafka_topic_destroy(topic_);
}

void PartitionSource::open_queue() {
  if (topic_ != nullptr) return;
  const auto& [topic, partition] = options_.name;
  topic_ = api().rd_kafka_topic_new(client_.get(), topic.c_str(), nullptr);
  queue_ = api().rd_kafka_queue_get_partition(client_.get(), topic.c_str(), partition.value);
  // Away from the queue of the group's member, which then holds nothing but what concerns the group.
  if (options_.move) api().rd_kafka_queue_forward(queue_, nullptr);
  wake_.watch(queue_);
}

void PartitionSource::start(base::Offset at) {
  open_queue();
  if (options_.move) return options_.move(at);
  const auto& [topic, partition] = options_.name;
  if (api().rd_kafka_consume_start(topic_, partition.value, at.value) != 0)
    throw base::Error(base::Kind::network, "cannot read " + log::folder_name(topic, partition));
  fetching_ = true;
}

void PartitionSource::halt() {
  if (!fetching_) return;
  api().rd_kafka_consume_stop(topic_, options_.name.partition.value);
  fetching_ = false;
}

base::Offset PartitionSource::end_offset() const {
  std::int64_t low = 0, high = 0;
  const auto code = api().rd_kafka_get_watermark_offsets(client_.get(), options_.name.topic.c_str(),
                                                         options_.name.partition.value, &low, &high);
  const bool answered = code == RD_KAFKA_RESP_ERR_NO_ERROR && high >= 0;
  return std::max(next_, answered ? base::Offset{high} : options_.extent.end);
}

bool PartitionSource::behind() const {
  return !ended_ && !caught_up_ && next_ < end_offset();
}

Pull PartitionSource::next(Batch& batch) {
  batch.clear();
  if (ended_) return Pull::end;
  batch.input = &input_;
  batch.form = options_.values_only ? Batch::Form::lines : Batch::Form::records;
  batch.first_line = rows_ + 1;
  if (block_ != nullptr && pool_.sole(block_)) block_used_ = 0;
  const auto destroy = api().rd_kafka_message_destroy;
  const base::Offset before = next_;
  const std::uint64_t bytes_before = bytes_;
  while (!ended_ && batch.lines.size() < kGatherRows && bytes_ - bytes_before < kGatherBytes) {
    if (taken_ == filled_) {
      wake_.clear();
      taken_ = filled_ = 0;
      const ssize_t got = api().rd_kafka_consume_batch_queue(queue_, 0, messages_.data(), messages_.size());
      unlisted_ |= client_.take_unlisted();
      if (got <= 0) break;
      filled_ = static_cast<std::size_t>(got);
    }
    if (taken_ + kAhead < filled_) prefetch(*messages_[taken_ + kAhead]);
    // What may throw waits until the rows before it are out.
    const bool row = messages_[taken_]->err == RD_KAFKA_RESP_ERR_NO_ERROR ||
                     messages_[taken_]->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
    if (!row && !batch.lines.empty()) break;
    ended_ = !take(*messages_[taken_], batch);
    destroy(messages_[taken_++]);
  }
  if (unlisted_ && batch.lines.empty()) {
    unlisted_ = false;
    ended_ |= was_deleted();
  }
  if (ended_) {
    halt();
    wake_.clear();
  } else if (taken_ < filled_ || unlisted_) {
    wake_.raise();  // more lies here than this batch could take: nobody is to wait for the queue
  }
  batch.ticket = {static_cast<std::uint64_t>(next_.value)};
  rows_ += batch.lines.size();
  if (next_ > before) return Pull::batch;
  return ended_ ? Pull::end : Pull::would_block;
}

bool PartitionSource::reached_stop() const {
  return options_.stop.until && next_ >= *options_.stop.until;
}

// False: reading ends here.
bool PartitionSource::take(const rd_kafka_message_t& message, Batch& batch) {
  if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    // What lies between the last record and here is markers, or was compacted away.
    next_ = std::max(next_, base::Offset{message.offset});
    caught_up_ = true;
    return !options_.stop_when_dry && !reached_stop();
  }
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) return note(message);
  caught_up_ = false;
  last_said_.clear();
  const base::Offset offset{message.offset};
  if (offset < next_) return true;
  if (options_.stop.until && offset >= *options_.stop.until) return false;
  if (options_.stop.until_time) {
    rd_kafka_timestamp_type_t type;
    const std::int64_t ts = api().rd_kafka_message_timestamp(&message, &type);
    if (type != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE && ts >= options_.stop.until_time->ms) return false;
  }
  add(message, batch);
  next_ = offset + 1;
  return !reached_stop();
}

// What is no record. False: reading ends here.
bool PartitionSource::note(const rd_kafka_message_t& message) {
  const std::string place = log::folder_name(options_.name.topic, options_.name.partition);
  const std::string text = api().rd_kafka_message_errstr(&message);
  if (is_about_the_topic(message.err)) return !was_deleted();
  switch (message.err) {
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
      resume_from(message.offset < 0 ? next_ : base::Offset{message.offset});
      return !reached_stop();
    case RD_KAFKA_RESP_ERR__BAD_MSG:
    case RD_KAFKA_RESP_ERR__BAD_COMPRESSION:
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
      throw base::Error(base::Kind::network, place + " holds what cannot be read: " + text)
          .code("corrupt_message");
    default:
      break;
  }
  if (!is_passing(message.err)) throw error_of(message.err, "cannot read " + place, text);
  if (text != last_said_) options_.say(place + ": " + text);
  last_said_ = text;
  return true;
}

// The broker has nothing at the offset that was asked for.
void PartitionSource::resume_from(base::Offset out_of_range) {
  const log::Extent now = extents_of(client_, {options_.name}).front();
  const std::string place = log::folder_name(options_.name.topic, options_.name.partition);
  if (out_of_range > now.end) {
    throw base::Error(base::Kind::network, place + " ends at offset " + std::to_string(now.end.value) +
                                               " now, and offset " + std::to_string(out_of_range.value) +
                                               " was reached already: the cluster has lost records")
        .code("log_cut");
  }
  if (next_ < now.start) {
    options_.say("offsets " + std::to_string(next_.value) + " to " + std::to_string(now.start.value - 1) +
                 " of " + place + " were deleted before they were read");
    next_ = now.start;
  }
  halt();
  if (!reached_stop()) start(std::clamp(next_, now.start, now.end));
}

bool PartitionSource::was_deleted() {
  if (!client_.is_gone(options_.name.topic)) return false;
  const base::Error gone = log::deleted_topic(options_.name.topic);
  if (!options_.may_vanish) throw gone;
  options_.say(gone.what());
  return true;
}

char* PartitionSource::room(Batch& batch, std::size_t bytes) {
  if (block_ == nullptr || block_used_ + bytes > block_->capacity()) {
    block_ = pool_.take(std::max(bytes, stream::kBlockBytes));
    block_used_ = 0;
  }
  if (batch.blocks.empty() || batch.blocks.back() != block_) batch.blocks.push_back(block_);
  char* const at = block_->data() + block_used_;
  block_used_ += bytes;
  return at;
}

record::Headers PartitionSource::headers_of(const rd_kafka_message_t& message, Batch& batch) {
  rd_kafka_headers_t* found = nullptr;
  if (api().rd_kafka_message_headers(&message, &found) != RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  headers_.clear();
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0;
       api().rd_kafka_header_get_all(found, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i)
    headers_.add(name, record::Bytes(static_cast<const char*>(value), value == nullptr ? 0 : size));
  record::Headers made = headers_.headers();
  char* const at = room(batch, made.size);
  std::memcpy(at, made.data, made.size);
  made.data = at;
  return made;
}

void PartitionSource::add(const rd_kafka_message_t& message, Batch& batch) {
  const auto copied = [&](const void* from, std::size_t size) {
    if (from == nullptr) return record::Bytes();
    char* const at = room(batch, size + 1);
    std::memcpy(at, from, size);
    at[size] = '\n';  // values that follow each other are written as they lie here
    return record::Bytes(at, size);
  };
  record::Record record;
  record.value = copied(message.payload, message.len);
  bytes_ += message.len + message.key_len;
  batch.lines.push_back(
      {record.value.data, record.value.size, static_cast<std::uint32_t>(batch.lines.size())});
  batch.origins.push_back({base::Offset{message.offset}, options_.name.partition, 0});
  if (options_.values_only) return;
  record.key = copied(message.key, message.key_len);
  record.headers = headers_of(message, batch);
  rd_kafka_timestamp_type_t type;
  const std::int64_t ts = api().rd_kafka_message_timestamp(&message, &type);
  if (type != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE) record.ts = base::EventTime{ts};
  record.append_time = type == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME;
  batch.records.push_back(record);
}

}  // namespace weir::kafka
