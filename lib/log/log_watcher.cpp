#include "log/log_watcher.h"

#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "base/error.h"

namespace weir::log {
namespace {

constexpr std::uint32_t kEvents = IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_DELETE_SELF;

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

void drain(int fd) {
  if (fd < 0) return;
  alignas(8) char bytes[4096];
  while (::read(fd, bytes, sizeof bytes) > 0) {
  }
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

void LogWatcher::clear() {
  drain(inotify_);
  drain(timer_);
  drain(ticker_);
}

void LogWatcher::wake_in(std::chrono::nanoseconds delay) {
  if (timer_ < 0) timer_ = make_timer(epoll_);
  if (delay <= std::chrono::nanoseconds(0)) delay = std::chrono::nanoseconds(1);  // 0 would switch it off
  const itimerspec once{{}, to_timespec(delay)};
  ::timerfd_settime(timer_, 0, &once, nullptr);
}

}  // namespace weir::log
