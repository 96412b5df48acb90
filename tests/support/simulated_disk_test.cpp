// The lab must be able to lose what it says it loses, or a power-cut test that passes shows nothing.
#include <doctest/doctest.h>
#include <fcntl.h>

#include <cerrno>
#include <set>

#include "base/file.h"
#include "support/faulty_sys.h"
#include "support/simulated_disk.h"

using weir::base::File;
using weir::base::Sys;
using weir::testing::SimulatedDisk;

namespace {

constexpr int kSeeds = 2000;

// What a file may hold after a power cut now; "-" stands for no such file.
std::set<std::string> states(const SimulatedDisk& disk, const std::string& path) {
  std::set<std::string> found;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const auto after = disk.after_power_cut(seed);
    found.insert(File::exists(*after, path) ? after->content(path) : "-");
  }
  return found;
}

void sync_directory(SimulatedDisk& disk, const std::string& path) {
  File::open_directory(disk, path).sync();
}

}  // namespace

TEST_CASE("a write that was not synced is lost after some power cuts and there after others") {
  SimulatedDisk disk;
  disk.set_content("a", "old");
  File file = File::open(disk, "a", File::Mode::read_write);
  file.pwrite("new", 0);
  CHECK(disk.content("a") == "new");
  CHECK(states(disk, "a") == std::set<std::string>{"old", "new"});
}

TEST_CASE("a synced write is never lost") {
  SimulatedDisk disk;
  disk.set_content("a", "old");
  File file = File::open(disk, "a", File::Mode::read_write);
  file.pwrite("newer", 0);
  SUBCASE("fdatasync") {
    file.datasync();
  }
  SUBCASE("fsync") {
    file.sync();
  }
  CHECK(states(disk, "a") == std::set<std::string>{"newer"});
}

TEST_CASE("a synced file whose directory was not synced may be gone") {
  SimulatedDisk disk;
  File file = File::open(disk, "a", File::Mode::create);
  file.pwrite("x", 0);
  file.sync();
  CHECK(states(disk, "a") == std::set<std::string>{"-", "x"});
  sync_directory(disk, "/");
  CHECK(states(disk, "a") == std::set<std::string>{"x"});
}

TEST_CASE("a name that is kept says nothing about the content") {
  SimulatedDisk disk;
  File file = File::open(disk, "a", File::Mode::create);
  file.pwrite("xy", 0);
  sync_directory(disk, "/");
  CHECK(states(disk, "a") == std::set<std::string>{"", "xy", std::string(2, '\0')});
}

TEST_CASE("a long write is torn at sectors, in any order, and never inside one") {
  SimulatedDisk disk;
  disk.set_content("a", std::string(4 * 512, 'o'));
  File file = File::open(disk, "a", File::Mode::read_write);
  file.pwrite(std::string(4 * 512, 'n'), 0);
  std::set<std::string> shapes;
  for (const std::string& content : states(disk, "a")) {
    REQUIRE(content.size() == 4 * 512);
    std::string shape;
    for (std::size_t sector = 0; sector < 4; ++sector) {
      const std::string part = content.substr(sector * 512, 512);
      REQUIRE(part == std::string(512, part[0]));
      shape += part[0];
    }
    shapes.insert(shape);
  }
  CHECK(shapes.size() == 16);
}

TEST_CASE("of two writes to one sector the second never arrives without the first") {
  SimulatedDisk disk;
  disk.set_content("a", "--");
  File file = File::open(disk, "a", File::Mode::read_write);
  file.pwrite("1", 0);
  file.pwrite("2", 1);
  CHECK(states(disk, "a") == std::set<std::string>{"--", "1-", "12"});
}

TEST_CASE("a truncation is lost like a write, and what it cut off does not come back once it is synced") {
  SimulatedDisk disk;
  disk.set_content("a", "abcdef");
  File file = File::open(disk, "a", File::Mode::read_write);
  file.truncate(3);
  CHECK(states(disk, "a").contains("abcdef"));
  CHECK(states(disk, "a").contains("abc"));
  file.sync();
  file.truncate(6);
  file.sync();
  CHECK(states(disk, "a") == std::set<std::string>{std::string("abc\0\0\0", 6)});
}

TEST_CASE("a rename shows the old file or the new one, until the directory is synced") {
  SimulatedDisk disk;
  disk.set_content("a", "old");
  disk.set_content("a.tmp", "new");
  REQUIRE(disk.rename("a.tmp", "a") == 0);
  CHECK(states(disk, "a") == std::set<std::string>{"old", "new"});
  sync_directory(disk, "/");
  CHECK(states(disk, "a") == std::set<std::string>{"new"});
  CHECK(states(disk, "a.tmp") == std::set<std::string>{"-"});
}

TEST_CASE("replacing a file as base::File does it survives every power cut at every call") {
  SimulatedDisk disk;
  disk.set_content("d/a", "old");
  weir::testing::FaultySys sys(disk);
  std::set<std::string> met;
  sys.before_each([&](std::size_t, weir::testing::Call) { met.merge(states(disk, "d/a")); });
  File::replace(sys, "d/a", "new");
  CHECK(met == std::set<std::string>{"old", "new"});
  CHECK(states(disk, "d/a") == std::set<std::string>{"new"});
}

TEST_CASE("an unlink comes back unless the directory is synced") {
  SimulatedDisk disk;
  disk.set_content("d/a", "x");
  REQUIRE(disk.unlink("d/a") == 0);
  CHECK(states(disk, "d/a") == std::set<std::string>{"-", "x"});
  sync_directory(disk, "d");
  CHECK(states(disk, "d/a") == std::set<std::string>{"-"});
}

TEST_CASE("after a sync that failed the pages are clean, so the next sync proves nothing") {
  SimulatedDisk disk;
  disk.set_content("a", "old");
  File file = File::open(disk, "a", File::Mode::read_write);
  file.pwrite("new", 0);
  disk.lose_unsynced(file.fd());
  file.sync();
  CHECK(disk.content("a") == "new");
  CHECK(states(disk, "a") == std::set<std::string>{"old"});
  REQUIRE(disk.drop_cache(file.fd()) == 0);
  CHECK(disk.content("a") == "old");
}

TEST_CASE("a killed process leaves what it wrote, and nothing of its locks") {
  SimulatedDisk disk;
  disk.set_content("a", "old");
  File file = File::open(disk, "a", File::Mode::read_write);
  REQUIRE(file.try_lock(Sys::Lock::exclusive));
  file.pwrite("new", 0);
  const auto after = disk.after_kill();
  CHECK(after->content("a") == "new");
  CHECK(after->open_files() == 0);
  File again = File::open(*after, "a", File::Mode::read_write);
  CHECK(again.try_lock(Sys::Lock::exclusive));
  CHECK(states(*after, "a") == std::set<std::string>{"old", "new"});
}

TEST_CASE(
    "locks belong to the open file: shared ones meet, an exclusive one stands alone, closing drops it") {
  SimulatedDisk disk;
  disk.set_content("a", "");
  File one = File::open(disk, "a", File::Mode::read_write);
  File two = File::open(disk, "a", File::Mode::read_write);
  CHECK(one.try_lock(Sys::Lock::shared));
  CHECK(two.try_lock(Sys::Lock::shared));
  CHECK_FALSE(two.try_lock(Sys::Lock::exclusive));
  one.unlock();
  CHECK(two.try_lock(Sys::Lock::exclusive));
  CHECK_FALSE(one.try_lock(Sys::Lock::shared));
  two = File();
  CHECK(one.try_lock(Sys::Lock::shared));
  File reader = File::open(disk, "a", File::Mode::read);
  CHECK(disk.lock(reader.fd(), Sys::Lock::exclusive) == -EBADF);
}

TEST_CASE("a full disk takes what fits and then nothing, until there is room") {
  SimulatedDisk disk;
  disk.set_content("a", "12345");
  disk.set_content("b", "x");
  disk.set_capacity(8);
  File file = File::open(disk, "a", File::Mode::read_write);
  CHECK(disk.pwrite(file.fd(), "6789", 4, 5) == 2);
  CHECK(disk.pwrite(file.fd(), "89", 2, 7) == -ENOSPC);
  CHECK(disk.pwrite(file.fd(), "ABC", 3, 0) == 3);
  REQUIRE(disk.unlink("b") == 0);
  disk.set_capacity(100);
  CHECK(disk.pwrite(file.fd(), "89", 2, 7) == 2);
}

TEST_CASE("paths that lead nowhere answer as the kernel does") {
  SimulatedDisk disk;
  disk.set_content("d/a", "x");
  struct stat info {};
  CHECK(disk.stat("d/b", &info) == -ENOENT);
  CHECK(disk.stat("d/a/b", &info) == -ENOTDIR);
  CHECK(disk.stat("x/y", &info) == -ENOENT);
  CHECK(disk.open("d", O_RDWR, 0) == -EISDIR);
  CHECK(disk.open("d/a", O_RDONLY | O_DIRECTORY, 0) == -ENOTDIR);
  CHECK(disk.open("d/a", O_RDWR | O_CREAT | O_EXCL, 0) == -EEXIST);
  CHECK(disk.rmdir("d") == -ENOTEMPTY);
  CHECK(disk.mkdir("d", 0) == -EEXIST);
  CHECK(disk.unlink("d") == -EISDIR);
  CHECK(disk.close(99) == -EBADF);
}
