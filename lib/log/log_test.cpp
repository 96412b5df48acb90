#include "log/log.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "base/error.h"
#include "log/create_partition.h"
#include "support/faulty_sys.h"
#include "support/simulated_disk.h"
#include "support/temp_directory.h"

using namespace weir;
using log::Log;
using log::Settings;
using testing::FaultySys;
using testing::SimulatedDisk;

namespace {

log::Host host() {
  log::Host made;
  made.boot[0] = 7;
  made.pid = 4711;
  made.started = 99;
  return made;
}

Log writing(base::Sys& sys, const std::string& directory = "/log") {
  return Log::open(sys, base::system_clock(), host(), directory, Log::Access::write);
}
Log reading(base::Sys& sys, const std::string& directory = "/log") {
  return Log::open(sys, base::system_clock(), host(), directory, Log::Access::read);
}

template <typename Work>
std::string refusal(base::Kind kind, Work work) {
  try {
    work();
    return "accepted";
  } catch (const base::Error& error) {
    CHECK(error.kind() == kind);
    return error.what();
  }
}

std::vector<std::string> names(const std::vector<log::Topic>& topics) {
  std::vector<std::string> all;
  for (const log::Topic& topic : topics)
    all.push_back(topic.name + "/" + std::to_string(topic.partitions.size()));
  return all;
}

}  // namespace

TEST_CASE("a log directory is made by the first write and never by a read") {
  SimulatedDisk disk;
  CHECK(refusal(base::Kind::usage, [&] { reading(disk); }) == "no log directory /log");
  CHECK(disk.files().empty());
  writing(disk, "/log/");
  CHECK(reading(disk).topics().empty());
  disk.set_content("/file", "x");
  CHECK(refusal(base::Kind::usage, [&] { reading(disk, "/file"); }) ==
        "/file is a file, not a log directory");
  CHECK(refusal(base::Kind::io, [&] {
          writing(disk, "/no/such/place");
        }).starts_with("cannot make the log directory"));
}

TEST_CASE("a topic is made once, with all its partitions and one id") {
  SimulatedDisk disk;
  Log log = writing(disk);
  const Log::Created first = log.ensure_topic("orders", 3);
  CHECK(first.created);
  CHECK(first.topic.partition_count() == 3);
  const Log::Created second = log.ensure_topic("orders", 7);
  CHECK(!second.created);
  CHECK(second.topic.partition_count() == 3);
  std::set<std::string> ids;
  for (int p = 0; p < 3; ++p)
    ids.insert(log::read_topic_id(disk, log.partition_path("orders", base::Partition{p})));
  CHECK(ids.size() == 1);
  CHECK(ids.begin()->size() == 22);
}

TEST_CASE("what else lies in a Kafka log directory is no topic") {
  SimulatedDisk disk;
  Log log = writing(disk);
  log.ensure_topic("orders", 1);
  log.ensure_topic("a-b", 2);
  for (const char* other : {"/log/orders-0.4f5a-delete", "/log/orders-1.77-future", "/log/orders-0-stray",
                            "/log/__cluster_metadata-0", "/log/notes", "/log/orders-01"}) {
    REQUIRE(disk.mkdir(other, 0700) == 0);
  }
  disk.set_content("/log/orders-5", "a file");
  disk.set_content("/log/meta.properties", "version=1");
  CHECK(names(log.topics()) == std::vector<std::string>{"a-b/2", "orders/1"});
}

TEST_CASE("a symbolic link in the log directory is not followed") {
  const testing::TempDirectory outside, inside;
  writing(base::real_sys(), outside.path()).ensure_topic("secret", 1);
  Log log = writing(base::real_sys(), inside.path());
  REQUIRE(::symlink((outside.path() + "/secret-0").c_str(), (inside.path() + "/secret-0").c_str()) == 0);
  CHECK(log.topics().empty());
  CHECK(!log.find_topic("secret"));
}

TEST_CASE("no partition is made through a symbolic link, or where a file is in the way") {
  const testing::TempDirectory directory;
  const testing::TempDirectory elsewhere;
  Log log = writing(base::real_sys(), directory.path());
  std::filesystem::create_directory_symlink(elsewhere.path(), directory.path() + "/linked-0");
  std::ofstream(directory.path() + "/filed-0") << "x";
  CHECK(refusal(base::Kind::io, [&] { log.ensure_topic("linked", 1); }) ==
        directory.path() + "/linked-0 is in the way: a partition is a folder, and no symbolic link to one");
  CHECK(refusal(base::Kind::io, [&] { log.ensure_topic("filed", 1); }).find("filed-0 is in the way") !=
        std::string::npos);
  CHECK(std::filesystem::is_empty(elsewhere.path()));
}

TEST_CASE("a topic that is not there is a usage error that knows the nearest name") {
  SimulatedDisk disk;
  Log log = writing(disk, "./weir-data");
  for (const char* name : {"orders", "payments", "users", "flights"}) log.ensure_topic(name, 1);
  try {
    log.topic("order");
    FAIL("found");
  } catch (const base::Error& error) {
    CHECK(error.kind() == base::Kind::usage);
    CHECK(std::string(error.what()) == "no topic 'order' in ./weir-data (4 topics)");
    CHECK(error.hint() == "did you mean 'orders'?");
    CHECK(error.code() == "unknown_topic");
  }
  CHECK(refusal(base::Kind::usage, [&] {
          log.topic("a/../b");
        }).starts_with("topic name 'a/../b' may hold only"));
}

TEST_CASE("a bad name or number of partitions makes nothing") {
  SimulatedDisk disk;
  Log log = writing(disk);
  log.ensure_topic("a.b", 1);
  const auto before = disk.files();
  for (const char* bad : {"..", "../x", "a/b", "", "-x", "a b", "a\nb"}) {
    CAPTURE(bad);
    CHECK(refusal(base::Kind::usage, [&] { log.ensure_topic(bad, 1); }).starts_with("topic name"));
  }
  CHECK(refusal(base::Kind::usage, [&] { log.ensure_topic("x", 0); }) ==
        "a topic has 1 to 1024 partitions, not 0");
  CHECK(refusal(base::Kind::usage, [&] { log.ensure_topic("x", 1025); }) != "accepted");
  CHECK(refusal(base::Kind::usage, [&] {
          log.ensure_topic("x", 1, {{"segment.ms", "0"}});
        }) == "segment.ms=0 is below 1");
  CHECK(refusal(base::Kind::usage, [&] { log.ensure_topic("a_b", 1); }) ==
        "topic 'a_b' would collide with 'a.b': '.' and '_' count as the same");
  for (const std::string& file : disk.files()) {
    CAPTURE(file);
    CHECK((std::find(before.begin(), before.end(), file) != before.end() || file == "/log/.weir-lock"));
  }
}

TEST_CASE("a running Kafka broker keeps writers out, and writers keep each other in") {
  SimulatedDisk disk;
  { Log one = writing(disk), two = writing(disk); }
  base::File broker = base::File::open(disk, "/log/.lock", base::File::Mode::create);
  REQUIRE(broker.try_lock(base::Sys::Lock::exclusive));
  CHECK(refusal(base::Kind::io, [&] { writing(disk); }) == "a Kafka broker has /log open");
  CHECK(reading(disk).topics().empty());
}

TEST_CASE(
    "making a topic, killed or cut from power at every call, leaves none or a topic that the next writer "
    "completes") {
  std::size_t calls = 0;
  {
    SimulatedDisk disk;
    FaultySys sys(disk);
    writing(sys).ensure_topic("orders", 3, {{"segment.bytes", "4096"}});
    calls = sys.calls();
  }
  REQUIRE(calls > 20);
  std::size_t states = 0;
  for (std::size_t index = 0; index <= calls; ++index) {
    SimulatedDisk disk;
    FaultySys sys(disk);
    sys.die_at(index);
    try {
      writing(sys).ensure_topic("orders", 3, {{"segment.bytes", "4096"}});
    } catch (const base::Error&) {
    }
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
      CAPTURE(index);
      CAPTURE(seed);
      const auto after = seed == 0 ? disk.after_kill() : disk.after_power_cut(seed);
      Log log = writing(*after);
      const Log::Created again = log.ensure_topic("orders", 3);
      CHECK(again.topic.partition_count() == 3);
      CHECK(again.topic.partitions.size() == 3);
      std::set<std::string> ids;
      for (int p = 0; p < 3; ++p)
        ids.insert(log::read_topic_id(*after, log.partition_path("orders", base::Partition{p})));
      CHECK(ids.size() == 1);
      CHECK(!ids.contains(""));
      CHECK(log.ensure_topic("orders", 3).created == false);
      ++states;
    }
  }
  MESSAGE(states, " states");
}

TEST_CASE("adding partitions, killed at every call, is completed by the next writer, and no record moves") {
  const auto begin = [](SimulatedDisk& disk) {
    writing(disk).ensure_topic("orders", 2);
    for (const char* folder : {"/log/orders-0", "/log/orders-1"})
      disk.set_content(std::string(folder) + "/00000000000000000000.log", "records");
  };
  std::size_t calls = 0;
  {
    SimulatedDisk disk;
    begin(disk);
    FaultySys sys(disk);
    CHECK(writing(sys).add_partitions("orders", 5).partition_count() == 5);
    calls = sys.calls();
  }
  for (std::size_t index = 0; index <= calls; ++index) {
    CAPTURE(index);
    SimulatedDisk disk;
    begin(disk);
    FaultySys sys(disk);
    sys.die_at(index);
    try {
      writing(sys).add_partitions("orders", 5);
    } catch (const base::Error&) {
    }
    const auto after = disk.after_kill();
    const log::Topic topic = writing(*after).ensure_topic("orders", 1).topic;
    CHECK((topic.partition_count() == 2 || topic.partition_count() == 5));
    CHECK(topic.partitions.size() == static_cast<std::size_t>(topic.partition_count()));
    CHECK(after->content("/log/orders-0/00000000000000000000.log") == "records");
  }
}

TEST_CASE("a topic never loses partitions") {
  SimulatedDisk disk;
  Log log = writing(disk);
  log.ensure_topic("orders", 3);
  CHECK(refusal(base::Kind::usage, [&] { log.add_partitions("orders", 2); }) ==
        "topic 'orders' has 3 partitions; it can grow to 1024 and never shrink");
  CHECK(refusal(base::Kind::usage, [&] { log.add_partitions("order", 2); }).starts_with("no topic 'order'"));
}

TEST_CASE("a directory that was copied in part is read as it is, and not filled up") {
  SimulatedDisk disk;
  writing(disk);
  for (const char* folder : {"/log/orders-1", "/log/orders-4"})
    disk.set_content(std::string(folder) + "/00000000000000000000.log", "records");
  Log log = writing(disk);
  const log::Topic topic = log.ensure_topic("orders", 1).topic;
  CHECK(topic.partitions == std::vector<base::Partition>{{1}, {4}});
  CHECK(topic.partition_count() == 5);
}

TEST_CASE("settings are kept per topic, and go when they are taken back") {
  SimulatedDisk disk;
  Log log = writing(disk);
  log.ensure_topic("orders", 1, {{"segment.bytes", "4096"}});
  log.ensure_topic("users", 1);
  CHECK(log.config("orders").segment_bytes == 4096);
  CHECK(log.settings("users").empty());
  log.change_settings("orders", {{"retention.ms", "1000"}, {"segment.bytes", std::nullopt}});
  CHECK(log.settings("orders") == Settings{{"retention.ms", "1000"}});
  CHECK(reading(disk).config("orders").retention_ms == 1000);
  log.change_settings("orders", {{"retention.ms", std::nullopt}});
  CHECK(log.settings("orders").empty());
}

TEST_CASE("a setting that cannot be changes nothing, also not those beside it") {
  SimulatedDisk disk;
  Log log = writing(disk);
  log.ensure_topic("orders", 1);
  CHECK(refusal(base::Kind::usage, [&] {
          log.change_settings("orders", {{"retention.ms", "1"}, {"segment.ms", "0"}});
        }) == "segment.ms=0 is below 1");
  CHECK(refusal(base::Kind::usage, [&] {
          log.change_settings("orders", {{"retention.msec", std::nullopt}});
        }) == "no setting is called 'retention.msec'; did you mean 'retention.ms'?");
  CHECK(refusal(base::Kind::usage, [&] {
          log.change_settings("order", {{"retention.ms", "1"}});
        }).starts_with("no topic"));
  CHECK(log.settings("orders").empty());
}

TEST_CASE("damaged settings are refused, and no topic is lost over them") {
  SimulatedDisk disk;
  Log log = writing(disk);
  log.ensure_topic("orders", 1, {{"segment.bytes", "4096"}});
  disk.set_content("/log/topic-configs", "weir-topic-configs 1\norders segment.bytes=1\n");
  CHECK(refusal(base::Kind::io, [&] { log.config("orders"); }).starts_with("the topic settings are damaged"));
  CHECK(refusal(base::Kind::io, [&] {
          log.change_settings("orders", {{"retention.ms", "1"}});
        }) != "accepted");
  CHECK(names(log.topics()) == std::vector<std::string>{"orders/1"});
  CHECK(disk.content("/log/topic-configs") == "weir-topic-configs 1\norders segment.bytes=1\n");
}

TEST_CASE("processes that make the same topic at once make one") {
  const testing::TempDirectory directory;
  constexpr int kProcesses = 8;
  for (int round = 0; round < 5; ++round) {
    const std::string name = "topic" + std::to_string(round);
    std::vector<pid_t> children;
    for (int i = 0; i < kProcesses; ++i) {
      const pid_t child = ::fork();
      if (child == 0) {
        int status = 9;
        try {
          Log log = writing(base::real_sys(), directory.path());
          const Log::Created made = log.ensure_topic(name, 4);
          status = made.topic.partitions.size() != 4 ? 8 : made.created ? 1 : 0;
        } catch (const base::Error& error) {
          std::fprintf(stderr, "%s\n", error.what());
        }
        ::_exit(status);
      }
      children.push_back(child);
    }
    int created = 0;
    for (const pid_t child : children) {
      int status = 0;
      REQUIRE(::waitpid(child, &status, 0) == child);
      REQUIRE(WIFEXITED(status));
      CHECK(WEXITSTATUS(status) <= 1);
      created += WEXITSTATUS(status);
    }
    CHECK(created == 1);
  }
}

TEST_CASE("folders and files of the log are for their owner alone") {
  const testing::TempDirectory parent;
  const std::string directory = parent.path() + "/log";
  Log log = writing(base::real_sys(), directory);
  log.ensure_topic("orders", 1, {{"segment.bytes", "4096"}});
  log.allocate_producer_ids(1);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    CAPTURE(entry.path().string());
    struct stat info {};
    REQUIRE(::stat(entry.path().c_str(), &info) == 0);
    CHECK((info.st_mode & 077) == 0);
  }
}
