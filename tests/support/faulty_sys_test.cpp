#include "support/faulty_sys.h"

#include <doctest/doctest.h>

#include <cerrno>

#include "base/error.h"
#include "base/file.h"
#include "support/simulated_disk.h"

using weir::base::Error;
using weir::base::File;
using weir::testing::Call;
using weir::testing::FaultySys;
using weir::testing::SimulatedDisk;
using Span = FaultySys::Span;

namespace {

std::string read(weir::base::Sys& sys, const std::string& path) {
  std::string text;
  File::read_whole(sys, path, &text);
  return text;
}

std::size_t calls_of_a_replacement() {
  SimulatedDisk disk;
  disk.set_content("a", "old");
  FaultySys counter(disk);
  File::replace(counter, "a", "new");
  return counter.calls();
}

}  // namespace

TEST_CASE("an interrupted or unready call is made again and does not show") {
  for (const int error : {EINTR, EAGAIN}) {
    CAPTURE(error);
    SimulatedDisk disk;
    std::size_t calls = 0;
    for (std::size_t index = 0; index == 0 || index < calls; ++index) {
      FaultySys sys(disk);
      sys.fail_at(index, error, Span::once);
      File::replace(sys, "a", "text " + std::to_string(index));
      calls = sys.calls();
      CHECK(read(disk, "a") == "text " + std::to_string(index));
    }
    CHECK(calls > 7);
  }
}

TEST_CASE("a call that is interrupted for ever ends in an error that names the path") {
  for (const int error : {EINTR, EAGAIN}) {
    for (const Call call : {Call::pwrite, Call::pread, Call::open, Call::fsync}) {
      CAPTURE(name(call));
      SimulatedDisk disk;
      disk.set_content("a", "x");
      FaultySys sys(disk);
      sys.fail_nth(call, 0, error, Span::from_then_on);
      try {
        read(sys, "a");
        File::replace(sys, "a", "y");
        FAIL("no error");
      } catch (const Error& met) {
        CHECK(met.kind() == weir::base::Kind::io);
        CHECK(std::string(met.what()).find("a") != std::string::npos);
      }
    }
  }
}

TEST_CASE("every call of a replacement that fails leaves the old file or the new one, and an error") {
  for (const int error : {EIO, ENOSPC, EDQUOT, EFBIG, EROFS, EMFILE, ENOMEM}) {
    for (const Span span : {Span::once, Span::from_then_on}) {
      const std::size_t calls = calls_of_a_replacement();
      for (std::size_t index = 0; index < calls; ++index) {
        CAPTURE(index);
        SimulatedDisk disk;
        disk.set_content("a", "old");
        FaultySys sys(disk);
        sys.fail_at(index, error, span);
        bool threw = false;
        try {
          File::replace(sys, "a", "new");
        } catch (const Error&) {
          threw = true;
        }
        const bool closing = sys.trace()[index] == Call::close;
        CHECK(threw == !closing);
        const std::string now = read(disk, "a");
        CHECK((now == "old" || now == "new"));
        if (!threw) CHECK(now == "new");
        CHECK(disk.open_files() == 0);
      }
    }
  }
}

TEST_CASE("short reads and writes of every size move every byte once") {
  std::string text;
  for (int i = 0; i < 300; ++i) text += static_cast<char>(i * 7);
  for (std::size_t size = 1; size < text.size(); ++size) {
    SimulatedDisk disk;
    FaultySys sys(disk);
    sys.shorten([&](std::size_t) { return size; });
    File::replace(sys, "a", text);
    CHECK(disk.content("a") == text);
    CHECK(read(sys, "a") == text);
  }
}

TEST_CASE("a dead process changes nothing more") {
  SimulatedDisk disk;
  disk.set_content("a", "old");
  FaultySys sys(disk);
  sys.die_at(2);
  CHECK_THROWS_AS(File::replace(sys, "a", "new"), Error);
  CHECK(sys.dead());
  CHECK(disk.content("a") == "old");
  CHECK_THROWS_AS(File::open(sys, "b", File::Mode::create), Error);
  CHECK(disk.files() == std::vector<std::string>{"/a", "/a.tmp"});
}

TEST_CASE("a swallowed sync answers well and does nothing") {
  SimulatedDisk disk;
  FaultySys sys(disk);
  sys.swallow(Call::fsync);
  File::replace(sys, "a", "new");
  int lost = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const auto after = disk.after_power_cut(seed);
    if (!File::exists(*after, "a") || after->content("a") != "new") ++lost;
  }
  CHECK(lost > 50);
}

TEST_CASE("a failed sync loses the pages where a test wants it to") {
  SimulatedDisk disk;
  disk.set_content("a", "old");
  FaultySys sys(disk);
  sys.on_failed_sync([&](int fd) { disk.lose_unsynced(fd); });
  sys.fail_nth(Call::fdatasync, 0, EIO, Span::once);
  File file = File::open(sys, "a", File::Mode::read_write);
  file.pwrite("new", 0);
  CHECK_THROWS_WITH_AS(file.datasync(), "failed syncing a: input/output error", Error);
  file.datasync();
  CHECK(disk.after_power_cut(1)->content("a") == "old");
}

TEST_CASE("a sync that is answered early is made two calls later, or when its file is closed") {
  SimulatedDisk disk;
  disk.set_content("a", "old");
  FaultySys sys(disk);
  sys.answer_syncs_early(2);
  File file = File::open(sys, "a", File::Mode::read_write);
  file.pwrite("new", 0);
  file.sync();
  int lost = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed)
    lost += disk.after_power_cut(seed)->content("a") == "old" ? 1 : 0;
  CHECK(lost > 50);
  SUBCASE("two calls later") {
    file.size();
    file.size();
    file.size();
  }
  SUBCASE("closed") {
    file = File();
  }
  for (std::uint64_t seed = 0; seed < 200; ++seed) CHECK(disk.after_power_cut(seed)->content("a") == "new");
}
