#include "log/create_partition.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <set>

#include "log/network_fs.h"
#include "log/storage_test_words.h"

using namespace weir;
using namespace weir::log;
using namespace weir::log::testing;
using weir::testing::SimulatedDisk;

TEST_CASE("a new partition has all that Kafka looks for, from its first moment") {
  SimulatedDisk disk;
  Lab lab(disk);
  const std::string id = random_topic_id();
  CHECK(create_partition(disk, lab.clock, lab.host, kFolder, id));
  CHECK(!create_partition(disk, lab.clock, lab.host, kFolder, random_topic_id()));
  CHECK(read_topic_id(disk, kFolder) == id);
  CHECK(disk.content(kFolder + "/partition.metadata") == "version: 0\ntopic_id: " + id + "\n");
  CHECK(disk.content(kFolder + "/leader-epoch-checkpoint") == "0\n1\n0 0\n");
  CHECK(disk.content(kFolder + "/00000000000000000000.log").empty());
  CHECK(disk.content(kFolder + "/weir-ends").size() == 4096);
}

TEST_CASE("topic ids are 22 characters of Kafka's alphabet and do not repeat") {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = random_topic_id();
    CHECK(id.size() == 22);
    CHECK(id[0] != '-');
    CHECK(id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
          std::string::npos);
    seen.insert(id);
  }
  CHECK(seen.size() == 1000);
}

TEST_CASE("a damaged partition.metadata is refused, never replaced") {
  SimulatedDisk disk;
  Lab lab(disk);
  lab.create();
  disk.set_content(kFolder + "/partition.metadata", "version: 0\ntopic_id: short\n");
  CHECK_THROWS_AS(read_topic_id(disk, kFolder), base::Error);
}

TEST_CASE("processes that make the same partition at once make one, and append to it at once") {
  char name[] = "/tmp/weir-create-XXXXXX";
  REQUIRE(::mkdtemp(name) != nullptr);
  const std::string folder = std::string(name) + "/t-0";
  constexpr int kProcesses = 6, kBatches = 50;
  for (int process = 0; process < kProcesses; ++process) {
    if (::fork() != 0) continue;
    int made = 0;
    try {
      base::Sys& sys = base::real_sys();
      const Host host = Host::current(sys);
      made = create_partition(sys, base::system_clock(), host, folder, random_topic_id()) ? 1 : 0;
      PartitionOptions options;
      options.segment_bytes = 4096;
      const auto log = PartitionLog::open(sys, base::system_clock(), host, folder, options);
      for (int i = 0; i < kBatches; ++i) {
        append(*log, batch({"v"}, {.producer = process, .sequence = i}));
        if (i % 10 == 9) log->sync();
      }
      log->close();
    } catch (...) {
      ::_exit(99);
    }
    ::_exit(made);
  }
  int made = 0;
  for (int process = 0; process < kProcesses; ++process) {
    int status = 0;
    REQUIRE(::wait(&status) > 0);
    REQUIRE(WIFEXITED(status));
    REQUIRE(WEXITSTATUS(status) <= 1);
    made += WEXITSTATUS(status);
  }
  CHECK(made == 1);
  base::Sys& sys = base::real_sys();
  const auto reader = PartitionReader::open(sys, base::system_clock(), Host::current(sys), folder, {});
  const Read read = read_on(*reader);
  CHECK(!read.error);
  REQUIRE(read.offsets.size() == kProcesses * kBatches);
  for (std::size_t i = 0; i < read.offsets.size(); ++i)
    CHECK(read.offsets[i] == static_cast<std::int64_t>(i));
  std::filesystem::remove_all(name);
}

namespace {

class Mounted final : public base::Sys {
 public:
  explicit Mounted(std::int64_t type) : type_(type) {}
  int filesystem(const std::string&, std::int64_t* type) override { return *type = type_, 0; }
  int open(const std::string&, int, mode_t) override { return -1; }
  int close(int) override { return -1; }
  ssize_t pread(int, void*, std::size_t, off_t) override { return -1; }
  ssize_t pwrite(int, const void*, std::size_t, off_t) override { return -1; }
  int fdatasync(int) override { return -1; }
  int fsync(int) override { return -1; }
  int ftruncate(int, off_t) override { return -1; }
  int fstat(int, struct stat*) override { return -1; }
  int stat(const std::string&, struct stat*) override { return -1; }
  int rename(const std::string&, const std::string&) override { return -1; }
  int unlink(const std::string&) override { return -1; }
  int mkdir(const std::string&, mode_t) override { return -1; }
  int rmdir(const std::string&) override { return -1; }
  int list(const std::string&, std::vector<std::string>*) override { return -1; }
  int lock(int, Lock) override { return -1; }
  int drop_cache(int) override { return -1; }

 private:
  std::int64_t type_;
};

}  // namespace

TEST_CASE("network file systems are refused with a hint, local ones are not") {
  for (const std::int64_t type : {0x6969L, 0xfe534d42L, 0x65735546L, 0x01021997L}) {
    Mounted sys(type);
    try {
      refuse_network_fs(sys, "/mnt/shared");
      FAIL("a network file system was accepted");
    } catch (const base::Error& error) {
      CHECK(error.code() == "network_fs");
      CHECK(error.hint().find("-b DIR") != std::string::npos);
    }
  }
  Mounted ext4(0xef53);
  CHECK_NOTHROW(refuse_network_fs(ext4, "/var/lib"));
}
