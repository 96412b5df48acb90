// The client against a mock of a cluster.
#include "kafka/cluster.h"

#include <doctest/doctest.h>

#include <fstream>
#include <future>

#include "base/stopped.h"
#include "bus/admin.h"
#include "kafka/mock_test_words.h"
#include "support/temp_directory.h"

using namespace weir;
using namespace weir::kafka::testing;

TEST_CASE("records come back from a cluster as they were written: keys, headers, tombstones, times") {
  Mock mock;
  mock.topic("t", 1);
  const auto cluster = mock.open();
  log::SinkOptions to;
  to.topic = "t";
  record::HeadersBuilder headers;
  headers.add("h", record::Bytes(std::string_view("1")));
  headers.add("h", record::Bytes());
  headers.add("", record::Bytes(std::string_view("")));
  const std::string zeros("\0x\0", 3);
  std::vector<record::Record> records = {record_of("k", "v", 1'700'000'000'123), record_of({}, "", 5),
                                         record_of("", {}, -1), record_of(zeros, zeros, 1)};
  records[0].headers = headers.headers();
  {
    const auto sink = cluster->open_sink(std::move(to));
    write(*sink, records, 7);
    wait_until_acked(*sink, 7);
    CHECK(sink->acked().value == 7);
  }
  const std::vector<Row> rows = read(*cluster, all_of("t"));
  REQUIRE(rows.size() == 4);
  CHECK(rows[0].key == "k");
  CHECK(rows[0].value == "v");
  CHECK(rows[0].ts == 1'700'000'000'123);
  REQUIRE(rows[0].headers.size() == 3);
  CHECK(rows[0].headers[0] == std::pair(std::string("h"), std::optional<std::string>("1")));
  CHECK(rows[0].headers[1].second == std::nullopt);
  CHECK(rows[0].headers[2] == std::pair(std::string(), std::optional<std::string>("")));
  CHECK(rows[1].key == std::nullopt);
  CHECK(rows[1].value == "");
  CHECK(rows[2].key == "");
  CHECK(rows[2].value == std::nullopt);
  CHECK(rows[2].ts == -1);
  CHECK(rows[3].key == zeros);
  CHECK(rows[3].value == zeros);
  for (std::size_t i = 0; i < rows.size(); ++i) CHECK(rows[i].offset == static_cast<std::int64_t>(i));
}

TEST_CASE("many rows over partitions: each once, in order within its partition, tickets up to the last") {
  Mock mock(3);
  mock.topic("t", 4);
  const auto cluster = mock.open();
  log::SinkOptions to;
  to.topic = "t";
  to.codec = record::Codec::lz4;
  constexpr int kBatches = 40, kRows = 500;
  std::vector<std::string> values;
  for (int i = 0; i < kBatches * kRows; ++i) values.push_back(std::to_string(i));
  {
    const auto sink = cluster->open_sink(std::move(to));
    for (int b = 0; b < kBatches; ++b) {
      std::vector<record::Record> records;
      for (int i = 0; i < kRows; ++i) {
        const std::string& value = values[static_cast<std::size_t>(b * kRows + i)];
        records.push_back(record_of(value, value, 1000 + b * kRows + i));
      }
      write(*sink, records, static_cast<std::uint64_t>(b + 1));
    }
    wait_until_acked(*sink, kBatches);
  }
  const std::vector<Row> rows = read(*cluster, all_of("t"));
  REQUIRE(rows.size() == values.size());
  std::vector<std::int64_t> next(4, 0), newest(4, 0);
  std::vector<bool> seen(values.size(), false);
  for (const Row& row : rows) {
    const auto partition = static_cast<std::size_t>(row.partition);
    CHECK(row.offset == next[partition]++);
    CHECK(row.ts > newest[partition]);
    newest[partition] = row.ts;
    const auto index = static_cast<std::size_t>(std::stoi(*row.value));
    CHECK(!seen[index]);
    seen[index] = true;
  }
  log::SourceOptions some = all_of("t");
  some.partitions = {base::Partition{2}};
  some.range.from = log::Point{log::Point::Kind::before_end, 3};
  some.values_only = true;
  CHECK(read(*cluster, some).size() == 3);
  some.range.from = log::Point{log::Point::Kind::offset, 1};
  some.range.to = log::Point{log::Point::Kind::offset, 4};
  const std::vector<Row> middle = read(*cluster, some);
  REQUIRE(middle.size() == 3);
  CHECK(middle[0].offset == 1);
  some.count = 2;
  CHECK(read(*cluster, some).size() == 2);
  some.range = {};
  some.range.from = log::Point{log::Point::Kind::end, 0};
  CHECK(read(*cluster, some).empty());
}

TEST_CASE("a broker that refuses now and then delays a record and doubles none") {
  Mock mock;
  mock.topic("t", 1);
  const auto cluster = mock.open({"retry.backoff.ms=10"});
  log::SinkOptions to;
  to.topic = "t";
  {
    const auto sink = cluster->open_sink(std::move(to));
    mock.fail_produce(RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, 3);
    write(*sink, {record_of({}, "a", 1), record_of({}, "b", 2)}, 1);
    wait_until_acked(*sink, 1);
  }
  CHECK(read(*cluster, all_of("t")).size() == 2);
}

TEST_CASE(
    "a record that the cluster does not take is exit 7 with counts, and nothing behind it is acknowledged") {
  Mock mock;
  mock.topic("t", 1);
  const auto cluster = mock.open();
  log::SinkOptions to;
  to.topic = "t";
  to.durability = log::Durability::os;
  const auto sink = cluster->open_sink(std::move(to));
  write(*sink, {record_of({}, "a", 1)}, 1);
  wait_until_acked(*sink, 1);
  mock.fail_produce(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, 1);
  const base::Error error = refusal([&] {
    write(*sink, {record_of({}, "b", 1), record_of({}, "c", 2)}, 2);
    wait_until_acked(*sink, 2);
  });
  CHECK(error.kind() == base::Kind::undelivered);
  CHECK(error.code() == "record_too_large");
  CHECK(error.detail() == "1 record is confirmed; 2 were not");
  CHECK(sink->acked().value == 1);
}

TEST_CASE("what librdkafka would alter is refused") {
  Mock mock;
  mock.topic("t", 1);
  const auto cluster = mock.open();
  log::SinkOptions to;
  to.topic = "t";
  const auto code = [&](const record::Record& record) {
    const auto sink = cluster->open_sink(to);
    return refusal([&] { write(*sink, {record}, 1); }).code();
  };
  CHECK(code(record_of({}, "at the epoch", 0)) == "kafka_time");
  record::HeadersBuilder headers;
  headers.add(std::string_view("a\0b", 3), record::Bytes());
  record::Record record = record_of({}, "v", 1);
  record.headers = headers.headers();
  CHECK(code(record) == "kafka_header");
  CHECK(read(*cluster, all_of("t")).empty());
}

TEST_CASE("topics and partitions that are not there, and what a cluster cannot do yet, are usage errors") {
  Mock mock;
  mock.topic("orders", 1);
  const auto cluster = mock.open();
  CHECK(cluster->has_topic("orders"));
  CHECK(!cluster->has_topic("a/b"));
  log::SourceOptions options = all_of("orders");
  options.partitions = {base::Partition{3}};
  const base::Error partition = refusal([&] { read(*cluster, options); });
  CHECK(std::string(partition.what()) == "topic 'orders' has no partition 3 (it has 1, from 0)");
  CHECK(refusal([&] { read(*cluster, all_of("a/b")); }).code() == "bad_topic_name");
  log::SinkOptions to;
  to.topic = "orders";
  to.resume = "name";
  CHECK(refusal([&] { cluster->open_sink(to); }).kind() == base::Kind::usage);
  to.resume.clear();
  to.partition = base::Partition{1};
  CHECK(refusal([&] { cluster->open_sink(to); }).code() == "unknown_partition");
}

TEST_CASE("a cluster that cannot be reached is a network error that says why") {
  const base::Error error = refusal([] { read(*nowhere(), all_of("t")); });
  CHECK(error.kind() == base::Kind::network);
  CHECK(std::string(error.what()).starts_with("cannot reach the Kafka cluster 127.0.0.1:1: "));
  CHECK(std::string(error.what())
            .ends_with("Connection refused"));  // and nothing about the client's own states
}

TEST_CASE("a user who wants to stop does not wait for a cluster, whatever is asked of it") {
  bus::Where where;
  where.kind = bus::Where::Kind::kafka;
  where.text = "127.0.0.1:1";
  where.brokers = {"127.0.0.1:1"};
  int looks = 0;
  const auto cluster =
      kafka::open_cluster({base::real_sys(), base::system_clock(), where, {}, [&] { return ++looks > 0; }});
  log::SinkOptions to;
  to.topic = "t";
  CHECK_THROWS_AS(cluster->has_topic("t"), base::Stopped);
  CHECK_THROWS_AS(cluster->open_source(all_of("t")), base::Stopped);
  CHECK_THROWS_AS(cluster->open_sink(to), base::Stopped);
  CHECK_THROWS_AS(cluster->admin()->groups(), base::Stopped);
  CHECK_THROWS_AS(cluster->admin()->create_topic({.name = "t", .partitions = 1}, bus::Mode::apply),
                  base::Stopped);
  CHECK(looks == 5);  // the first look is heeded
}

TEST_CASE("a broker that is slow to answer is waited for, and not asked afresh for ever") {
  Mock mock;
  mock.topic("t", 1);
  mock.slow(1, 700);
  CHECK(mock.open()->has_topic("t"));
}

TEST_CASE("a file names the brokers, the last line counts, and -X does not") {
  const weir::testing::TempDirectory directory;
  const std::string path = directory.path() + "/kcat.conf";
  std::ofstream(path) << "acks=all\nmetadata.broker.list=a:1\nbootstrap.servers=b:2,c:3\n";
  CHECK(kafka::brokers_named(base::real_sys(), {{}, path}) == "b:2,c:3");
  CHECK(kafka::brokers_named(base::real_sys(), {{"acks=1"}, {}}).empty());
  const base::Error error = refusal([] {
    kafka::brokers_named(base::real_sys(), {{"bootstrap.servers=b:2"}, {}});
  });
  CHECK(error.code() == "flags_exclude");
  CHECK(error.hint() == "-b b:2");
}

TEST_CASE("a value that librdkafka does not take is told with its words, with the bounds it has") {
  const auto told = [](const std::string& pair) {
    return std::string(refusal([&] { nowhere({{pair}, {}})->has_topic("t"); }).what());
  };
  CHECK(told("acks=banana").starts_with("librdkafka does not take acks=banana: Invalid value"));
  CHECK(told("linger.ms=-5").ends_with("is outside allowed range 0..900000"));
}

TEST_CASE("where no broker answers what an admin asks, the error says why, too") {
  const auto asked = [](auto ask) {
    return std::async(std::launch::async, [ask] { return refusal([&] { ask(*nowhere()->admin()); }); });
  };
  auto listed = asked([](bus::Admin& admin) { admin.groups(); });
  auto looked_at = asked([](bus::Admin& admin) { admin.group("g", bus::Admin::GroupLook::ends); });
  auto made = asked([](bus::Admin& admin) { admin.create_topic({"t", 1, {}, {}}, bus::Mode::apply); });
  for (const base::Error& error : {listed.get(), looked_at.get(), made.get()}) {
    CAPTURE(error.what());
    CHECK(error.kind() == base::Kind::network);
    CHECK(std::string(error.what()).starts_with("cannot "));
    CHECK(std::string(error.what()).find("Connection refused") != std::string::npos);
  }
}

TEST_CASE("properties come from a file and from -X, secrets from a file only") {
  const weir::testing::TempDirectory directory;
  const auto code = [&](std::vector<std::string> pairs, std::optional<std::string> lines = {}) {
    bus::ClientProperties properties{std::move(pairs), {}};
    if (lines) {
      properties.file = directory.path() + "/kcat.conf";
      std::ofstream(*properties.file) << *lines;
    }
    const auto cluster = nowhere(std::move(properties));
    log::SinkOptions to;
    to.topic = "t";
    to.resume.clear();
    return refusal([&] { cluster->open_sink(to); }).code();
  };
  CHECK(code({"nothing"}) == "bad_word");
  CHECK(code({"no.such.property=1"}) == "bad_setting");
  CHECK(code({"socket.timeout.ms=never"}) == "bad_setting");
  CHECK(code({"sasl.password=hunter2"}) == "secret_in_argv");
  CHECK(code({"bootstrap.servers=x:1"}) == "flags_exclude");
  CHECK(code({"group.id=g"}) == "flags_exclude");
  CHECK(code({}, "what is this\n") == "bad_word");
  CHECK(code({}, "no.such.property=1\n") == "bad_setting");
  CHECK(code({}, "# a comment\n\n  sasl.username = me \nbootstrap.servers=other:9092\nno.such=1") ==
        "bad_setting");
  // A file may be other clients', too: what the tools set themselves is passed over, and Java's escapes are read.
  CHECK(code({}, "group.id=g\nssl.key.location=/a\\:b\nno.such=1") == "bad_setting");
  CHECK(code({"topic.acks=one"}) == "bad_setting");
  const auto unknown = [&](const std::string& lines) {
    std::ofstream(directory.path() + "/unknown.conf") << lines;
    bus::ClientProperties properties{{}, directory.path() + "/unknown.conf"};
    return refusal([&] { nowhere(properties)->has_topic("t"); });
  };
  CHECK(unknown("\nsocket.timeout.m=5\n").hint() == "did you mean socket.timeout.ms?");
  CHECK(unknown("\nsocket.timeout.m=5\n").place() == directory.path() + "/unknown.conf:2");
  bus::ClientProperties missing;
  missing.file = directory.path() + "/missing";
  CHECK(refusal([&] { nowhere(missing)->has_topic("t"); }).code() == "bad_word");
}
