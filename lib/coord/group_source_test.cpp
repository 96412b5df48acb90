#include "coord/group_source.h"

#include <doctest/doctest.h>
#include <poll.h>

#include <algorithm>
#include <map>
#include <set>

#include "coord/coord_test_words.h"

namespace weir::coord {
namespace {

using namespace testing;

std::multiset<std::string> all_of(const NumberedTopic& topic, int partitions) {
  std::multiset<std::string> all;
  for (int p = 0; p < partitions; ++p) {
    for (int i = 0; i < topic.count(p); ++i) all.insert(std::to_string(p) + ':' + std::to_string(i));
  }
  return all;
}

bool readable(int fd) {
  pollfd wait{fd, POLLIN, 0};
  return ::poll(&wait, 1, 0) == 1;
}

TEST_CASE("one member reads everything, and the next run goes on behind it") {
  const TempDirectory directory;
  log::Log log = open_log(directory.path);
  NumberedTopic topic(log, "t", 3);
  topic.append_to_all(10);
  {
    Member member(log, "g", reading("t"));
    member.read_all();
    CHECK(std::multiset<std::string>(member.values.begin(), member.values.end()) == all_of(topic, 3));
    CHECK(member.source.lag().size() == 3);
    member.source.leave();
  }
  topic.append(1, 2);
  Member again(log, "g", reading("t", true));
  again.read_all();
  CHECK(again.last == stream::Pull::end);
  CHECK(again.values == std::vector<std::string>{"1:10", "1:11"});
}

TEST_CASE("a stored position wins: a start counts only for partitions without one") {
  using log::Point;
  const TempDirectory directory;
  log::Log log = open_log(directory.path);
  NumberedTopic(log, "t", 1).append(0, 5);
  {
    Member member(log, "g", reading("t"));
    member.read_all();
    member.source.leave();
  }
  log.add_partitions("t", 3);
  NumberedTopic topic(log, "t", 3);
  topic.append_to_all(4);
  const auto read_from = [&](const std::string& group, Point::Kind kind, std::int64_t value) {
    log::SourceOptions options = reading("t", true);
    options.range.from = Point{kind, value};
    Member member(log, group, std::move(options));
    member.read_all();
    std::sort(member.values.begin(), member.values.end());
    return member.values;
  };
  using Values = std::vector<std::string>;
  CHECK(read_from("fresh", Point::Kind::offset, 3) ==
        Values{"0:3", "0:4", "0:5", "0:6", "0:7", "0:8", "1:3", "2:3"});
  CHECK(read_from("g", Point::Kind::before_end, 1) == Values{"0:5", "0:6", "0:7", "0:8", "1:3", "2:3"});
  // Now all have one, which no start moves.
  CHECK(read_from("g", Point::Kind::start, 0) == Values{});
}

TEST_CASE("what was handed out and not committed is read again after a crash, and nothing is left out") {
  const TempDirectory directory;
  log::Log log = open_log(directory.path);
  NumberedTopic topic(log, "t", 1);
  topic.append(0, 5);
  {
    Member doomed(log, "g", reading("t"));
    REQUIRE(doomed.pull());
    doomed.commit();
    topic.append(0, 5);
    REQUIRE(doomed.pull());
    CHECK(doomed.values.size() == 10);
  }
  Member next(log, "g", reading("t", true));
  next.read_all();
  CHECK(next.values == std::vector<std::string>{"0:5", "0:6", "0:7", "0:8", "0:9"});
}

TEST_CASE("a second member gets its share once the first has committed, and each record is read once") {
  const TempDirectory directory;
  log::Log log = open_log(directory.path);
  NumberedTopic topic(log, "t", 4);
  topic.append_to_all(50);
  Member first(log, "g", reading("t"));
  REQUIRE(first.pull());
  Member second(log, "g", reading("t"));
  CHECK_FALSE(second.pull());
  CHECK(second.source.group().assignment().empty());

  // The first hears of the second, and hands out no more before all is safe.
  while (first.pull()) {
  }
  CHECK(first.last == stream::Pull::would_block);
  CHECK(first.source.group().assignment().size() == 4);
  CHECK_FALSE(first.pull());
  first.commit();
  CHECK(readable(first.source.wait_fd()));
  first.read_all();
  CHECK(first.source.group().assignment().size() == 2);
  CHECK(readable(second.source.wait_fd()));
  second.read_all();
  CHECK(second.source.group().assignment().size() == 2);

  topic.append_to_all(50);
  first.read_all();
  second.read_all();
  first.values.insert(first.values.end(), second.values.begin(), second.values.end());
  CHECK(std::multiset<std::string>(first.values.begin(), first.values.end()) == all_of(topic, 4));
}

TEST_CASE("a partition whose records only the merge has read changes hands whole") {
  const TempDirectory directory;
  log::Log log = open_log(directory.path);
  NumberedTopic topic(log, "t", 2);
  topic.append(0, 30000);
  topic.append(1, 1000, std::chrono::hours(1));
  Member first(log, "g", reading("t"));
  REQUIRE(first.pull());
  REQUIRE(first.values.back().starts_with("0:"));
  Member second(log, "g", reading("t"));
  CHECK_FALSE(second.pull());
  while (first.pull()) {
  }
  first.commit();
  first.read_all();
  second.read_all();
  CHECK(second.source.group().assignment().size() == 1);
  first.values.insert(first.values.end(), second.values.begin(), second.values.end());
  CHECK(std::multiset<std::string>(first.values.begin(), first.values.end()) == all_of(topic, 2));
}

TEST_CASE("a member that leaves hands its partitions over") {
  const TempDirectory directory;
  log::Log log = open_log(directory.path);
  NumberedTopic topic(log, "t", 2);
  auto first = std::make_unique<Member>(log, "g", reading("t"));
  auto second = std::make_unique<Member>(log, "g", reading("t"));
  for (int i = 0; i < 3; ++i) {
    first->read_all();
    second->read_all();
  }
  REQUIRE(first->source.group().assignment().size() == 1);
  topic.append_to_all(5);
  first->read_all();
  first->source.leave();
  first.reset();
  CHECK(readable(second->source.wait_fd()));
  topic.append_to_all(5);
  second->read_all();
  second->read_all();
  CHECK(second->source.group().assignment().size() == 2);
  CHECK(second->values.size() == 15);
}

TEST_CASE("a partition that began at the end keeps that place when it changes hands") {
  const TempDirectory directory;
  log::Log log = open_log(directory.path);
  NumberedTopic topic(log, "t", 2);
  topic.append_to_all(10);
  log::SourceOptions from_end = reading("t");
  from_end.range.from = log::Point{log::Point::Kind::end, 0};
  Member first(log, "g", from_end);
  CHECK_FALSE(first.pull());
  Member second(log, "g", from_end);
  second.pull();
  // Written while the partition is between two members, or not yet read by the first.
  topic.append_to_all(3);
  for (int i = 0; i < 3; ++i) {
    first.read_all();
    second.read_all();
  }
  CHECK(second.source.group().assignment().size() == 1);
  CHECK(first.values.size() + second.values.size() == 6);
}

TEST_CASE("without commits the next run reads the same again") {
  const TempDirectory directory;
  log::Log log = open_log(directory.path);
  NumberedTopic topic(log, "t", 1);
  topic.append(0, 3);
  for (int run = 0; run < 2; ++run) {
    GroupSource source(log, {.name = "g", .commit_every = std::nullopt}, reading("t", true));
    stream::Batch batch;
    REQUIRE(source.next(batch) == stream::Pull::batch);
    CHECK(batch.lines.size() == 3);
    source.commit(batch.ticket);
    source.leave();
  }
}

TEST_CASE("members that are given different partitions read just those, and do not share them") {
  const TempDirectory directory;
  log::Log log = open_log(directory.path);
  NumberedTopic topic(log, "t", 3);
  topic.append_to_all(4);
  log::SourceOptions zero = reading("t", true), rest = reading("t", true);
  zero.partitions = {{0}};
  rest.partitions = {{2}, {1}};
  Member first(log, "g", zero), second(log, "g", rest);
  first.read_all();
  second.read_all();
  CHECK(first.values.size() == 4);
  CHECK(second.values.size() == 8);
  CHECK(second.source.group().assignment().size() == 2);
}

TEST_CASE("a count ends the run, and only what was counted is committed") {
  const TempDirectory directory;
  log::Log log = open_log(directory.path);
  NumberedTopic topic(log, "t", 2);
  topic.append_to_all(10);
  std::vector<std::string> values;
  for (int run = 0; run < 4; ++run) {
    log::SourceOptions options = reading("t");
    options.count = 5;
    Member member(log, "g", options);
    member.read_all();
    CHECK(member.last == stream::Pull::end);
    CHECK(member.values.size() == 5);
    member.source.leave();
    values.insert(values.end(), member.values.begin(), member.values.end());
  }
  CHECK(std::multiset<std::string>(values.begin(), values.end()) == all_of(topic, 2));
}

TEST_CASE("a member that comes too late for a share ends at once, and waits while it has one to come") {
  const TempDirectory directory;
  log::Log log = open_log(directory.path);
  NumberedTopic topic(log, "t", 1);
  Member first(log, "g", reading("t"));
  first.read_all();
  Member late(log, "g", reading("t", true));
  CHECK_FALSE(late.pull());
  CHECK(late.last == stream::Pull::end);

  NumberedTopic wider(log, "u", 2);
  Member holder(log, "g", reading("u"));
  holder.read_all();
  Member waiting(log, "g", reading("u", true));
  CHECK_FALSE(waiting.pull());
  CHECK(waiting.last == stream::Pull::would_block);
  holder.read_all();
  waiting.read_all();
  CHECK(waiting.last == stream::Pull::end);
}

}  // namespace
}  // namespace weir::coord
