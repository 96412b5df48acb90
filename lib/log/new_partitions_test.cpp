#include "log/new_partitions.h"

#include <filesystem>

#include "log/io_test_words.h"
#include "support/simulated_disk.h"
#include "support/temp_directory.h"

using namespace weir;
using namespace weir::log::testing;
using log::Log;
using log::Point;
using log::Position;
using log::SourceOptions;
using stream::Pull;
using testing::SimulatedDisk;

namespace {

// Pulls until `count` rows have come, waiting for the source's fd wherever there is nothing.
std::vector<std::string> follow(stream::Source& source, std::size_t count, stream::Ticket* last = nullptr) {
  std::vector<std::string> found;
  stream::Batch batch;
  while (found.size() < count) {
    const Pull pull = source.next(batch);
    if (pull == Pull::batch) {
      for (const std::string& row : rows(batch)) found.push_back(row);
      if (last != nullptr) {
        CHECK(batch.ticket > *last);
        *last = batch.ticket;
      }
      continue;
    }
    REQUIRE(pull == Pull::would_block);
    pollfd fd{source.wait_fd(), POLLIN, 0};
    REQUIRE(::poll(&fd, 1, 20'000) == 1);
  }
  return found;
}

void put_at(Log& log, const std::string& topic, int partition, std::int64_t ms, const std::string& value) {
  const std::vector<std::string> topics{topic};
  const auto sink = make_sink(log, to(topic));
  stream::Batch batch = records(1, {at(ms, value)});
  batch.routes = {{0, base::Partition{partition}}};
  batch.route_topics = &topics;
  REQUIRE(sink->write(batch) == stream::Flow::more);
  settle(*sink, 1);
}

SourceOptions following(const std::string& topic) {
  SourceOptions options = from(topic);
  options.until_end = false;
  return options;
}

}  // namespace

TEST_CASE("partitions that a topic is given while it is followed are read from their start") {
  for (const int before : {1, 2}) {
    for (const bool values_only : {false, true}) {
      CAPTURE(before);
      CAPTURE(values_only);
      const testing::TempDirectory directory;
      Log log = open_log(base::real_sys(), directory.path());
      log.ensure_topic("orders", before);
      put_at(log, "orders", 0, 1, "a");
      SourceOptions options = following("orders");
      options.values_only = values_only;
      options.range.from = Point{Point::Kind::end, 0};
      const auto source = open_reading(log, options);
      stream::Batch batch;
      CHECK(source->next(batch) == Pull::would_block);
      stream::Ticket last;
      put_at(log, "orders", 0, 2, "b");
      CHECK(follow(*source, 1, &last) == std::vector<std::string>{"orders-0@1=b"});
      log.add_partitions("orders", 4);
      put_at(log, "orders", 3, 3, "c");
      CHECK(follow(*source, 1, &last) == std::vector<std::string>{"orders-3@0=c"});
      put_at(log, "orders", 0, 4, "d");
      CHECK(follow(*source, 1, &last) == std::vector<std::string>{"orders-0@2=d"});
      log.add_partitions("orders", 6);
      put_at(log, "orders", 5, 5, "e");
      CHECK(follow(*source, 1, &last) == std::vector<std::string>{"orders-5@0=e"});
      CHECK(source->next(batch) == Pull::would_block);
      CHECK(source->lag().size() == 6);
    }
  }
}

TEST_CASE(
    "a new partition that was not read yet is found behind the backlog of the others, and merged by time") {
  const testing::TempDirectory directory;
  Log log = open_log(base::real_sys(), directory.path());
  for (const char* topic : {"a", "b"}) log.ensure_topic(topic, 1);
  SourceOptions options = following("a");
  options.operands = {"a", "b"};
  const auto source = open_reading(log, options);
  log.add_partitions("a", 2);
  put_at(log, "b", 0, 5, "tie of b");
  put_at(log, "a", 0, 6, "last");
  put_at(log, "a", 1, 4, "first");
  put_at(log, "a", 1, 5, "tie of a");
  CHECK(follow(*source, 4) ==
        std::vector<std::string>{"a-1@0=first", "a-1@1=tie of a", "b-0@0=tie of b", "a-0@0=last"});
}

TEST_CASE("tickets of the time when there was one partition are good after there are several") {
  const testing::TempDirectory directory;
  Log log = open_log(base::real_sys(), directory.path());
  log.ensure_topic("orders", 1);
  put_at(log, "orders", 0, 1, "a");
  std::map<int, std::int64_t> positions;
  SourceOptions options = following("orders");
  options.on_commit = [&](const std::vector<Position>& moved) {
    for (const Position& each : moved) positions[each.partition.partition.value] = each.next.value;
  };
  options.count = 4;
  const auto source = open_reading(log, options);
  stream::Ticket alone, merged;
  CHECK(follow(*source, 1, &alone).size() == 1);
  log.add_partitions("orders", 2);
  put_at(log, "orders", 1, 2, "b");
  put_at(log, "orders", 0, 3, "c");
  merged = alone;
  CHECK(follow(*source, 2, &merged) == std::vector<std::string>{"orders-1@0=b", "orders-0@1=c"});
  source->commit(alone);
  CHECK(positions == std::map<int, std::int64_t>{{0, 1}});
  source->commit(merged);
  CHECK(positions == std::map<int, std::int64_t>{{0, 2}, {1, 1}});
  put_at(log, "orders", 1, 4, "d");
  put_at(log, "orders", 1, 5, "one too many");
  CHECK(follow(*source, 1, &merged) == std::vector<std::string>{"orders-1@1=d"});
  stream::Batch batch;
  CHECK(source->next(batch) == Pull::end);
}

TEST_CASE("a partition is not read before its maker has finished it") {
  const testing::TempDirectory directory;
  Log log = open_log(base::real_sys(), directory.path());
  log.ensure_topic("orders", 1);
  const auto source = open_reading(log, following("orders"));
  stream::Batch batch;
  REQUIRE(std::filesystem::create_directory(directory.path() + "/orders-1"));
  CHECK(source->next(batch) == Pull::would_block);
  CHECK(source->lag().size() == 1);
  log.add_partitions("orders", 2);
  put_at(log, "orders", 1, 1, "a");
  CHECK(follow(*source, 1) == std::vector<std::string>{"orders-1@0=a"});
}

TEST_CASE("partitions that were named, or the end as it was, stay what they were when a topic grows") {
  const testing::TempDirectory directory;
  Log log = open_log(base::real_sys(), directory.path());
  log.ensure_topic("orders", 1);
  put_at(log, "orders", 0, 1, "a");
  SourceOptions named = following("orders");
  named.partitions = {base::Partition{0}};
  SourceOptions to_end = following("orders");
  to_end.range.to = Point{Point::Kind::end, 0};
  const auto only = open_reading(log, named), snapshot = open_reading(log, from("orders")),
             bounded = open_reading(log, to_end);
  log.add_partitions("orders", 2);
  put_at(log, "orders", 1, 1, "new");
  CHECK(read_all(*snapshot).rows == std::vector<std::string>{"orders-0@0=a"});
  CHECK(read_all(*bounded).rows == std::vector<std::string>{"orders-0@0=a"});
  CHECK(follow(*only, 1) == std::vector<std::string>{"orders-0@0=a"});
  stream::Batch batch;
  CHECK(only->next(batch) == Pull::would_block);
}

TEST_CASE("new partitions are found by polling too") {
  SimulatedDisk disk;  // nothing of it can be watched
  Log log = open_log(disk);
  log.ensure_topic("orders", 1);
  const auto source = open_reading(log, following("orders"));
  stream::Batch batch;
  CHECK(source->next(batch) == Pull::would_block);
  log.add_partitions("orders", 2);
  put_at(log, "orders", 1, 1, "a");
  CHECK(follow(*source, 1) == std::vector<std::string>{"orders-1@0=a"});
}
