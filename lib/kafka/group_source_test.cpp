// Members of a group against librdkafka's mock of a cluster.
#include "kafka/group_positions.h"
#include "kafka/mock_test_words.h"

using namespace weir;
using namespace weir::kafka::testing;

namespace {

constexpr std::int16_t kOffsetCommit = 8, kOffsetFetch = 9, kFindCoordinator = 10, kJoinGroup = 11;

void fail(const Mock& mock, std::int16_t call, rd_kafka_resp_err_t error, int times = 1) {
  const std::vector<rd_kafka_resp_err_t> errors(static_cast<std::size_t>(times), error);
  MOCK(rd_kafka_mock_push_request_errors_array)(mock.get(), call, errors.size(), errors.data());
}

// Records 0 to 5, one after the other on two partitions.
void fill(Mock& mock) {
  mock.topic("t", 2);
  log::SinkOptions how;
  how.topic = "t";
  const auto cluster = mock.open();
  for (const int partition : {0, 1}) {
    how.partition = base::Partition{partition};
    const auto sink = cluster->open_sink(how);
    std::vector<record::Record> records;
    for (int i = 0; i < 3; ++i)
      records.push_back(record_of({}, std::to_string(i * 2 + partition), 1000 + i * 2 + partition));
    write(*sink, records, 1);
    wait_until_acked(*sink, 1);
  }
}

// Reads until there are `wanted` rows, or the end.
std::vector<std::string> rows_of(log::Source& source, std::size_t wanted, stream::Ticket* newest) {
  std::vector<std::string> rows;
  stream::Batch batch;
  while (rows.size() < wanted) {
    const stream::Pull pull = source.next(batch);
    if (pull == stream::Pull::end) break;
    for (const stream::Line& line : batch.lines) rows.emplace_back(line.view());
    if (pull == stream::Pull::batch) *newest = batch.ticket;
    pollfd wait{source.wait_fd(), POLLIN, 0};
    if (pull == stream::Pull::would_block) REQUIRE(::poll(&wait, 1, 20'000) == 1);
  }
  return rows;
}

// How many records the group has passed, as its coordinator has it.
std::int64_t stored(const Mock& mock, const std::string& group) {
  bus::Where where;
  where.kind = bus::Where::Kind::kafka;
  where.brokers = {MOCK(rd_kafka_mock_cluster_bootstraps)(mock.get())};
  kafka::Client client({base::real_sys(), base::system_clock(), where, {}}, RD_KAFKA_CONSUMER, {},
                       {{"group.id", group}});
  const kafka::JoinWatch watch;
  kafka::GroupPositions positions(client, watch, group);
  std::int64_t sum = 0;
  for (const auto& each : positions.stored({{"t", {0}}, {"t", {1}}})) sum += each ? each->value : 0;
  return sum;
}

}  // namespace

TEST_CASE("a run that is cut off within a batch stores the positions of exactly what it handled") {
  Mock mock;
  fill(mock);
  const auto cluster = mock.open();
  stream::Ticket newest;
  log::SourceOptions how = all_of("t");
  how.until_end = false;
  how.count = 5;
  const auto source = cluster->open_group_source({.name = "g"}, how);
  const std::size_t rows = rows_of(*source, 1, &newest).size();
  CHECK(rows <= 5);
  if (rows > 1) newest = source->cut(1, {});
  source->commit(newest);
  source->leave();
  CHECK(stored(mock, "g") == 1);
}

TEST_CASE("a group that lets nobody in is told before anything is read") {
  Mock mock;
  mock.topic("t", 1);
  fail(mock, kOffsetFetch, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED);
  const auto cluster = mock.open();
  const base::Error error = refusal([&] { (void)cluster->open_group_source({.name = "g"}, all_of("t")); });
  CHECK(error.kind() == base::Kind::auth);
  CHECK(std::string(error.what()).find("group 'g'") != std::string::npos);
}

TEST_CASE(
    "whom a group's coordinator is not named to, because he may not use the group, is told so at once") {
  Mock mock;
  mock.topic("t", 1);
  fail(mock, kFindCoordinator, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, 1000);
  const auto cluster = mock.open();
  const base::Error error = refusal([&] { (void)cluster->open_group_source({.name = "g"}, all_of("t")); });
  CHECK(error.kind() == base::Kind::auth);
  CHECK(std::string(error.what()).find("group 'g'") != std::string::npos);
}

TEST_CASE("a coordinator that cannot be reached is waited for, and told") {
  Mock mock(2);
  mock.topic("t", 1);
  mock.lead("t", 0, 1);
  MOCK(rd_kafka_mock_coordinator_set)(mock.get(), "group", "g", 2);
  mock.down(2);
  kafka::Client client(mock.place(), RD_KAFKA_CONSUMER, {}, {{"group.id", "g"}});
  const kafka::JoinWatch watch;
  kafka::GroupPositions positions(client, watch, "g", std::chrono::milliseconds(300));
  const base::Error error = refusal([&] { (void)positions.stored({{"t", {0}}}); });
  CHECK(error.kind() == base::Kind::network);
  CHECK(std::string(error.what()).find("group 'g': its coordinator cannot be reached") != std::string::npos);
  mock.up(2);
  CHECK(!kafka::GroupPositions(client, watch, "g").stored({{"t", {0}}}).front());
}

TEST_CASE("a member that is not let in is told by next(), and by nothing that may not throw") {
  Mock mock;
  mock.topic("t", 1);
  fail(mock, kJoinGroup, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, 10);
  const auto cluster = mock.open();
  const auto source = cluster->open_group_source({.name = "g"}, all_of("t"));
  stream::Ticket newest;
  const base::Error error = refusal([&] { (void)rows_of(*source, 1, &newest); });
  CHECK(error.kind() == base::Kind::auth);
  source->attend();
}

TEST_CASE("a position that may not be stored is told at the end, and one that only takes a while is stored") {
  Mock mock;
  fill(mock);
  const auto cluster = mock.open();
  log::SourceOptions how = all_of("t");
  how.until_end = false;
  stream::Ticket newest;
  {
    const auto source = cluster->open_group_source({.name = "g"}, how);
    CHECK(rows_of(*source, 6, &newest).size() == 6);
    fail(mock, kOffsetCommit, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, 2);
    source->commit(newest);
    source->leave();
  }
  const auto source = cluster->open_group_source({.name = "other"}, how);
  CHECK(rows_of(*source, 6, &newest).size() == 6);
  fail(mock, kOffsetCommit, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, 10);
  const base::Error error = refusal([&] {
    source->commit(newest);
    source->leave();
  });
  CHECK(error.kind() == base::Kind::auth);
}

TEST_CASE("a topic that is not there, and a pattern that takes in none, are mistakes of usage") {
  Mock mock;
  mock.topic("orders", 1);
  const auto cluster = mock.open({"allow.auto.create.topics=false"});
  CHECK(refusal([&] { (void)cluster->open_group_source({.name = "g"}, all_of("a/b")); }).kind() ==
        base::Kind::usage);
  log::SourceOptions pattern = all_of("^x");
  pattern.patterns = {{"^x", [](std::string_view name) { return name.starts_with("x"); }}};
  CHECK(refusal([&] { (void)cluster->open_group_source({.name = "g"}, pattern); }).kind() ==
        base::Kind::usage);
}
