#include "log/sink.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "log/io_test_words.h"
#include "record/codec.h"
#include "record/partitioner.h"
#include "support/faulty_sys.h"
#include "support/simulated_disk.h"
#include "support/temp_directory.h"

using namespace weir;
using namespace weir::log::testing;
using log::Durability;
using log::Log;
using log::make_sink;
using log::SinkOptions;
using stream::Flow;
using testing::Call;
using testing::FaultySys;
using testing::SimulatedDisk;

namespace {

std::size_t count(const FaultySys& sys, Call kind) {
  const auto trace = sys.trace();
  return static_cast<std::size_t>(std::count(trace.begin(), trace.end(), kind));
}

// Holds every fdatasync back until it is let go.
class Gate {
 public:
  void guard(FaultySys& sys) {
    sys.before_each([this](std::size_t, Call kind) {
      if (kind != Call::fdatasync) return;
      std::unique_lock hold(mutex_);
      waiting_ = true;
      changed_.notify_all();
      changed_.wait(hold, [this] { return open_; });
    });
  }
  void close() {
    const std::lock_guard hold(mutex_);
    open_ = waiting_ = false;
  }
  void open() {
    const std::lock_guard hold(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void await_sync() {
    std::unique_lock hold(mutex_);
    changed_.wait(hold, [this] { return waiting_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = true, waiting_ = false;
};

}  // namespace

TEST_CASE("lines become records in order and are acknowledged once they are synced") {
  SimulatedDisk disk;
  Log log = open_log(disk);
  std::string said;
  SinkOptions options = to("orders");
  options.say = [&](const std::string& line) { said += line; };
  const auto sink = make_sink(log, options);
  CHECK(said == "made topic 'orders' (1 partition)");
  CHECK(sink->write(lines(1, {"a", "", "b"})) == Flow::more);
  CHECK(sink->write(lines(2, {"c"})) == Flow::more);
  CHECK(sink->acked().value == 0);
  sink->flush();
  await(*sink, 2);
  // Before anybody reads, since a reader would sync what a dead writer left: whichever unsynced writes a power cut
  // keeps, these are there.
  for (std::uint64_t seed = 1; seed < 50; ++seed) {
    const auto after = disk.after_power_cut(seed);
    CHECK(contents(open_log(*after, "/log", 2), "orders").size() == 4);
  }
  CHECK(contents(log, "orders") ==
        std::vector<std::string>{"orders-0@0=a", "orders-0@1=", "orders-0@2=b", "orders-0@3=c"});
  CHECK(sink->bytes() > 0);
}

TEST_CASE("nothing is acknowledged while the sync runs, and nothing waits for it") {
  SimulatedDisk disk;
  FaultySys sys(disk);
  Gate gate;
  gate.guard(sys);
  Log log = open_log(sys);
  const auto sink = make_sink(log, to("orders"));
  gate.close();
  sink->write(lines(1, {"a"}));
  sink->flush();
  gate.await_sync();
  CHECK(sink->acked().value == 0);
  CHECK(sink->write(lines(2, {"b"})) == Flow::more);
  sink->flush();
  CHECK(sink->acked().value == 0);
  pollfd fd{sink->wait_fd(), POLLIN, 0};
  CHECK(::poll(&fd, 1, 0) == 0);
  gate.open();
  await(*sink, 2);
}

TEST_CASE("a sink is full while too much waits for a sync, and takes the same batch afterwards") {
  SimulatedDisk disk;
  FaultySys sys(disk);
  Gate gate;
  gate.guard(sys);
  Log log = open_log(sys);
  SinkOptions options = to("orders");
  options.in_flight_bytes_max = 1000;
  options.batch_bytes = 600;
  const auto sink = make_sink(log, options);
  gate.close();
  std::uint64_t ticket = 0;
  const std::string value(400, 'x');
  while (sink->write(lines(ticket + 1, {value})) == Flow::more) REQUIRE(++ticket < 100);
  CHECK(ticket >= 2);
  gate.open();
  pollfd fd{sink->wait_fd(), POLLIN, 0};
  REQUIRE(::poll(&fd, 1, 10'000) == 1);
  CHECK(sink->write(lines(ticket + 1, {value})) == Flow::more);
  settle(*sink, ticket + 1);
  CHECK(contents(log, "orders").size() == ticket + 1);
}

TEST_CASE("a sync that fails acknowledges nothing, then or ever") {
  SimulatedDisk disk;
  FaultySys sys(disk);
  sys.on_failed_sync([&](int fd) { disk.lose_unsynced(fd); });
  Log log = open_log(sys);
  const auto sink = make_sink(log, to("orders"));
  sink->write(lines(1, {"a", "b"}));
  sink->flush();
  await(*sink, 1);
  sys.fail_nth(Call::fdatasync, count(sys, Call::fdatasync), EIO, FaultySys::Span::once);
  try {
    sink->write(lines(2, {"c"}));
    sink->flush();
    await(*sink, 2);
    FAIL("acknowledged");
  } catch (const base::Error& error) {
    CHECK(error.kind() == base::Kind::io);
    CHECK(error.detail() == "2 records are safe; 1 was not written");
  }
  CHECK(sink->acked().value == 1);
}

TEST_CASE("`os` acknowledges after the write and syncs nothing, `none` at once") {
  SimulatedDisk disk;
  FaultySys sys(disk);
  Log log = open_log(sys);
  log.ensure_topic("orders", 1);
  log.allocate_producer_ids(1);
  for (const Durability durability : {Durability::os, Durability::none}) {
    SinkOptions options = to("orders");
    options.durability = durability;
    const auto sink = make_sink(log, options);
    sink->write(lines(1, {"first"}));
    sink->flush();
    CHECK(sink->acked().value == 1);
    const std::size_t syncs = count(sys, Call::fdatasync) + count(sys, Call::fsync);
    sink->write(lines(2, {"a"}));
    CHECK(sink->acked().value == (durability == Durability::none ? 2 : 1));
    sink->flush();
    CHECK(sink->acked().value == 2);
    sink->finish();
    CHECK(sink->acked().value == 2);
    CHECK(count(sys, Call::fdatasync) + count(sys, Call::fsync) == syncs);
  }
  CHECK(contents(log, "orders").size() == 4);
}

TEST_CASE("a full disk says what is safe, and exactly that can be read") {
  for (const std::uint64_t room : {20'000u, 50'000u, 81'234u}) {
    CAPTURE(room);
    SimulatedDisk disk;
    Log log = open_log(disk);
    SinkOptions options = to("orders");
    options.batch_bytes = 2000;
    const auto sink = make_sink(log, options);
    std::uint64_t used = 0;
    for (const std::string& file : disk.files()) used += disk.content(file).size();
    disk.set_capacity(used + room);
    std::uint64_t taken = 0;
    try {
      for (std::uint64_t ticket = 1;; ++ticket) {
        taken += 10;
        sink->write(lines(ticket, numbered(std::string(100, 'v'), 0, 10)));
      }
    } catch (const base::Error& error) {
      CHECK(error.code() == "disk_full");
      CHECK(std::string(error.what()).starts_with("disk full writing /log/orders-0/"));
      disk.set_capacity(UINT64_MAX);
      const std::size_t safe = contents(log, "orders").size();
      CHECK(safe > 0);
      CHECK(error.detail() == std::to_string(safe) + " records are safe; " + std::to_string(taken - safe) +
                                  " were not written");
      CHECK(contents(open_log(*disk.after_power_cut(1), "/log", 2), "orders").size() == safe);
    }
  }
}

TEST_CASE("any error at any call is an error with a reason, and no acknowledged record is lost by it") {
  std::size_t calls = 0, runs = 0;
  const auto session = [](base::Sys& sys, std::uint64_t* acked) {
    Log log = open_log(sys);
    SinkOptions options = to("orders");
    options.partitions_when_created = 2;
    options.batch_bytes = 300;
    const auto sink = make_sink(log, options);
    try {
      for (std::uint64_t ticket = 1; ticket <= 6; ++ticket) {
        sink->write(
            lines(ticket, {"row" + std::to_string(2 * ticket - 1), "row" + std::to_string(2 * ticket)}));
        sink->flush();
        await(*sink, ticket);
        *acked = ticket;
      }
      settle(*sink, 6);
    } catch (const base::Error&) {
      CHECK(sink->acked().value >= *acked);
      *acked = sink->acked().value;
      throw;
    }
  };
  {
    SimulatedDisk disk;
    FaultySys sys(disk);
    std::uint64_t acked = 0;
    session(sys, &acked);
    calls = sys.calls();
  }
  for (const int error : {EIO, ENOSPC, EACCES, EROFS}) {
    for (std::size_t index = 0; index < calls; ++index) {
      CAPTURE(error);
      CAPTURE(index);
      SimulatedDisk disk;
      FaultySys sys(disk);
      sys.on_failed_sync([&](int fd) { disk.lose_unsynced(fd); });
      sys.fail_at(index, error, FaultySys::Span::once);
      std::uint64_t acked = 0;
      try {
        session(sys, &acked);
        CHECK(acked == 6);
      } catch (const base::Error& thrown) {
        CHECK((thrown.kind() == base::Kind::io || thrown.kind() == base::Kind::usage));
      }
      const auto after = disk.after_power_cut(index);
      Log log = open_log(*after, "/log", 2);
      CAPTURE(acked);
      if (acked > 0) {
        auto found = values(contents(log, "orders"));
        for (std::uint64_t row = 1; row <= 2 * acked; ++row) {
          CHECK(std::find(found.begin(), found.end(), "row" + std::to_string(row)) != found.end());
        }
        std::sort(found.begin(), found.end());
        CHECK(std::adjacent_find(found.begin(), found.end()) == found.end());
      }
      ++runs;
    }
  }
  MESSAGE(runs, " runs");
}

TEST_CASE(
    "a key goes where every Kafka client puts it, a partition asked for wins, a number out of range is "
    "refused") {
  SimulatedDisk disk;
  Log log = open_log(disk);
  SinkOptions options = to("orders");
  options.partitions_when_created = 5;
  {
    const auto sink = make_sink(log, options);
    std::vector<record::Record> keyed;
    const std::vector<std::string> keys = numbered("key", 0, 40);
    for (const std::string& key : keys) {
      keyed.push_back(at(1, key));
      keyed.back().key = record::Bytes(key);
    }
    sink->write(records(1, keyed));
    settle(*sink, 1);
    for (const std::string& row : contents(log, "orders")) {
      const std::string key = row.substr(row.find('=') + 1);
      CHECK(row.starts_with("orders-" + std::to_string(record::partition_of_key(key, 5).value) + "@"));
    }
  }
  options = to("orders");
  options.partition = base::Partition{3};
  options.fixed_key = "k";
  put(log, options, {"fixed"});
  log::SourceOptions only = from("orders");
  only.partitions = {base::Partition{3}};
  CHECK(contents(log, only).back().ends_with("=fixed"));
  // Told before a row comes, and before a topic is made for it.
  options.partition = base::Partition{5};
  options.partitions_when_created = 6;
  CHECK_THROWS_WITH_AS(make_sink(log, options), "topic 'orders' has no partition 5 (it has 5, from 0)",
                       base::Error);
  options.topic = "fresh";
  options.partitions_when_created = 5;
  CHECK_THROWS_WITH_AS(make_sink(log, options), "topic 'fresh' has no partition 5 (it has 5, from 0)",
                       base::Error);
  CHECK_FALSE(log.find_topic("fresh"));
  options.partitions_when_created = 6;
  put(log, options, {"x"});
  CHECK(log.topic("fresh").partition_count() == 6);
}

TEST_CASE("rows without a key stay with one partition until its batch is full") {
  SimulatedDisk disk;
  Log log = open_log(disk);
  SinkOptions options = to("orders");
  options.partitions_when_created = 3;
  options.batch_bytes = 400;
  put(log, options, numbered(std::string(50, 'r'), 100, 160));
  std::map<std::string, int> runs;
  std::string last;
  for (const std::string& row : contents(log, "orders")) ++runs[row.substr(0, row.find('@'))];
  CHECK(runs.size() == 3);
  for (const auto& [folder, rows_there] : runs) CHECK(rows_there >= 12);
}

TEST_CASE("each row can name its own topic and partition") {
  SimulatedDisk disk;
  Log log = open_log(disk);
  const std::vector<std::string> topics{"a", "b"};
  stream::Batch batch = lines(1, {"1", "2", "3", "4"});
  batch.route_topics = &topics;
  batch.routes = {
      {0, base::kNoPartition}, {1, base::Partition{1}}, {0, base::kNoPartition}, {1, base::Partition{0}}};
  SinkOptions options;
  options.partitions_when_created = 2;
  options.fixed_key = "same";
  const auto sink = make_sink(log, options);
  sink->write(batch);
  settle(*sink, 1);
  const auto in_a = contents(log, "a");
  REQUIRE(in_a.size() == 2);
  CHECK(values(in_a) == std::vector<std::string>{"1", "3"});
  auto in_b = contents(log, "b");
  std::sort(in_b.begin(), in_b.end());
  CHECK(in_b == std::vector<std::string>{"b-0@0=4", "b-1@0=2"});
}

TEST_CASE("topics that the log keeps itself are not written to") {
  SimulatedDisk disk;
  Log log = open_log(disk);
  CHECK_THROWS_AS(make_sink(log, to("__consumer_offsets")), base::Error);
  CHECK(log.topics().empty());
}

TEST_CASE("a record above the topic's limit is refused, one at the limit is stored") {
  SimulatedDisk disk;
  Log log = open_log(disk);
  log.ensure_topic("orders", 1, {{"max.message.bytes", "1000"}});
  put(log, to("orders"), {std::string(1000, 'x'), std::string(999, 'y')});
  const auto sink = make_sink(log, to("orders"));
  sink->write(lines(1, {"fine"}));
  try {
    sink->write(lines(2, {std::string(1001, 'x')}));
    FAIL("accepted");
  } catch (const base::Error& error) {
    CHECK(error.kind() == base::Kind::undelivered);
    CHECK(std::string(error.what()) ==
          "a record of 1,001 bytes is more than topic 'orders' takes (max.message.bytes=1000)");
    CHECK(error.detail() == "0 records are safe; 2 were not written");
  }
}

TEST_CASE("every codec and both kinds of time come back") {
  SimulatedDisk disk;
  Log log = open_log(disk);
  for (const auto codec : {record::Codec::none, record::Codec::gzip, record::Codec::snappy,
                           record::Codec::lz4, record::Codec::zstd}) {
    SinkOptions options = to(std::string("topic-") + record::name(codec));
    options.codec = codec;
    const auto texts = numbered("value value value ", 0, 3000);
    put(log, options, texts);
    CHECK(values(contents(log, options.topic)) == texts);
  }
  log.ensure_topic("stamped", 1, {{"message.timestamp.type", "LogAppendTime"}, {"compression.type", "lz4"}});
  const auto sink = make_sink(log, to("stamped"));
  sink->write(records(1, {at(5, "old")}));
  settle(*sink, 1);
  const auto source = open_reading(log, from("stamped"));
  stream::Batch batch;
  REQUIRE(source->next(batch) == stream::Pull::batch);
  REQUIRE(batch.records.size() == 1);
  CHECK(batch.records[0].append_time);
  CHECK(batch.records[0].ts.ms > 1'600'000'000'000);
}

TEST_CASE(
    "with linger a flush leaves the batch open until its first row is old enough, and finish does not") {
  SimulatedDisk disk;
  Log log = open_log(disk);
  SinkOptions options = to("orders");
  options.linger = std::chrono::milliseconds(30);
  const auto sink = make_sink(log, options);
  sink->write(lines(1, {"a"}));
  sink->flush();
  CHECK(sink->bytes() == 0);
  await(*sink, 1);  // the timer wakes whoever waits
  options.linger = std::chrono::hours(1);
  const auto slow = make_sink(log, options);
  slow->write(lines(1, {"b"}));
  slow->flush();
  CHECK(slow->bytes() == 0);
  settle(*slow, 1);
  CHECK(contents(log, "orders").size() == 2);
}

TEST_CASE("`none` with linger acknowledges nothing that still lies in memory") {
  SimulatedDisk disk;
  Log log = open_log(disk);
  SinkOptions options = to("orders");
  options.linger = std::chrono::hours(1);
  options.durability = Durability::none;
  const auto sink = make_sink(log, options);
  sink->write(lines(1, {"b"}));
  sink->flush();
  CHECK(sink->acked().value == 0);
  sink->finish();
  CHECK(sink->acked().value == 1);
  CHECK(contents(log, "orders").size() == 1);
}

TEST_CASE("rows are handed back once they are stored, in order") {
  SimulatedDisk disk;
  FaultySys sys(disk);
  Gate gate;
  gate.guard(sys);
  Log log = open_log(sys);
  std::vector<std::string> back;
  SinkOptions options = to("orders");
  options.stored = [&](const stream::Batch& batch) {
    for (const std::string& row : rows(batch)) back.push_back(row);
  };
  const auto sink = make_sink(log, options);
  gate.close();
  sink->write(lines(1, {"a", "b"}));
  sink->write(lines(2, {"c"}));
  sink->flush();
  CHECK(sink->acked().value == 0);
  CHECK(back.empty());
  gate.open();
  await(*sink, 2);
  CHECK(back == std::vector<std::string>{"a", "b", "c"});
}

TEST_CASE("two sinks of one process interleave in one partition") {
  SimulatedDisk disk;
  Log log = open_log(disk);
  const auto a = make_sink(log, to("orders"));
  const auto b = make_sink(log, to("orders"));
  for (int i = 1; i <= 50; ++i) {
    a->write(lines(static_cast<std::uint64_t>(i), numbered("a", i, i + 1)));
    b->write(lines(static_cast<std::uint64_t>(i), numbered("b", i, i + 1)));
    (i % 3 == 0 ? a : b)->flush();
  }
  settle(*a, 50);
  settle(*b, 50);
  const auto all = contents(log, "orders");
  CHECK(all.size() == 100);
  std::map<char, int> last;
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(all[i].starts_with("orders-0@" + std::to_string(i) + "="));
    const std::string value = all[i].substr(all[i].find('=') + 1);
    CHECK(std::stoi(value.substr(1)) == ++last[value[0]]);
  }
}

TEST_CASE("processes that write to one topic at once lose, double and tear nothing") {
  const testing::TempDirectory directory;
  constexpr int kProcesses = 4, kRows = 1500;
  std::vector<pid_t> children;
  for (int process = 0; process < kProcesses; ++process) {
    const pid_t child = ::fork();
    if (child == 0) {
      try {
        Log log = Log::open(base::real_sys(), base::system_clock(), log::Host::current(base::real_sys()),
                            directory.path(), Log::Access::write);
        SinkOptions options = to("orders");
        options.partitions_when_created = 2;
        options.batch_bytes = 500;
        const auto sink = make_sink(log, options);
        for (int row = 0; row < kRows; ++row) {
          while (sink->write(lines(static_cast<std::uint64_t>(row + 1),
                                   {std::to_string(process) + ":" + std::to_string(row)})) == Flow::full) {
            pollfd fd{sink->wait_fd(), POLLIN, 0};
            ::poll(&fd, 1, -1);
          }
          if (row % 37 == 0) sink->flush();
        }
        sink->finish();
        while (sink->acked().value < kRows) {
          pollfd fd{sink->wait_fd(), POLLIN, 0};
          ::poll(&fd, 1, -1);
        }
        ::_exit(0);
      } catch (const base::Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        ::_exit(1);
      }
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
  Log log = open_log(base::real_sys(), directory.path());
  std::map<std::string, std::int64_t> next_offset;
  std::map<std::string, int> last_row;  // by partition and process
  std::vector<std::string> all = contents(log, "orders");
  CHECK(all.size() == kProcesses * kRows);
  for (const std::string& row : all) {
    const std::string folder = row.substr(0, row.find('@'));
    CHECK(row.starts_with(folder + "@" + std::to_string(next_offset[folder]++) + "="));
    const std::string value = row.substr(row.find('=') + 1);
    const int number = std::stoi(value.substr(value.find(':') + 1)) + 1;
    int& last = last_row[folder + " " + value.substr(0, 1)];
    CHECK(number > last);
    last = number;
  }
  all = values(all);
  std::sort(all.begin(), all.end());
  CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
}
