#include "log/delete_topic.h"

#include <doctest/doctest.h>
#include <poll.h>

#include <algorithm>

#include "base/error.h"
#include "log/log.h"
#include "log/log_watcher.h"
#include "log/storage_test_words.h"
#include "support/faulty_sys.h"
#include "support/simulated_disk.h"
#include "support/temp_directory.h"

using namespace weir;
using namespace weir::log;
using namespace weir::log::testing;
using weir::testing::FaultySys;
using weir::testing::SimulatedDisk;
using weir::testing::TempDirectory;

namespace {

Log writing(base::Sys& sys, const std::string& directory = "/log") {
  return Log::open(sys, base::system_clock(), machine(), directory, Log::Access::write);
}

std::unique_ptr<PartitionLog> writer_of(Log& log, const std::string& topic, int partition) {
  return PartitionLog::open(log.sys(), log.clock(), log.host(),
                            log.partition_path(topic, base::Partition{partition}), {});
}
std::unique_ptr<PartitionReader> reader_of(Log& log, const std::string& topic, int partition,
                                           const ReaderOptions& how = {}) {
  return PartitionReader::open(log.sys(), log.clock(), log.host(),
                               log.partition_path(topic, base::Partition{partition}), how);
}

template <typename Work>
std::string code_of(Work work) {
  try {
    work();
  } catch (const base::Error& error) {
    return error.code();
  }
  return "fine";
}

bool any_of_topic(const SimulatedDisk& disk, const std::string& topic) {
  const auto files = disk.files();
  return std::any_of(files.begin(), files.end(),
                     [&](const std::string& path) { return path.starts_with("/log/" + topic + "-"); });
}

}  // namespace

TEST_CASE("a deleted topic is gone with its files and settings, and those of others stay") {
  SimulatedDisk disk;
  Log log = writing(disk);
  log.ensure_topic("orders", 3, {{"retention.ms", "5"}});
  log.ensure_topic("orders-1", 1, {{"retention.ms", "7"}});
  log.delete_topic("orders");
  CHECK(!log.find_topic("orders"));
  CHECK(log.settings("orders").empty());
  CHECK(log.settings("orders-1").size() == 1);
  for (const char* gone : {"/log/orders-0/", "/log/orders-2/", "/log/orders.del"}) {
    for (const std::string& path : disk.files()) CHECK(!path.starts_with(gone));
  }
  CHECK(log.topic("orders-1").partitions.size() == 1);
  CHECK(code_of([&] { log.delete_topic("orders"); }) == "unknown_topic");
  CHECK(log.ensure_topic("orders", 2).topic.partition_count() == 2);
  CHECK(log.settings("orders").empty());
}

TEST_CASE(
    "whoever writes to or reads a topic learns that it was deleted, also when its name is in use again") {
  for (const bool again : {false, true}) {
    CAPTURE(again);
    const TempDirectory directory;
    Log log = writing(base::real_sys(), directory.path());
    log.ensure_topic("orders", 1);
    const auto writer = writer_of(log, "orders", 0);
    append(*writer, batch({"old"}));
    writer->sync();
    append(*writer, batch({"not synced"}));
    const auto reader = reader_of(log, "orders", 0);
    ReaderOptions as_path;
    as_path.ignore_side_file = true;
    const auto path_reader = reader_of(log, "orders", 0, as_path);
    LogWatcher watcher;
    watcher.watch(reader->folder());
    CHECK(read_on(*reader).values.size() >= 1);
    CHECK(!read_on(*path_reader).error);
    watcher.clear();

    log.delete_topic("orders");
    if (again) {
      log.ensure_topic("orders", 1);
      const auto next = writer_of(log, "orders", 0);
      append(*next, batch({"new", "new", "new", "new"}));
      next->sync();
    }
    pollfd woken{watcher.fd(), POLLIN, 0};
    CHECK(::poll(&woken, 1, 20'000) == 1);
    CHECK(code_of([&] { writer->sync(); }) == kTopicDeleted);
    CHECK(code_of([&] { append(*writer, batch({"late"})); }) == kTopicDeleted);
    for (PartitionReader* each : {reader.get(), path_reader.get()}) {
      const Read rest = read_on(*each);
      REQUIRE(rest.error);
      CHECK(rest.error->code() == kTopicDeleted);
      CHECK(std::string(rest.error->what()) == "topic 'orders' was deleted meanwhile");
      CHECK(std::find(rest.values.begin(), rest.values.end(), "new") == rest.values.end());
    }
    if (again) CHECK(read_on(*reader_of(log, "orders", 0)).values.size() == 4);
  }
}

TEST_CASE(
    "deleting, killed or cut from power at every call, leaves the whole topic or none, and then its name "
    "free") {
  const auto begin = [](SimulatedDisk& disk) {
    Log log = writing(disk);
    log.ensure_topic("orders", 3, {{"segment.bytes", "4096"}});
    log.ensure_topic("others", 1);
    for (int p = 0; p < 3; ++p) {
      const auto writer = writer_of(log, "orders", p);
      append(*writer, batch({"v"}));
      writer->close();
    }
  };
  std::size_t calls = 0;
  {
    SimulatedDisk disk;
    begin(disk);
    FaultySys sys(disk);
    writing(sys).delete_topic("orders");
    calls = sys.calls();
    CHECK(!any_of_topic(disk, "orders"));
  }
  REQUIRE(calls > 40);
  std::size_t whole = 0, none = 0;
  for (std::size_t index = 0; index <= calls; ++index) {
    SimulatedDisk disk;
    begin(disk);
    FaultySys sys(disk);
    sys.die_at(index);
    try {
      writing(sys).delete_topic("orders");
    } catch (const base::Error&) {
    }
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
      CAPTURE(index);
      CAPTURE(seed);
      const auto after = seed == 0 ? disk.after_kill() : disk.after_power_cut(seed);
      Log log = writing(*after);
      const auto found = log.find_topic("orders");
      if (found) {
        ++whole;
        REQUIRE(found->partitions.size() == 3);
        CHECK(log.settings("orders").size() == 1);
        for (int p = 0; p < 3; ++p) {
          const auto writer = writer_of(log, "orders", p);
          CHECK(append(*writer, batch({"w"})).base.value == 1);
        }
        continue;
      }
      ++none;
      CHECK(log.ensure_topic("orders", 2).created);
      CHECK(log.topic("orders").partitions.size() == 2);
      CHECK(log.settings("orders").empty());
      CHECK(writer_of(log, "orders", 0)->next_offset().value == 0);
      for (const std::string& path : after->files()) {
        CHECK(!path.ends_with(".del"));
        CHECK(path.find("-delete/") == std::string::npos);
      }
      CHECK(log.topic("others").partitions.size() == 1);
    }
  }
  CHECK(whole > 0);
  CHECK(none > 0);
  MESSAGE(whole, " whole, ", none, " gone");
}

TEST_CASE("a topic whose lock is held for too long is not deleted") {
  SimulatedDisk disk;
  TickingClock clock;
  Log log = Log::open(disk, clock, machine(), "/log", Log::Access::write);
  log.ensure_topic("orders", 2);
  SideFile held = *SideFile::open(disk, "/log/orders-1", SideFile::Access::write);
  REQUIRE(held.try_lock());
  CHECK(code_of([&] { log.delete_topic("orders"); }) == "log_locked");
  CHECK(log.topic("orders").partitions.size() == 2);
  held.unlock();
  log.delete_topic("orders");
  CHECK(!log.find_topic("orders"));
}

TEST_CASE("partitions of a Kafka broker's log go, too, and so does what it left half deleted") {
  SimulatedDisk disk;
  Log log = writing(disk);
  disk.mkdir("/log/orders-0", 0700);
  disk.set_content("/log/orders-0/00000000000000000000.log", "records");
  const std::string left = "/log/old-3.0f8fad5bd9cb469fa16570867728950e-delete";
  disk.mkdir(left, 0700);
  disk.set_content(left + "/00000000000000000000.log", "records");
  disk.mkdir("/log/old-3.77-delete", 0700);
  disk.set_content("/log/old-3.77-delete/x", "not Kafka's name");
  log.delete_topic("orders");
  CHECK(disk.files() == std::vector<std::string>{"/log/.lock", "/log/.weir-lock", "/log/old-3.77-delete/x"});
}

TEST_CASE("only a name that Kafka gives a deleted folder is one") {
  const std::string uuid = "0f8fad5bd9cb469fa16570867728950e";
  CHECK(is_deleted_folder("orders-0." + uuid + "-delete"));
  CHECK(!is_deleted_folder("orders-0." + uuid + "-future"));
  CHECK(!is_deleted_folder("orders-0." + uuid.substr(1) + "-delete"));
  CHECK(!is_deleted_folder("orders-0.0F8FAD5BD9CB469FA16570867728950E-delete"));
  CHECK(!is_deleted_folder("orders." + uuid + "-delete"));
  CHECK(!is_deleted_folder("-delete"));
}
