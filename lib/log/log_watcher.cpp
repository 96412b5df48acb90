#include "log/log_watcher.h"

#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "base/error.h"

namespace weir::log {
namespace {

constexpr std::uint32_t kEvents = IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_MOVE_SELF | IN_DELETE_SELF;

void add(int epoll, int fd) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  if (::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) {
    throw base::Error(base::Kind::io, "cannot wait for new records: " + base::errno_words(errno));
  }
}

int make_timer(int epoll) {
  const int timer = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  if (timer < 0)
    throw base::Error(base::Kind::io, "cannot wait for new records: " + base::errno_words(errno));
  add(epoll, timer);
  return timer;
}

timespec to_timespec(std::chrono::nanoseconds span) {
  return {span.count() / 1'000'000'000, span.count() % 1'000'000'000};
}

// Reads a timer empty; true when it had run out.
bool drain(int fd) {
  std::uint64_t times;
  return fd >= 0 && ::read(fd, &times, sizeof times) > 0;
}

// Reads an inotify descriptor empty; true when a folder was made, or when events were lost.
bool drain_events(int fd) {
  if (fd < 0) return false;
  bool folder = false;
  alignas(inotify_event) char bytes[4096];
  for (ssize_t got; (got = ::read(fd, bytes, sizeof bytes)) > 0;) {
    for (const char* at = bytes; at < bytes + got;) {
      inotify_event event;
      std::memcpy(&event, at, sizeof event);
      const bool made = (event.mask & IN_ISDIR) != 0 && (event.mask & (IN_CREATE | IN_MOVED_TO)) != 0;
      folder = folder || made || (event.mask & IN_Q_OVERFLOW) != 0;
      at += sizeof event + event.len;
    }
  }
  return folder;
}

}  // namespace

LogWatcher::LogWatcher(std::chrono::nanoseconds poll_every) : poll_every_(poll_every) {
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  if (epoll_ < 0)
    throw base::Error(base::Kind::io, "cannot wait for new records: " + base::errno_words(errno));
  // A system has few inotify instances (128 for each user is usual): without one, look now and then.
  inotify_ = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (inotify_ < 0) {
    start_polling();
  } else {
    add(epoll_, inotify_);
  }
}

LogWatcher::~LogWatcher() {
  for (const int fd : {inotify_, timer_, ticker_, epoll_}) {
    if (fd >= 0) ::close(fd);
  }
}

void LogWatcher::start_polling() {
  if (polling_) return;
  polling_ = true;
  ticker_ = make_timer(epoll_);
  const itimerspec every{to_timespec(poll_every_), to_timespec(poll_every_)};
  ::timerfd_settime(ticker_, 0, &every, nullptr);
}

void LogWatcher::watch(const std::string& folder) {
  if (inotify_ >= 0 && ::inotify_add_watch(inotify_, folder.c_str(), kEvents) >= 0) return;
  start_polling();  // no watch left, or none on this file system
}

bool LogWatcher::clear() {
  const bool folder = drain_events(inotify_);
  drain(timer_);
  return drain(ticker_) || folder;
}

void LogWatcher::wake_in(std::chrono::nanoseconds delay) {
  if (timer_ < 0) timer_ = make_timer(epoll_);
  if (delay <= std::chrono::nanoseconds(0)) delay = std::chrono::nanoseconds(1);  // 0 would switch it off
  const itimerspec once{{}, to_timespec(delay)};
  ::timerfd_settime(timer_, 0, &once, nullptr);
}

}  // namespace weir::log
