#include "log/log_watcher.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

using namespace weir::log;

namespace {

struct Folder {
  std::string path;
  Folder() {
    char name[] = "/tmp/weir-watch-XXXXXX";
    REQUIRE(::mkdtemp(name) != nullptr);
    path = name;
  }
  ~Folder() {
    ::unlink((path + "/file").c_str());
    ::rmdir(path.c_str());
  }
  void write() {
    const int fd = ::open((path + "/file").c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    REQUIRE(fd >= 0);
    REQUIRE(::write(fd, "x", 1) == 1);
    ::close(fd);
  }
};

bool readable(const LogWatcher& watcher, int timeout_ms) {
  pollfd wait{watcher.fd(), POLLIN, 0};
  return ::poll(&wait, 1, timeout_ms) == 1;
}

}  // namespace

TEST_CASE("a write in a watched folder wakes the follower, once per clear") {
  Folder folder;
  LogWatcher watcher;
  watcher.watch(folder.path);
  CHECK(!watcher.polling());
  CHECK(!readable(watcher, 0));
  folder.write();
  CHECK(readable(watcher, 5000));
  watcher.clear();
  CHECK(!readable(watcher, 0));
}

TEST_CASE("a folder that was made is told, a file is not") {
  Folder folder;
  LogWatcher watcher;
  watcher.watch(folder.path);
  folder.write();
  CHECK(!watcher.clear());
  const std::string made = folder.path + "/orders-1";
  REQUIRE(::mkdir(made.c_str(), 0700) == 0);
  CHECK(readable(watcher, 5000));
  CHECK(watcher.clear());
  CHECK(!watcher.clear());
  ::rmdir(made.c_str());
}

TEST_CASE("a follower can ask to be woken without a write") {
  LogWatcher watcher;
  watcher.wake_in(std::chrono::milliseconds(1));
  CHECK(readable(watcher, 5000));
  watcher.clear();
  CHECK(!readable(watcher, 0));
}

TEST_CASE("a folder that cannot be watched is polled instead") {
  LogWatcher watcher(std::chrono::milliseconds(1));
  watcher.watch("/no/such/folder");
  CHECK(watcher.polling());
  CHECK(readable(watcher, 5000));
  CHECK(watcher.clear());  // it may have been a folder
}
