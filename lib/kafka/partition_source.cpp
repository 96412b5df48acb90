#include "kafka/partition_source.h"

#include <algorithm>
#include <cstring>

#include "base/error.h"
#include "kafka/errors.h"

namespace weir::kafka {
namespace {

using stream::Batch;
using stream::Pull;

constexpr std::size_t kGatherRows = 8192;
constexpr std::size_t kGatherBytes = 256u << 10;

}  // namespace

PartitionSource::PartitionSource(Client& client, Options options)
    : client_(client), options_(std::move(options)), messages_(kGatherRows), next_(options_.from) {
  input_.name = "topic:" + options_.name.topic;
  input_.topics = {options_.name.topic};
  if (options_.until && next_ >= *options_.until) {
    ended_ = true;
    return;
  }
  topic_ = api().rd_kafka_topic_new(client_.get(), options_.name.topic.c_str(), nullptr);
  queue_ = api().rd_kafka_queue_get_partition(client_.get(), options_.name.topic.c_str(),
                                              options_.name.partition.value);
  wake_.watch(queue_);
  if (api().rd_kafka_consume_start(topic_, options_.name.partition.value, options_.begin.value) != 0)
    throw base::Error(base::Kind::network,
                      "cannot read " + log::folder_name(options_.name.topic, options_.name.partition));
}

PartitionSource::~PartitionSource() {
  for (; taken_ < filled_; ++taken_) api().rd_kafka_message_destroy(messages_[taken_]);
  if (topic_ == nullptr) return;
  api().rd_kafka_consume_stop(topic_, options_.name.partition.value);
  api().rd_kafka_queue_destroy(queue_);
  api().rd_kafka_topic_destroy(topic_);
}

base::Offset PartitionSource::end_offset() const {
  std::int64_t low = 0, high = 0;
  const auto code = api().rd_kafka_get_watermark_offsets(client_.get(), options_.name.topic.c_str(),
                                                         options_.name.partition.value, &low, &high);
  const bool answered = code == RD_KAFKA_RESP_ERR_NO_ERROR && high >= 0;
  return std::max(next_, answered ? base::Offset{high} : options_.end);
}

bool PartitionSource::behind() const {
  return !ended_ && !caught_up_ && next_ < end_offset();
}

Pull PartitionSource::next(Batch& batch) {
  batch.clear();
  if (ended_) return Pull::end;
  client_.serve(options_.say);
  batch.input = &input_;
  batch.form = options_.values_only ? Batch::Form::lines : Batch::Form::records;
  batch.first_line = rows_ + 1;
  const base::Offset before = next_;
  const std::uint64_t bytes_before = bytes_;
  while (!ended_ && batch.lines.size() < kGatherRows && bytes_ - bytes_before < kGatherBytes) {
    if (taken_ == filled_) {
      wake_.clear();
      taken_ = filled_ = 0;
      const ssize_t got = api().rd_kafka_consume_batch_queue(queue_, 0, messages_.data(), messages_.size());
      if (got <= 0) break;
      filled_ = static_cast<std::size_t>(got);
    }
    ended_ = !take(*messages_[taken_], batch);
    api().rd_kafka_message_destroy(messages_[taken_++]);
  }
  // More lies here than this batch could take: nobody is to wait for the queue.
  if (taken_ < filled_) wake_.raise();
  batch.ticket = {static_cast<std::uint64_t>(next_.value)};
  rows_ += batch.lines.size();
  if (next_ > before) return Pull::batch;
  return ended_ ? Pull::end : Pull::would_block;
}

// False: reading ends here.
bool PartitionSource::take(const rd_kafka_message_t& message, Batch& batch) {
  const auto reached = [&] { return options_.until && next_ >= *options_.until; };
  if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    // What lies between the last record and here is markers, or was compacted away.
    next_ = std::max(next_, base::Offset{message.offset});
    caught_up_ = true;
    return !options_.stop_when_dry && !reached();
  }
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    note(message);
    return true;
  }
  caught_up_ = false;
  const base::Offset offset{message.offset};
  if (offset < next_) return true;
  if (options_.until && offset >= *options_.until) return false;
  if (options_.until_time) {
    rd_kafka_timestamp_type_t type;
    const std::int64_t ts = api().rd_kafka_message_timestamp(&message, &type);
    if (type != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE && ts >= options_.until_time->ms) return false;
  }
  add(message, batch);
  next_ = offset + 1;
  return !reached();
}

void PartitionSource::note(const rd_kafka_message_t& message) {
  const std::string text = api().rd_kafka_message_errstr(&message);
  const std::string place = log::folder_name(options_.name.topic, options_.name.partition);
  const bool deleted = message.err == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
                       message.err == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION ||
                       message.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
  if (deleted) {
    throw base::Error(base::Kind::network, "topic '" + options_.name.topic + "' was deleted meanwhile")
        .code("topic_deleted");
  }
  if (!is_passing(message.err)) throw error_of(message.err, "cannot read " + place, text);
  if (text != last_said_) options_.say(place + ": " + text);
  last_said_ = text;
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
