// librdkafka's own mock of a cluster, which can be told to fail, and words for tests on it.
#pragma once

#include "kafka/api.h"

#include <dlfcn.h>
#include <doctest/doctest.h>
#include <librdkafka/rdkafka_mock.h>
#include <poll.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "kafka/cluster.h"
#include "record/headers.h"

namespace weir::kafka::testing {

template <typename Function>
Function mock_call(const char* name) {
  static void* const library = ::dlopen("librdkafka.so.1", RTLD_NOW);
  return reinterpret_cast<Function>(::dlsym(library, name));
}
#define MOCK(name) mock_call<decltype(&::name)>(#name)

class Mock {
 public:
  explicit Mock(int brokers = 1) {
    char why[256];
    owner_ = api().rd_kafka_new(RD_KAFKA_PRODUCER, api().rd_kafka_conf_new(), why, sizeof why);
    mock_ = MOCK(rd_kafka_mock_cluster_new)(owner_, brokers);
  }
  ~Mock() {
    MOCK(rd_kafka_mock_cluster_destroy)(mock_);
    api().rd_kafka_destroy_flags(owner_, 0);
  }
  Mock(const Mock&) = delete;

  rd_kafka_mock_cluster_t* get() const { return mock_; }
  void topic(const char* name, int partitions) {
    MOCK(rd_kafka_mock_topic_create)(mock_, name, partitions, 1);
  }
  // The next requests of that kind, by the protocol's number for it.
  void fail(std::int16_t api_key, rd_kafka_resp_err_t error, int times) {
    answer(api_key, std::vector<rd_kafka_resp_err_t>(static_cast<std::size_t>(times), error));
  }
  void answer(std::int16_t api_key, const std::vector<rd_kafka_resp_err_t>& errors) {
    MOCK(rd_kafka_mock_push_request_errors_array)(mock_, api_key, errors.size(), errors.data());
  }
  void fail_produce(rd_kafka_resp_err_t error, int times) { fail(0, error, times); }
  void topic_error(const char* name, rd_kafka_resp_err_t error) {
    MOCK(rd_kafka_mock_topic_set_error)(mock_, name, error);
  }
  void lead(const char* topic, int partition, int broker) {
    MOCK(rd_kafka_mock_partition_set_leader)(mock_, topic, partition, broker);
  }
  void down(int broker) { MOCK(rd_kafka_mock_broker_set_down)(mock_, broker); }
  void up(int broker) { MOCK(rd_kafka_mock_broker_set_up)(mock_, broker); }
  void slow(int broker, int rtt_ms) { MOCK(rd_kafka_mock_broker_set_rtt)(mock_, broker, rtt_ms); }
  bus::ClusterPlace place(std::vector<std::string> pairs = {}) const {
    bus::Where where;
    where.kind = bus::Where::Kind::kafka;
    where.text = "the mock";
    where.brokers = {MOCK(rd_kafka_mock_cluster_bootstraps)(mock_)};
    return {base::real_sys(), base::system_clock(), where, {std::move(pairs), {}}};
  }
  std::unique_ptr<bus::Cluster> open(std::vector<std::string> pairs = {}) const {
    return open_cluster(place(std::move(pairs)));
  }

 private:
  rd_kafka_t* owner_ = nullptr;
  rd_kafka_mock_cluster_t* mock_ = nullptr;
};

inline std::unique_ptr<bus::Cluster> nowhere(bus::ClientProperties properties = {}) {
  bus::Where where;
  where.kind = bus::Where::Kind::kafka;
  where.text = "127.0.0.1:1";
  where.brokers = {"127.0.0.1:1"};
  return open_cluster({base::real_sys(), base::system_clock(), where, std::move(properties)});
}

struct Row {
  std::optional<std::string> key, value;
  std::int64_t ts = 0;
  std::int64_t offset = 0;
  std::int32_t partition = 0;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;
};

inline std::optional<std::string> text(const record::Bytes& bytes) {
  return bytes.null() ? std::nullopt : std::optional(std::string(bytes.view()));
}

inline std::vector<Row> read(bus::Cluster& cluster, log::SourceOptions options) {
  const auto source = cluster.open_source(std::move(options));
  std::vector<Row> rows;
  stream::Batch batch;
  for (stream::Pull pull; (pull = source->next(batch)) != stream::Pull::end;) {
    for (std::size_t i = 0; i < batch.lines.size(); ++i) {
      Row& row = rows.emplace_back();
      row.offset = batch.origins[i].offset.value;
      row.partition = batch.origins[i].partition.value;
      if (batch.records.empty()) {
        row.value = std::string(batch.lines[i].view());
        continue;
      }
      const record::Record& record = batch.records[i];
      row.key = text(record.key);
      row.value = text(record.value);
      row.ts = record.ts.ms;
      record::HeaderCursor cursor(record.headers);
      for (record::Header header; cursor.next(header);)
        row.headers.emplace_back(std::string(header.name), text(header.value));
    }
    if (pull != stream::Pull::would_block) continue;
    pollfd wait{source->wait_fd(), POLLIN, 0};
    REQUIRE(::poll(&wait, 1, 20'000) == 1);
  }
  return rows;
}

inline log::SourceOptions all_of(const std::string& topic) {
  log::SourceOptions options;
  options.operands = {topic};
  options.until_end = true;
  return options;
}

// The bytes stay until the test program ends, as they do in a block until the record is stored.
inline record::Bytes kept(const std::optional<std::string>& bytes) {
  static std::deque<std::string> all;
  return bytes ? record::Bytes(std::string_view(all.emplace_back(*bytes))) : record::Bytes();
}

inline record::Record record_of(const std::optional<std::string>& key,
                                const std::optional<std::string>& value, std::int64_t ts) {
  record::Record record;
  record.key = kept(key);
  record.value = kept(value);
  record.ts = {ts};
  return record;
}

inline void write(stream::Sink& sink, const std::vector<record::Record>& records, std::uint64_t ticket) {
  stream::Batch batch;
  batch.form = stream::Batch::Form::records;
  for (const record::Record& record : records) {
    batch.lines.push_back(
        {record.value.data, record.value.size, static_cast<std::uint32_t>(batch.lines.size())});
    batch.records.push_back(record);
  }
  batch.ticket = {ticket};
  const stream::Flow flow = sink.write(batch);
  REQUIRE(flow == stream::Flow::more);
}

inline void wait_until_acked(stream::Sink& sink, std::uint64_t ticket) {
  sink.finish();
  while (sink.acked().value < ticket) {
    pollfd wait{sink.wait_fd(), POLLIN, 0};
    REQUIRE(::poll(&wait, 1, 20'000) == 1);
  }
}

template <typename Work>
base::Error refusal(Work work) {
  try {
    work();
  } catch (const base::Error& error) {
    return error;
  }
  return base::Error(base::Kind::internal, "accepted");
}

}  // namespace weir::kafka::testing
