// Producing to a cluster that fails: whatever it answers, what is acknowledged is stored, once and in order.
#include "kafka/sink.h"

#include <algorithm>
#include <map>
#include <set>

#include "kafka/mock_test_words.h"
#include "kafka/topic_limits.h"
#include "record/headers.h"
#include "stream/errors.h"

namespace weir::kafka {
namespace {

using namespace testing;

log::SinkOptions to_topic(const std::string& name) {
  log::SinkOptions to;
  to.topic = name;
  return to;
}

// One partition (all have the same key), and numbered values.
struct Producer {
  std::unique_ptr<stream::Sink> sink;
  std::uint64_t ticket = 0;
  int sent = 0;

  void send(int count) {
    std::vector<record::Record> records;
    for (int i = 0; i < count; ++i, ++sent)
      records.push_back(record_of("k", std::to_string(sent), 1000 + sent));
    write(*sink, records, ++ticket);
    sink->flush();
  }
  void settle() { wait_until_acked(*sink, ticket); }
};

void check_once_in_order(bus::Cluster& cluster, int count) {
  const std::vector<Row> rows = read(cluster, all_of("t"));
  REQUIRE(rows.size() == static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) CHECK(rows[static_cast<std::size_t>(i)].value == std::to_string(i));
}

TEST_CASE("errors that pass delay what is acknowledged, and neither lose, double nor reorder it") {
  for (const auto code :
       {RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
        RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND,
        RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR__TRANSPORT}) {
    CAPTURE(code);
    Mock mock;
    mock.topic("t", 1);
    // The mock checks no sequence numbers: of two requests under way it would store the second, and the client takes that for
    // an answer to the first, too, as it may with a broker.
    const auto cluster = mock.open({"retry.backoff.ms=10", "reconnect.backoff.ms=10", "max.in.flight=1"});
    Producer producer{cluster->open_sink(to_topic("t"))};
    producer.send(3);
    producer.settle();
    mock.fail_produce(code, 2);
    for (int i = 0; i < 5; ++i) producer.send(4);
    producer.settle();
    CHECK(producer.sink->acked().value == producer.ticket);
    check_once_in_order(*cluster, producer.sent);
  }
}

TEST_CASE("a sequence that the broker finds out of order ends the run rather than to store twice") {
  Mock mock;
  mock.topic("t", 1);
  const auto cluster = mock.open({"retry.backoff.ms=10"});
  Producer producer{cluster->open_sink(to_topic("t"))};
  producer.send(2);
  producer.settle();
  mock.fail_produce(RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, 1);
  const base::Error error = refusal([&] {
    producer.send(2);
    producer.settle();
  });
  CHECK(error.kind() == base::Kind::undelivered);
  CHECK(error.detail() == "2 records are confirmed; 2 were not");
  CHECK(producer.sink->acked().value == 1);
}

TEST_CASE("a broker that goes and comes back, and one that is slow, store all once") {
  Mock mock;
  mock.topic("t", 1);
  const auto cluster = mock.open({"reconnect.backoff.ms=10", "reconnect.backoff.max.ms=50"});
  Producer producer{cluster->open_sink(to_topic("t"))};
  producer.send(3);
  producer.settle();
  MOCK(rd_kafka_mock_broker_set_down)(mock.get(), 1);
  for (int i = 0; i < 3; ++i) producer.send(3);
  MOCK(rd_kafka_mock_broker_set_up)(mock.get(), 1);
  producer.settle();
  MOCK(rd_kafka_mock_broker_set_rtt)(mock.get(), 1, 100);
  for (int i = 0; i < 3; ++i) producer.send(3);
  producer.settle();
  MOCK(rd_kafka_mock_broker_set_rtt)(mock.get(), 1, 0);
  check_once_in_order(*cluster, producer.sent);
}

TEST_CASE("a leader that moves takes its partition along") {
  Mock mock(3);
  mock.topic("t", 1);
  const auto cluster = mock.open({"retry.backoff.ms=10", "topic.metadata.refresh.fast.interval.ms=10"});
  Producer producer{cluster->open_sink(to_topic("t"))};
  for (int leader = 1; leader <= 3; ++leader) {
    MOCK(rd_kafka_mock_partition_set_leader)(mock.get(), "t", 0, leader);
    for (int i = 0; i < 3; ++i) producer.send(5);
    producer.settle();
  }
  check_once_in_order(*cluster, producer.sent);
}

TEST_CASE("who may not write is exit 6, what comes too late exit 7, both with counts") {
  Mock mock;
  mock.topic("t", 1);
  const auto fails_with = [&](rd_kafka_resp_err_t code, std::vector<std::string> pairs) {
    const auto cluster = mock.open(std::move(pairs));
    Producer producer{cluster->open_sink(to_topic("t"))};
    producer.send(1);
    producer.settle();
    mock.fail_produce(code, 1000);
    const base::Error error = refusal([&] {
      producer.send(3);
      producer.settle();
    });
    MOCK(rd_kafka_mock_clear_request_errors)(mock.get(), 0);
    CHECK(error.detail() == "1 record is confirmed; 3 were not");
    CHECK(producer.sink->acked().value == 1);
    return error.kind();
  };
  CHECK(fails_with(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, {}) == base::Kind::auth);
  CHECK(fails_with(RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, {}) == base::Kind::auth);
  CHECK(fails_with(RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
                   {"message.timeout.ms=1000", "retry.backoff.ms=10"}) == base::Kind::undelivered);
}

TEST_CASE("a single record that is refused is accounted for where the policy says so, and the rest goes on") {
  Mock mock;
  mock.topic("t", 1);
  const auto cluster = mock.open({"retry.backoff.ms=10"});
  stream::Errors errors({.tool = "produce", .policy = stream::Errors::Policy::skip});
  std::vector<std::string> stored;
  log::SinkOptions to = to_topic("t");
  to.refused = [&](const stream::Batch& batch, std::size_t row, const stream::Fault& fault) {
    CHECK(fault.code == "record_too_large");
    return errors.refused(batch, row, fault);
  };
  to.stored = [&](const stream::Batch& batch) {
    for (const stream::Line& line : batch.lines) stored.emplace_back(line.view());
  };
  Producer producer{cluster->open_sink(std::move(to))};
  producer.send(2);
  producer.settle();
  mock.fail_produce(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, 1);
  producer.send(1);
  producer.settle();
  producer.send(2);
  producer.settle();
  CHECK(errors.refused() == 1);
  CHECK(errors.skipped() == 1);
  CHECK(stored == std::vector<std::string>{"0", "1", "3", "4"});
  CHECK(read(*cluster, all_of("t")).size() == 4);
}

TEST_CASE("a topic that is deleted while it is written ends the run with its name and counts") {
  Mock mock;
  mock.topic("t", 1);
  const auto cluster = mock.open({"topic.metadata.propagation.max.ms=0", "retry.backoff.ms=10",
                                  "topic.metadata.refresh.fast.interval.ms=10"});
  Producer producer{cluster->open_sink(to_topic("t"))};
  producer.send(2);
  producer.settle();
  mock.topic_error("t", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
  mock.fail_produce(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, 100);
  const base::Error error = refusal([&] {
    producer.send(3);
    producer.settle();
  });
  CHECK(std::string(error.what()) == "topic 't' was deleted meanwhile");
  CHECK(error.kind() == base::Kind::usage);
  CHECK(error.code() == "topic_deleted");
  CHECK(error.detail() == "2 records are confirmed; 3 were not");
}

// A producer whose refused rows are judged by `policy`.
struct Judged {
  stream::Errors errors;
  std::vector<std::string> refused, stored;
  Producer producer;

  Judged(bus::Cluster& cluster, stream::Errors::Policy policy, log::SinkOptions to = to_topic("t"))
      : errors({.tool = "produce", .policy = policy}) {
    to.refused = [this](const stream::Batch& batch, std::size_t row, const stream::Fault& fault) {
      refused.emplace_back(text(batch.records[row].key).value_or("") + "=" +
                           text(batch.records[row].value).value_or("null"));
      return errors.refused(batch, row, fault);
    };
    to.stored = [this](const stream::Batch& batch) {
      for (const stream::Line& line : batch.lines) stored.emplace_back(line.view());
    };
    producer.sink = cluster.open_sink(std::move(to));
    producer.send(2);  // the connection is there then
    producer.settle();
  }
};

std::vector<std::string> values(bus::Cluster& cluster) {
  std::vector<std::string> all;
  for (const Row& row : read(cluster, all_of("t"))) all.push_back(row.value.value_or("null"));
  return all;
}

std::vector<std::string> numbers(int until, int without = -1) {
  std::vector<std::string> all;
  for (int i = 0; i < until; ++i)
    if (i != without) all.push_back(std::to_string(i));
  return all;
}

constexpr auto kBad = RD_KAFKA_RESP_ERR_INVALID_RECORD;
constexpr auto kGood = RD_KAFKA_RESP_ERR_NO_ERROR;
constexpr std::int16_t kProduce = 0;
// What a broker answers where 5 of the rows 2 to 11 is the bad one: 2-11, 2-6, 2 3, 4-7, 4 5, 4, 5 6, 5.
const std::vector<rd_kafka_resp_err_t> kFiveIsBad = {kBad, kBad, kGood, kBad, kBad, kGood, kBad, kBad};

TEST_CASE(
    "of a request that is refused the record that is to blame is found, and the rest is stored in order") {
  Mock mock;
  mock.topic("t", 1);
  const auto cluster = mock.open({"retry.backoff.ms=10"});
  Judged run(*cluster, stream::Errors::Policy::skip);
  mock.answer(kProduce, kFiveIsBad);
  run.producer.send(10);
  run.producer.settle();
  run.producer.send(3);
  run.producer.settle();
  CHECK(run.refused == std::vector<std::string>{"k=5"});
  CHECK(run.stored == numbers(15, 5));
  CHECK(values(*cluster) == numbers(15, 5));
}

// Without idempotence the client may make two requests of what it was given at once, and the answers are for requests.
TEST_CASE("with durability os each row is stored or refused, and once, whatever requests the client makes") {
  for (int round = 0; round < 5; ++round) {
    Mock mock;
    mock.topic("t", 1);
    const auto cluster = mock.open({"retry.backoff.ms=10"});
    log::SinkOptions to = to_topic("t");
    to.durability = log::Durability::os;
    Judged run(*cluster, stream::Errors::Policy::skip, std::move(to));
    mock.answer(kProduce, kFiveIsBad);
    run.producer.send(10);
    run.producer.settle();
    run.producer.send(3);
    run.producer.settle();
    CHECK(run.refused.size() >= 1);
    std::multiset<std::string> once;
    for (const std::string& row : run.refused) once.insert(row.substr(2));
    for (const std::string& row : values(*cluster)) once.insert(row);
    const std::vector<std::string> wanted = numbers(15);
    CHECK(once == std::multiset<std::string>(wanted.begin(), wanted.end()));
  }
}

TEST_CASE("rows behind a refused request wait until its good ones are stored") {
  Mock mock;
  mock.topic("t", 1);
  const auto cluster = mock.open({"retry.backoff.ms=10"});
  Judged run(*cluster, stream::Errors::Policy::skip);
  mock.slow(1, 100);
  mock.answer(kProduce, {kBad});
  for (int i = 0; i < 5; ++i) run.producer.send(10);
  run.producer.settle();
  CHECK(run.refused.empty());
  CHECK(run.stored == numbers(52));
  CHECK(values(*cluster) == numbers(52));
}

TEST_CASE("a refused request leaves those of other partitions alone") {
  Mock mock;
  mock.topic("t", 4);
  const auto cluster = mock.open({"retry.backoff.ms=10"});
  Judged run(*cluster, stream::Errors::Policy::skip);
  mock.slow(1, 50);
  mock.answer(kProduce, {kBad, kGood, kGood, kGood, kBad});
  std::vector<record::Record> records;
  for (int i = 0; i < 400; ++i)
    records.push_back(record_of("k" + std::to_string(i % 20), "v" + std::to_string(i), 1000 + i));
  write(*run.producer.sink, records, ++run.producer.ticket);
  run.producer.settle();
  CHECK(run.refused.empty());
  std::map<std::string, std::vector<int>> by_key;
  for (const Row& row : read(*cluster, all_of("t")))
    if (row.key != "k") by_key[*row.key].push_back(std::stoi(row.value->substr(1)));
  REQUIRE(by_key.size() == 20);
  for (const auto& [key, got] : by_key) {
    CHECK(got.size() == 20);
    CHECK(std::is_sorted(got.begin(), got.end()));
  }
}

TEST_CASE("where no bad event is allowed the refused record is named, and those before it are stored") {
  Mock mock;
  mock.topic("t", 1);
  const auto cluster = mock.open({"retry.backoff.ms=10"});
  Judged run(*cluster, stream::Errors::Policy::fail);
  mock.answer(kProduce, kFiveIsBad);
  const base::Error error = refusal([&] {
    run.producer.send(10);
    run.producer.settle();
  });
  CHECK(error.kind() == base::Kind::data);
  CHECK(error.code() == "kafka_record");
  CHECK(error.place() == ":4");
  CHECK(error.detail() == "5 records are confirmed; 7 were not");
  CHECK(run.refused == std::vector<std::string>{"k=5"});
  CHECK(values(*cluster) == numbers(5));
}

TEST_CASE("a refused tombstone is not taken for another one") {
  Mock mock;
  mock.topic("t", 1);
  const auto cluster = mock.open({"retry.backoff.ms=10"});
  Judged run(*cluster, stream::Errors::Policy::skip);
  mock.answer(kProduce, {kBad, kGood, kBad});
  write(*run.producer.sink, {record_of("a", {}, 1), record_of("b", {}, 1)}, ++run.producer.ticket);
  run.producer.settle();
  CHECK(run.refused == std::vector<std::string>{"b=null"});
}

TEST_CASE("a cluster that stores nothing more after a refusal ends the run with counts") {
  Mock mock;
  mock.topic("t", 1);
  const auto cluster = mock.open({"retry.backoff.ms=10", "message.timeout.ms=1000"});
  Judged run(*cluster, stream::Errors::Policy::skip);
  std::vector<rd_kafka_resp_err_t> answers(1000, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS);
  answers.front() = kBad;
  mock.answer(kProduce, answers);
  const base::Error error = refusal([&] {
    run.producer.send(10);
    run.producer.settle();
  });
  CHECK(error.kind() == base::Kind::undelivered);
  CHECK(error.detail() == "2 records are confirmed; 10 were not");
}

TEST_CASE("what librdkafka would alter is a bad event before it is written, and others pass") {
  Mock mock;
  mock.topic("t", 1);
  const auto cluster = mock.open();
  const auto sink = cluster->open_sink(to_topic("t"));
  record::HeadersBuilder headers;
  headers.add(std::string_view("a\0b", 3), record::Bytes());
  stream::Batch batch;
  batch.form = stream::Batch::Form::records;
  batch.records = {record_of({}, "good", 1), record_of({}, "epoch", 0), record_of({}, "name", 1),
                   record_of({}, "before 1970", -5)};
  batch.records[2].headers = headers.headers();
  for (std::uint32_t i = 0; i < 4; ++i)
    batch.lines.push_back({batch.records[i].value.data, batch.records[i].value.size, i});
  batch.ticket = {1};
  stream::Errors errors({.tool = "produce", .policy = stream::Errors::Policy::skip});
  sink->screen(batch, errors);
  CHECK(errors.skipped() == 2);
  REQUIRE(sink->write(batch) == stream::Flow::more);
  wait_until_acked(*sink, 1);
  const std::vector<Row> rows = read(*cluster, all_of("t"));
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].value == "good");
  CHECK(rows[1].value == "before 1970");
  CHECK(rows[1].ts == -5);
}

TEST_CASE("keyless lines go to one partition until its batch is full, and then to the next") {
  Mock mock;
  mock.topic("t", 3);
  const auto cluster = mock.open();
  log::SinkOptions to = to_topic("t");
  to.batch_bytes = 1000;
  const auto sink = cluster->open_sink(std::move(to));
  const std::string line(100, 'x');
  for (std::uint64_t ticket = 1; ticket <= 6; ++ticket) {
    stream::Batch batch;
    for (std::uint32_t i = 0; i < 10; ++i)
      batch.lines.push_back({line.data(), static_cast<std::uint32_t>(line.size()), i});
    batch.ticket = {ticket};
    REQUIRE(sink->write(batch) == stream::Flow::more);
    wait_until_acked(*sink, ticket);
  }
  std::vector<int> count(3, 0);
  for (const Row& row : read(*cluster, all_of("t"))) ++count[static_cast<std::size_t>(row.partition)];
  CHECK(count == std::vector<int>{20, 20, 20});
}

TEST_CASE("what a topic's settings refuse is known beforehand") {
  const auto limits =
      TopicLimits::of({{"max.message.bytes", "2000", true, true},
                       {"cleanup.policy", "compact,delete", false, true},
                       {"message.timestamp.type", "CreateTime", true, true},
                       {"message.timestamp.after.max.ms", "3600000", true, true},
                       {"message.timestamp.before.max.ms", "9223372036854775807", true, true}});
  CHECK(limits.request_bytes == 2000);
  CHECK(!limits.past_ms);
  const base::EventTime now{1'700'000'000'000};
  const auto code = [&](const record::Record& record, const TopicLimits& of) {
    const auto fault = fault_of(record, of, "t", now);
    return fault ? std::string(fault->code) : "";
  };
  CHECK(code(record_of("k", "v", now.ms), limits).empty());
  CHECK(code(record_of({}, "v", now.ms), limits) == "kafka_key");
  CHECK(code(record_of("k", "v", now.ms + 3'600'000), limits).empty());
  CHECK(code(record_of("k", "v", now.ms + 3'600'001), limits) == "kafka_time");
  CHECK(code(record_of("k", "v", -1), limits).empty());
  CHECK(code(record_of("k", "v", 1), limits).empty());
  const auto short_memory = TopicLimits::of({{"message.timestamp.before.max.ms", "1000", false, true}});
  CHECK(code(record_of({}, "v", now.ms - 1001), short_memory) == "kafka_time");
  const auto stamped = TopicLimits::of({{"message.timestamp.type", "LogAppendTime", false, true},
                                        {"message.timestamp.before.max.ms", "1000", false, true}});
  CHECK(code(record_of({}, "v", 1), stamped).empty());

  const auto outlived = [&](std::vector<bus::ConfigEntry> configs, std::int64_t age) {
    configs.push_back({"retention.ms", "1000", false, true});
    return TopicLimits::of(configs).outlived({now.ms - age}, now);
  };
  CHECK(outlived({}, 1001));
  CHECK(!outlived({}, 1000));
  CHECK(outlived({{"cleanup.policy", "compact,delete", false, true}}, 1001));
  CHECK(!outlived({{"cleanup.policy", "compact", false, true}}, 1001));
  CHECK(!outlived({{"message.timestamp.type", "LogAppendTime", false, true}}, 1001));
  CHECK(!TopicLimits::of({{"retention.ms", "-1", false, true}}).outlived({1}, now));
}

}  // namespace
}  // namespace weir::kafka
