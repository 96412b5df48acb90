#include "log/source.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <tuple>

#include "log/io_test_words.h"
#include "log/partition_log.h"
#include "record/batch_builder.h"
#include "support/random.h"
#include "support/random_records.h"
#include "support/records.h"
#include "support/simulated_disk.h"
#include "support/temp_directory.h"

using namespace weir;
using namespace weir::log::testing;
using log::Log;
using log::Point;
using log::Position;
using log::SinkOptions;
using log::SourceOptions;
using stream::Pull;
using testing::Random;
using testing::SimulatedDisk;

namespace {

struct Row {
  std::int64_t ms;
  int partition;
  std::int64_t offset;
  std::string value;
};

// `rows` records spread over `partitions`, in batches of random sizes; returned in order of partition and offset.
std::vector<Row> fill(Log& log, const std::string& topic, int partitions, int count, std::uint64_t seed,
                      bool ordered) {
  Random random(seed);
  std::vector<Row> all;
  std::vector<std::int64_t> next(static_cast<std::size_t>(partitions), 0);
  std::int64_t now = 1000;
  SinkOptions options = to(topic);
  options.partitions_when_created = partitions;
  const auto sink = make_sink(log, options);
  const std::vector<std::string> topics{topic};
  std::vector<std::string> texts;
  std::uint64_t ticket = 0;
  for (int made = 0; made < count;) {
    const int size = std::min(count - made, static_cast<int>(1 + random.below(7)));
    texts.clear();
    for (int i = 0; i < size; ++i) texts.push_back("v" + std::to_string(made + i));
    std::vector<record::Record> batch_records;
    stream::Batch batch;
    std::vector<stream::Route> routes;
    for (const std::string& text : texts) {
      now += ordered ? static_cast<std::int64_t>(random.below(3))
                     : static_cast<std::int64_t>(random.below(7)) - 3;
      const int partition = static_cast<int>(random.below(static_cast<std::size_t>(partitions)));
      batch_records.push_back(at(now, text));
      routes.push_back({0, base::Partition{partition}});
      all.push_back({now, partition, next[static_cast<std::size_t>(partition)]++, text});
    }
    batch = records(++ticket, batch_records);
    batch.routes = routes;
    batch.route_topics = &topics;
    REQUIRE(sink->write(batch) == stream::Flow::more);
    if (random.chance(60)) sink->flush();
    made += size;
  }
  settle(*sink, ticket);
  return all;
}

std::string shown(const std::string& topic, const Row& row) {
  return topic + "-" + std::to_string(row.partition) + "@" + std::to_string(row.offset) + "=" + row.value;
}

// What a merge by time makes of it: always the head with the smallest time, of equal ones the lower partition.
std::vector<std::string> merged(const std::string& topic, const std::vector<Row>& rows, int partitions) {
  std::vector<std::vector<Row>> queues(static_cast<std::size_t>(partitions));
  for (const Row& row : rows) queues[static_cast<std::size_t>(row.partition)].push_back(row);
  std::vector<std::size_t> heads(queues.size(), 0);
  std::vector<std::string> out;
  for (;;) {
    std::size_t best = queues.size();
    for (std::size_t i = 0; i < queues.size(); ++i) {
      if (heads[i] == queues[i].size()) continue;
      if (best == queues.size() || queues[i][heads[i]].ms < queues[best][heads[best]].ms) best = i;
    }
    if (best == queues.size()) return out;
    out.push_back(shown(topic, queues[best][heads[best]++]));
  }
}

std::vector<std::string> sorted(std::vector<std::string> rows) {
  std::sort(rows.begin(), rows.end());
  return rows;
}

}  // namespace

TEST_CASE("every record comes back as it was written, whatever the codec") {
  for (const auto codec : {record::Codec::none, record::Codec::zstd}) {
    SimulatedDisk disk;
    Log log = open_log(disk);
    record::testing::RandomRecords random(7);
    std::vector<record::testing::Owned> wanted;
    SinkOptions options = to("orders");
    options.codec = codec;
    options.batch_bytes = 5000;
    const auto sink = make_sink(log, options);
    for (std::uint64_t i = 1; i <= 3000; ++i) {
      const record::Record& made = random.next();
      wanted.push_back(record::testing::own(made, base::Offset{static_cast<std::int64_t>(i - 1)}));
      sink->write(records(i, {made}));
      if (i % 100 == 0) sink->flush();
    }
    settle(*sink, 3000);
    const auto source = open_reading(log, from("orders"));
    stream::Batch batch;
    std::vector<record::testing::Owned> found;
    std::vector<stream::BlockRef> kept;  // rows stay good as long as their blocks are kept
    while (source->next(batch) == Pull::batch) {
      for (const stream::BlockRef& block : batch.blocks) kept.push_back(block);
      for (std::size_t i = 0; i < batch.records.size(); ++i) {
        CHECK(batch.lines[i].view() == batch.records[i].value.view());
        CHECK(batch.lines[i].index == i);
        found.push_back(record::testing::own(batch.records[i], batch.origins[i].offset));
      }
    }
    CHECK(found == wanted);
  }
}

TEST_CASE("where one partition is read for its values, they come with their offsets and nothing else") {
  SimulatedDisk disk;
  Log log = open_log(disk);
  put(log, to("orders"), {"a", "", "b"});
  SourceOptions options = from("orders");
  options.values_only = true;
  const auto source = open_reading(log, options);
  stream::Batch batch;
  REQUIRE(source->next(batch) == Pull::batch);
  CHECK(batch.form == stream::Batch::Form::lines);
  CHECK(batch.records.empty());
  CHECK(rows(batch) == std::vector<std::string>{"orders-0@0=a", "orders-0@1=", "orders-0@2=b"});
  CHECK(batch.ticket.value == 3);
}

TEST_CASE("partitions are merged by record time, ties by partition") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    CAPTURE(seed);
    SimulatedDisk disk;
    Log log = open_log(disk);
    const auto all = fill(log, "orders", 3, 400, seed, seed % 2 == 0);
    CHECK(contents(log, "orders") == merged("orders", all, 3));
    SourceOptions arrival = from("orders");
    arrival.merge_by_time = false;
    CHECK(sorted(contents(log, arrival)) == sorted(merged("orders", all, 3)));
  }
}

TEST_CASE("several topics are read as one, in the order they were named") {
  SimulatedDisk disk;
  Log log = open_log(disk);
  const auto write_one = [&](const std::string& topic, std::int64_t ms, const std::string& value) {
    const auto sink = make_sink(log, to(topic));
    sink->write(records(1, {at(ms, value)}));
    settle(*sink, 1);
  };
  write_one("b", 5, "1");
  write_one("a", 5, "2");
  write_one("a", 6, "3");
  SourceOptions options = from("b");
  options.operands = {"b", "a"};
  CHECK(contents(log, options) == std::vector<std::string>{"b-0@0=1", "a-0@0=2", "a-0@1=3"});
}

TEST_CASE("a committed ticket is exactly the next offset of every partition, wherever reading stops") {
  for (const int partitions : {1, 3}) {
    SimulatedDisk disk;
    Log log = open_log(disk);
    const auto all = fill(log, "orders", partitions, 120, 5, false);
    const auto wanted = merged("orders", all, partitions);
    for (std::uint64_t count = 1; count <= 121; ++count) {
      CAPTURE(partitions);
      CAPTURE(count);
      std::map<int, std::int64_t> positions;
      SourceOptions options = from("orders");
      options.count = count;
      options.on_commit = [&](const std::vector<Position>& moved) {
        for (const Position& each : moved) {
          CHECK(each.next.value > positions[each.partition.partition.value]);
          positions[each.partition.partition.value] = each.next.value;
        }
      };
      const auto source = open_reading(log, options);
      const Finished first = read_all(*source);
      CHECK(first.rows ==
            std::vector<std::string>(
                wanted.begin(),
                wanted.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(count, wanted.size()))));
      source->commit(first.last);
      // Exact: what a second run reads from there is the rest and nothing twice.
      SourceOptions rest = from("orders");
      rest.stored_position = [&](const log::TopicPartition& of) {
        return std::optional(base::Offset{positions[of.partition.value]});
      };
      auto both = first.rows;
      for (const std::string& row : contents(log, rest)) both.push_back(row);
      CHECK(sorted(both) == sorted(wanted));
    }
  }
}

TEST_CASE("a commit says only what moved, and an older ticket moves nothing") {
  SimulatedDisk disk;
  Log log = open_log(disk);
  for (int i = 0; i < 3; ++i) put(log, to("orders"), {"x"});
  std::vector<std::int64_t> heard;
  SourceOptions options = from("orders");
  options.on_commit = [&](const std::vector<Position>& moved) {
    for (const Position& each : moved) heard.push_back(each.next.value);
  };
  const auto source = open_reading(log, options);
  stream::Batch batch;
  while (source->next(batch) == Pull::batch) source->commit(batch.ticket);
  source->commit({1});
  CHECK(heard == std::vector<std::int64_t>{3});
}

TEST_CASE("ranges are resolved against each partition") {
  SimulatedDisk disk;
  Log log = open_log(disk);
  const auto all = fill(log, "orders", 3, 200, 11, true);
  std::vector<std::int64_t> end(3, 0);
  for (const Row& row : all) ++end[static_cast<std::size_t>(row.partition)];
  const auto expect = [&](std::optional<Point> begin, std::optional<Point> to_point, auto wanted) {
    SourceOptions options = from("orders");
    options.range.from = begin;
    options.range.to = to_point;
    std::vector<Row> kept;
    for (const Row& row : all) {
      if (wanted(row)) kept.push_back(row);
    }
    CHECK(contents(log, options) == merged("orders", kept, 3));
  };
  using Kind = Point::Kind;
  const auto end_of = [&](const Row& row) { return end[static_cast<std::size_t>(row.partition)]; };
  expect(Point{Kind::start, 0}, {}, [](const Row&) { return true; });
  expect(Point{Kind::end, 0}, {}, [](const Row&) { return false; });
  expect(Point{Kind::offset, 7}, {}, [](const Row& row) { return row.offset >= 7; });
  expect(Point{Kind::offset, 1'000'000}, {}, [](const Row&) { return false; });
  expect(Point{Kind::after_start, 5}, {}, [](const Row& row) { return row.offset >= 5; });
  expect(Point{Kind::before_end, 5}, {}, [&](const Row& row) { return row.offset >= end_of(row) - 5; });
  expect(Point{Kind::before_end, 1'000'000}, {}, [](const Row&) { return true; });
  expect({}, Point{Kind::offset, 7}, [](const Row& row) { return row.offset < 7; });
  expect({}, Point{Kind::end, 0}, [](const Row&) { return true; });
  expect({}, Point{Kind::before_end, 3}, [&](const Row& row) { return row.offset < end_of(row) - 3; });
  expect(Point{Kind::offset, 3}, Point{Kind::offset, 9},
         [](const Row& row) { return row.offset >= 3 && row.offset < 9; });
  expect(Point{Kind::offset, 9}, Point{Kind::offset, 3}, [](const Row&) { return false; });
  for (const std::int64_t ms : {0, 1000, 1050, 1100, 1101, 1150, 9999}) {
    CAPTURE(ms);
    expect(Point{Kind::time, ms}, {}, [&](const Row& row) { return row.ms >= ms; });
    expect({}, Point{Kind::time, ms}, [&](const Row& row) { return row.ms < ms; });
  }
}

TEST_CASE("the last N are the newest in all, by time") {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    SimulatedDisk disk;
    Log log = open_log(disk);
    const auto all = merged("orders", fill(log, "orders", 3, 150, seed, true), 3);
    for (const std::uint64_t last : {0u, 1u, 2u, 10u, 77u, 149u, 150u, 151u, 100000u}) {
      CAPTURE(seed);
      CAPTURE(last);
      SourceOptions options = from("orders");
      options.range.last = last;
      const std::size_t kept = std::min<std::size_t>(last, all.size());
      CHECK(contents(log, options) ==
            std::vector<std::string>(all.end() - static_cast<std::ptrdiff_t>(kept), all.end()));
    }
  }
}

TEST_CASE("only the partitions asked for are read, and those that are not there are refused") {
  SimulatedDisk disk;
  Log log = open_log(disk);
  fill(log, "orders", 3, 60, 1, true);
  SourceOptions options = from("orders");
  options.partitions = {base::Partition{2}, base::Partition{0}};
  for (const std::string& row : contents(log, options)) CHECK(!row.starts_with("orders-1"));
  options.partitions = {base::Partition{3}};
  CHECK_THROWS_WITH_AS(open_reading(log, options), "topic 'orders' has no partition 3 (it has 3, from 0)",
                       base::Error);
  options = from("order");
  CHECK_THROWS_WITH_AS(open_reading(log, options), "no topic 'order' in /log (1 topic)", base::Error);
  options.operands = {"orders", "orders"};
  CHECK_THROWS_WITH_AS(open_reading(log, options), "partition 0 of 'orders' is named twice", base::Error);
}

TEST_CASE("a partition folder and a segment file are read where they lie, also as a copy") {
  const testing::TempDirectory directory;
  Log log = open_log(base::real_sys(), directory.path());
  log.ensure_topic("orders", 1, {{"segment.bytes", "200"}});
  for (const std::string& value : numbered("value", 0, 12)) put(log, to("orders"), {value});
  const std::string folder = directory.path() + "/orders-0";
  const auto read_path = [&](const std::string& path) {
    SourceOptions options = from(path);
    return read_all(*open_source({base::real_sys(), base::system_clock(), log.host(), nullptr}, options))
        .rows;
  };
  CHECK(read_path(folder) == contents(log, "orders"));
  CHECK(read_path(folder + "/").size() == 12);
  const std::string copy = directory.path() + "/copy";
  std::filesystem::copy(folder, copy);
  CHECK(values(read_path(copy)) == values(contents(log, "orders")));
  CHECK(read_path(copy).front().starts_with("copy-0@0="));
  std::size_t in_segments = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".log") in_segments += read_path(entry.path().string()).size();
  }
  CHECK(in_segments == 12);
  CHECK_THROWS_AS(read_path(directory.path() + "/nothing-0"), base::Error);
  CHECK_THROWS_AS(read_path(directory.path() + "/orders-0/partition.metadata"), base::Error);
}

TEST_CASE("damage stops the reading with its offsets, or is passed over loudly") {
  SimulatedDisk disk;
  Log log = open_log(disk);
  for (const std::string& value : numbered("value", 0, 6)) put(log, to("orders"), {value});
  const std::string path = "/log/orders-0/00000000000000000000.log";
  std::string bytes = disk.content(path);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  disk.set_content(path, bytes);
  const auto source = open_reading(log, from("orders"));
  try {
    read_all(*source);
    FAIL("read on");
  } catch (const base::Error& error) {
    CHECK(error.kind() == base::Kind::io);
    CHECK(error.code() == "corrupt_log");
  }
  std::vector<std::string> said;
  SourceOptions options = from("orders");
  options.skip_corrupt = true;
  options.say = [&](const std::string& line) { said.push_back(line); };
  CHECK(contents(log, options).size() == 5);
  REQUIRE(said.size() == 1);
  CHECK(said.front().starts_with("skipped damaged offset 3 of orders-0: "));
}

TEST_CASE("what stands before the damage is read first") {
  SimulatedDisk disk;
  Log log = open_log(disk);
  for (const std::string& value : numbered("value", 0, 6)) put(log, to("orders"), {value});
  const std::string path = "/log/orders-0/00000000000000000000.log";
  std::string bytes = disk.content(path);
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  disk.set_content(path, bytes);
  const auto source = open_reading(log, from("orders"));
  stream::Batch batch;
  REQUIRE(source->next(batch) == stream::Pull::batch);
  CHECK(batch.lines.size() == 5);
  CHECK(batch.ticket.value > 0);
  CHECK_THROWS_AS(source->next(batch), base::Error);
}

TEST_CASE("a partition that has lost all its segments is passed over loudly too") {
  SimulatedDisk disk;
  Log log = open_log(disk);
  put(log, to("orders"), numbered("value", 0, 6));
  REQUIRE(disk.unlink("/log/orders-0/00000000000000000000.log") == 0);
  CHECK_THROWS_AS(contents(log, "orders"), base::Error);
  std::vector<std::string> said;
  SourceOptions options = from("orders");
  options.skip_corrupt = true;
  options.say = [&](const std::string& line) { said.push_back(line); };
  CHECK(contents(log, options).empty());
  REQUIRE(said.size() == 1);
  CHECK(
      said.front().starts_with("skipped damaged offsets 0 to 5 of orders-0: there is no segment file left"));
}

TEST_CASE("a batch whose checksum holds and whose records do not is damage too") {
  SimulatedDisk disk;
  Log log = open_log(disk);
  log.ensure_topic("orders", 1);
  {
    auto partition = log::PartitionLog::open(disk, base::system_clock(), test_host(), "/log/orders-0", {});
    record::BatchBuilder builder;
    builder.append(at(1, "good"));
    builder.append(at(1, "bad"));
    auto whole = builder.finish({});
    std::string bytes(whole.data(), whole.size());
    bytes[record::kBatchHeaderBytes] = 2;                    // the first record's length
    record::set_producer({bytes.data(), bytes.size()}, {});  // renews the checksum
    partition->append({bytes.data(), bytes.size()});
    builder.clear();
    builder.append(at(1, "after"));
    partition->append(builder.finish({}));
    partition->close();
  }
  CHECK_THROWS_AS(contents(log, "orders"), base::Error);
  std::vector<std::string> said;
  SourceOptions options = from("orders");
  options.skip_corrupt = true;
  options.say = [&](const std::string& line) { said.push_back(line); };
  CHECK(contents(log, options) == std::vector<std::string>{"orders-0@2=after"});
  REQUIRE(said.size() == 1);
  CHECK(said.front().starts_with("skipped offsets 0 to 1 of orders-0, which cannot be read: "));
}

TEST_CASE("a source follows what another process writes, and is woken by it") {
  const testing::TempDirectory directory;
  Log log = open_log(base::real_sys(), directory.path());
  log.ensure_topic("orders", 2);
  constexpr int kRows = 300;
  int go[2];
  REQUIRE(::pipe(go) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    char byte = 0;
    if (::read(go[0], &byte, 1) != 1) ::_exit(2);
    try {
      Log mine = Log::open(base::real_sys(), base::system_clock(), log::Host::current(base::real_sys()),
                           directory.path(), Log::Access::write);
      const auto sink = make_sink(mine, to("orders"));
      for (int i = 0; i < kRows; ++i) {
        sink->write(lines(static_cast<std::uint64_t>(i + 1), numbered("v", i, i + 1)));
        if (i % 10 == 9) {
          sink->flush();
          while (sink->acked().value < static_cast<std::uint64_t>(i + 1)) {
            pollfd fd{sink->wait_fd(), POLLIN, 0};
            ::poll(&fd, 1, -1);
          }
        }
      }
      ::_exit(0);
    } catch (const base::Error& error) {
      std::fprintf(stderr, "%s\n", error.what());
      ::_exit(1);
    }
  }
  SourceOptions options = from("orders");
  options.until_end = false;
  options.count = kRows;
  const auto source = open_source(
      {base::real_sys(), base::system_clock(), log::Host::current(base::real_sys()), &log}, options);
  stream::Batch batch;
  CHECK(source->next(batch) == Pull::would_block);
  REQUIRE(::write(go[1], "g", 1) == 1);
  std::vector<std::string> found;
  int waits = 0;
  for (;;) {
    const Pull pull = source->next(batch);
    if (pull == Pull::end) break;
    if (pull == Pull::batch) {
      for (const std::string& row : rows(batch)) found.push_back(row);
      continue;
    }
    pollfd fd{source->wait_fd(), POLLIN, 0};
    REQUIRE(::poll(&fd, 1, 20'000) == 1);
    ++waits;
  }
  CHECK(waits > 0);
  CHECK(found.size() == kRows);
  std::map<std::string, std::int64_t> next;
  for (const std::string& row : found) {
    const std::string folder = row.substr(0, row.find('@'));
    CHECK(row.starts_with(folder + "@" + std::to_string(next[folder]++) + "="));
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  ::close(go[0]);
  ::close(go[1]);
}

TEST_CASE("following stops at the first record that is not older than --to") {
  SimulatedDisk disk;
  Log log = open_log(disk);
  const auto write_one = [&](std::int64_t ms, const std::string& value) {
    const auto sink = make_sink(log, to("orders"));
    sink->write(records(1, {at(ms, value)}));
    settle(*sink, 1);
  };
  write_one(10, "a");
  SourceOptions options = from("orders");
  options.until_end = false;
  options.range.to = Point{Point::Kind::time, 20};
  const auto source = open_reading(log, options);
  stream::Batch batch;
  REQUIRE(source->next(batch) == Pull::batch);
  CHECK(source->next(batch) == Pull::would_block);
  write_one(19, "b");
  write_one(20, "c");
  write_one(11, "d");
  REQUIRE(source->next(batch) == Pull::batch);
  CHECK(rows(batch) == std::vector<std::string>{"orders-0@1=b"});
  CHECK(batch.ticket.value == 2);
  CHECK(source->next(batch) == Pull::end);
}

TEST_CASE("lag counts what is behind the rows handed out") {
  SimulatedDisk disk;
  Log log = open_log(disk);
  put(log, to("orders"), numbered("v", 0, 10));
  SourceOptions options = from("orders");
  options.count = 4;
  const auto source = open_reading(log, options);
  read_all(*source);
  const auto lag = source->lag();
  REQUIRE(lag.size() == 1);
  CHECK(lag[0].next.value == 4);
  CHECK(lag[0].end.value == 10);
}

TEST_CASE("reading needs no right to write") {
  SimulatedDisk disk;
  Log writer = open_log(disk);
  put(writer, to("orders"), {"a"});
  const Log log = Log::open(disk, base::system_clock(), test_host(), "/log", Log::Access::read);
  CHECK(contents(log, "orders") == std::vector<std::string>{"orders-0@0=a"});
}
