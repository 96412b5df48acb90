// Reading from a cluster whose brokers fail, move, forget and come back: nothing lost untold, nothing doubled.
#include "kafka/source.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "kafka/mock_test_words.h"
#include "kafka/partition_source.h"

using namespace weir;
using namespace weir::kafka::testing;

namespace {

constexpr std::int16_t kFetch = 1, kListOffsets = 2;

// A source that is read step by step, and what it says.
class Reading {
 public:
  Reading(bus::Cluster& cluster, log::SourceOptions options) {
    options.say = [this](const std::string& line) { said.push_back(line); };
    source_ = cluster.open_source(std::move(options));
  }
  // Until there are so many rows in all; nothing for 20 s is a failure.
  void up_to(std::size_t count) {
    while (rows.size() < count) go_on();
  }
  void to_the_end() {
    while (step()) {
    }
  }
  // Until something of that kind is said.
  void until_said(const std::string& words) {
    while (!was_said(words)) go_on();
  }
  bool was_said(const std::string& words) const {
    return std::any_of(said.begin(), said.end(),
                       [&](const std::string& line) { return line.find(words) != std::string::npos; });
  }

  std::vector<std::pair<std::string, std::int64_t>> rows;  // "t-0", offset
  std::vector<std::string> said;

 private:
  bool step() {
    stream::Batch batch;
    const std::size_t said_before = said.size();
    const stream::Pull pull = source_->next(batch);
    if (pull == stream::Pull::batch) {
      CHECK(batch.ticket >= ticket_);
      ticket_ = batch.ticket;
    }
    for (const stream::Origin& origin : batch.origins)
      rows.emplace_back(log::folder_name(batch.input->topics[origin.topic], origin.partition),
                        origin.offset.value);
    if (pull == stream::Pull::would_block && said.size() == said_before) {
      pollfd wait{source_->wait_fd(), POLLIN, 0};
      REQUIRE(::poll(&wait, 1, 10'000) == 1);
    }
    return pull != stream::Pull::end;
  }

  // What it throws is the caller's.
  void go_on() {
    const bool more = step();
    REQUIRE(more);
  }

  std::unique_ptr<log::Source> source_;
  stream::Ticket ticket_;  // of what came last
};

log::SourceOptions following(const std::string& topic) {
  log::SourceOptions options = all_of(topic);
  options.until_end = false;
  return options;
}

log::SourceOptions all_that_begin_with(const std::string& words) {
  log::SourceOptions options = all_of("^" + words);
  options.patterns = {{"^" + words, [words](std::string_view name) { return name.starts_with(words); }}};
  return options;
}

void produce(bus::Cluster& cluster, const std::string& topic, int count, std::size_t bytes = 10,
             std::optional<std::int32_t> partition = {}, std::int64_t first_ts = 1000) {
  log::SinkOptions to;
  to.topic = topic;
  if (partition) to.partition = base::Partition{*partition};
  const auto sink = cluster.open_sink(std::move(to));
  std::vector<record::Record> records;
  for (int i = 0; i < count; ++i)
    records.push_back(record_of(std::to_string(i), std::string(bytes, 'x'), first_ts + i));
  write(*sink, records, 1);
  wait_until_acked(*sink, 1);
}

// Each of the offsets [from, to) of a partition once, in order.
void check_run(const Reading& reading, const std::string& partition, std::int64_t from, std::int64_t to) {
  std::int64_t next = from;
  for (const auto& [where, offset] : reading.rows) {
    if (where != partition) continue;
    REQUIRE(offset == next);
    ++next;
  }
  CHECK(next == to);
}

}  // namespace

TEST_CASE("what retention takes before it is read is told with its offsets, and the rest is read") {
  Mock mock;
  mock.topic("t", 1);
  // The client is not to fetch ahead.
  const auto cluster = mock.open({"queued.max.messages.kbytes=1", "fetch.message.max.bytes=1000",
                                  "message.max.bytes=200000", "queued.min.messages=1"});
  produce(*cluster, "t", 10);
  Reading reading(*cluster, following("t"));
  reading.up_to(10);
  for (int i = 0; i < 10; ++i) produce(*cluster, "t", 10, 100'000);  // the mock keeps 5 MB
  reading.until_said("were deleted before they were read");
  const std::string& told = reading.said.front();
  const std::int64_t from = std::stoll(told.substr(8)), to = std::stoll(told.substr(told.find("to ") + 3));
  CHECK(told.ends_with(" of t-0 were deleted before they were read"));
  reading.up_to(static_cast<std::size_t>(110 - (to - from + 1)));
  std::set<std::int64_t> seen;
  for (const auto& [where, offset] : reading.rows) CHECK(seen.insert(offset).second);
  for (std::int64_t offset = 0; offset < 110; ++offset)
    CHECK(seen.contains(offset) == (offset < from || offset > to));
}

TEST_CASE("values lie together as they are written, and stay as they are while their blocks are held") {
  Mock mock;
  mock.topic("t", 1);
  const auto cluster = mock.open();
  std::vector<record::Record> records;
  // Of all lengths, none among them, and one that no block holds beside others.
  for (int i = 0; i < 20'000; ++i)
    records.push_back(record_of({}, std::string(static_cast<std::size_t>(i % 100), "abcdefg"[i % 7]), 1));
  records.push_back(record_of({}, std::string(400'000, 'z'), 1));
  log::SinkOptions to;
  to.topic = "t";
  const auto sink = cluster->open_sink(std::move(to));
  write(*sink, records, 1);
  wait_until_acked(*sink, 1);

  log::SourceOptions how = all_of("t");
  how.values_only = true;
  const auto source = cluster->open_source(std::move(how));
  std::deque<stream::Batch> held;
  std::size_t gaps = 0, blocks = 0;
  for (stream::Pull pull = stream::Pull::batch; pull != stream::Pull::end;) {
    if (pull == stream::Pull::would_block) {
      pollfd wait{source->wait_fd(), POLLIN, 0};
      REQUIRE(::poll(&wait, 1, 20'000) == 1);
    }
    pull = source->next(held.emplace_back());
    const std::vector<stream::Line>& lines = held.back().lines;
    blocks += held.back().blocks.size();
    for (std::size_t i = 1; i < lines.size(); ++i)
      gaps += lines[i].data != lines[i - 1].data + lines[i - 1].size + 1 || lines[i].data[-1] != '\n';
  }
  CHECK(gaps < blocks);
  std::size_t at = 0;
  for (const stream::Batch& batch : held) {
    for (const stream::Line& line : batch.lines) {
      REQUIRE(at < records.size());
      REQUIRE((line.view() == records[at++].value.view()));
    }
  }
  CHECK(at == records.size());
}

TEST_CASE("an offset that a broker takes for out of range, and is not, is read once") {
  Mock mock;
  mock.topic("t", 1);
  const auto cluster = mock.open();
  produce(*cluster, "t", 100);
  mock.fail(kFetch, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, 2);
  Reading reading(*cluster, all_of("t"));
  reading.to_the_end();
  check_run(reading, "t-0", 0, 100);
  CHECK(reading.said.empty());
}

TEST_CASE("a log that ends before what was reached already is an error") {
  Mock mock;
  mock.topic("t", 1);
  const auto cluster = mock.open();
  produce(*cluster, "t", 10);
  kafka::Client client(mock.place(), RD_KAFKA_CONSUMER, {}, {{"auto.offset.reset", "error"}});
  kafka::PartitionSource::Options how;
  how.name = {"t", base::Partition{0}};
  how.from = base::Offset{50};
  how.extent = {base::Offset{0}, base::Offset{100}};
  how.say = [](const std::string&) {};
  kafka::PartitionSource source(client, std::move(how));
  const base::Error error = refusal([&] {
    stream::Batch batch;
    while (source.next(batch) == stream::Pull::would_block) {
      pollfd wait{source.wait_fd(), POLLIN, 0};
      REQUIRE(::poll(&wait, 1, 10'000) == 1);
    }
  });
  CHECK(error.kind() == base::Kind::network);
  CHECK(error.code() == "log_cut");
}

TEST_CASE("leaders that move while a topic is read: each record once, in order") {
  Mock mock(3);
  mock.topic("t", 2);
  const auto cluster =
      mock.open({"fetch.message.max.bytes=20000", "queued.max.messages.kbytes=20", "queued.min.messages=1"});
  for (int p = 0; p < 2; ++p) produce(*cluster, "t", 5000, 50, p);
  Reading reading(*cluster, all_of("t"));
  for (int move = 1; move <= 6; ++move) {
    reading.up_to(static_cast<std::size_t>(move) * 1000);
    for (int p = 0; p < 2; ++p) mock.lead("t", p, (move + p) % 3 + 1);
  }
  reading.to_the_end();
  for (const char* partition : {"t-0", "t-1"}) check_run(reading, partition, 0, 5000);
}

TEST_CASE("refusals that pass cost nothing: of fetches, and of the questions for offsets") {
  for (const auto error : {RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
                           RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
                           RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH}) {
    for (const std::int16_t api : {kFetch, kListOffsets}) {
      CAPTURE(error);
      CAPTURE(api);
      Mock mock;
      mock.topic("t", 1);
      const auto cluster = mock.open(
          {"retry.backoff.ms=1", "fetch.error.backoff.ms=1", "topic.metadata.refresh.fast.interval.ms=10"});
      produce(*cluster, "t", 100);
      mock.fail(api, error, 2);
      Reading reading(*cluster, all_of("t"));
      reading.to_the_end();
      check_run(reading, "t-0", 0, 100);
    }
  }
}

TEST_CASE("what does not pass ends the reading, with the exit code it is") {
  Mock mock;
  mock.topic("t", 1);
  const auto cluster = mock.open();
  produce(*cluster, "t", 10);
  const auto failed = [&](std::int16_t api, rd_kafka_resp_err_t error) {
    mock.fail(api, error, 1);
    return refusal([&] { Reading(*cluster, all_of("t")).to_the_end(); });
  };
  CHECK(failed(kFetch, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED).kind() == base::Kind::auth);
  CHECK(failed(kListOffsets, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED).kind() == base::Kind::auth);
  const base::Error corrupt = failed(kFetch, RD_KAFKA_RESP_ERR_INVALID_MSG);
  CHECK(corrupt.kind() == base::Kind::network);
  CHECK(corrupt.code() == "corrupt_message");
  mock.topic_error("t", RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
  const base::Error refused = refusal([&] { Reading(*cluster, all_of("t")); });
  CHECK(refused.kind() == base::Kind::auth);
  CHECK(std::string(refused.what()).starts_with("cannot use topic 't'"));
}

TEST_CASE("a topic that is deleted while it is read is an error; one of a pattern is told") {
  for (const bool by_pattern : {false, true}) {
    CAPTURE(by_pattern);
    Mock mock;
    mock.topic("t", 1);
    const auto cluster = mock.open({"topic.metadata.refresh.fast.interval.ms=50"});
    produce(*cluster, "t", 10);
    log::SourceOptions options = by_pattern ? all_that_begin_with("t") : all_of("t");
    options.until_end = false;
    Reading reading(*cluster, options);
    reading.up_to(10);
    mock.topic_error("t", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    mock.fail(kFetch, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, 3);
    if (by_pattern) {
      reading.until_said("topic 't' was deleted meanwhile");
    } else {
      const base::Error error = refusal([&] { reading.up_to(11); });
      CHECK(error.code() == "topic_deleted");
      CHECK(error.kind() == base::Kind::usage);
    }
  }
}

TEST_CASE("topics that come up and match a pattern are read from their start, also where there was none") {
  Mock mock;
  const auto cluster = mock.open({"topic.metadata.refresh.interval.ms=20"});
  CHECK(refusal([&] { Reading(*cluster, all_that_begin_with("t")); }).code() == "unknown_topic");
  log::SourceOptions options = all_that_begin_with("t");
  options.until_end = false;
  Reading reading(*cluster, options);
  CHECK(reading.said == std::vector<std::string>{"no topic matches '^t' yet"});
  for (const char* name : {"t1", "other", "t2"}) {
    mock.topic(name, 2);
    produce(*cluster, name, 10, 10, 1);
  }
  reading.up_to(20);
  check_run(reading, "t1-1", 0, 10);
  check_run(reading, "t2-1", 0, 10);
}

TEST_CASE("what is read alone for a while goes on in order when more comes up") {
  Mock mock;
  mock.topic("t1", 1);
  const auto cluster = mock.open({"topic.metadata.refresh.interval.ms=20"});
  produce(*cluster, "t1", 500);
  log::SourceOptions options = all_that_begin_with("t");
  options.until_end = false;
  Reading reading(*cluster, options);
  reading.up_to(500);
  mock.topic("t2", 1);
  produce(*cluster, "t2", 10);
  reading.up_to(510);
  check_run(reading, "t1-0", 0, 500);
  check_run(reading, "t2-0", 0, 10);
}

TEST_CASE("a broker that goes is told, and reading goes on when it is back") {
  Mock mock;
  mock.topic("t", 1);
  const auto cluster = mock.open({"reconnect.backoff.ms=10", "reconnect.backoff.max.ms=20"});
  produce(*cluster, "t", 10);
  Reading reading(*cluster, following("t"));
  reading.up_to(10);
  mock.down(1);
  reading.until_said("127.0.0.1");
  mock.up(1);
  produce(*cluster, "t", 10);
  reading.up_to(20);
  check_run(reading, "t-0", 0, 20);
}

TEST_CASE("a slow broker is waited for") {
  Mock mock;
  mock.topic("t", 3);
  const auto cluster = mock.open();
  for (int p = 0; p < 3; ++p) produce(*cluster, "t", 10, 10, p);
  mock.slow(1, 150);
  Reading reading(*cluster, all_of("t"));
  reading.to_the_end();
  for (const char* partition : {"t-0", "t-1", "t-2"}) check_run(reading, partition, 0, 10);
}

TEST_CASE("the newest N of several partitions are by time, and a run up to the end in each") {
  Mock mock(2);
  mock.topic("t", 3);
  const auto cluster = mock.open();
  produce(*cluster, "t", 10, 10, 0, 1000);  // 1000 to 1009
  produce(*cluster, "t", 10, 10, 1, 1005);  // 1005 to 1014
  const auto newest = [&](std::uint64_t count) {
    log::SourceOptions options = all_of("t");
    options.range.last = count;
    Reading reading(*cluster, options);
    reading.to_the_end();
    return reading;
  };
  CHECK(newest(0).rows.empty());
  const Reading seven = newest(7);
  CHECK(seven.rows.size() == 7);
  check_run(seven, "t-0", 9, 10);
  check_run(seven, "t-1", 4, 10);
  const Reading all = newest(100);
  check_run(all, "t-0", 0, 10);
  check_run(all, "t-1", 0, 10);
}

TEST_CASE("many partitions are begun in a moment, however long a fetch may wait") {
  Mock mock;
  mock.topic("t", 24);
  const auto cluster = mock.open({"fetch.wait.max.ms=1000"});
  for (int p = 0; p < 24; p += 8) produce(*cluster, "t", 5, 10, p);
  const auto before = std::chrono::steady_clock::now();
  Reading reading(*cluster, all_of("t"));
  reading.to_the_end();
  CHECK(reading.rows.size() == 15);
  CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(2));
}
