#include "coord/wakeups.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <string>

#include "base/error.h"

namespace weir::coord {
namespace {

int checked(int fd) {
  if (fd >= 0) return fd;
  throw base::Error(base::Kind::io, "cannot make a descriptor to wait for: " + base::errno_words(errno));
}

// Both kinds hold a number that reading takes back.
void read_away(int fd) {
  std::uint64_t count;
  while (::read(fd, &count, sizeof count) < 0 && errno == EINTR) {
  }
}

}  // namespace

Wakeups::Wakeups() : epoll_(checked(::epoll_create1(EPOLL_CLOEXEC))) {
  event_ = checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  timer_ = checked(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
  add(event_);
  add(timer_);
}

Wakeups::~Wakeups() {
  for (const int fd : {timer_, event_, epoll_}) ::close(fd);
}

void Wakeups::add(int fd) {
  epoll_event event{};
  event.events = EPOLLIN;
  if (fd >= 0 && ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) < 0) checked(-1);
}

void Wakeups::remove(int fd) {
  if (fd >= 0) ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
}

void Wakeups::wake() {
  const std::uint64_t one = 1;
  if (::write(event_, &one, sizeof one) < 0 && errno != EAGAIN) checked(-1);
}

void Wakeups::wake_in(std::chrono::nanoseconds delay) {
  const auto count = std::max<std::int64_t>(delay.count(), 1);  // zero would switch the timer off
  itimerspec when{};
  when.it_value.tv_sec = count / 1'000'000'000;
  when.it_value.tv_nsec = count % 1'000'000'000;
  ::timerfd_settime(timer_, 0, &when, nullptr);
}

void Wakeups::clear() {
  read_away(event_);
  read_away(timer_);
}

}  // namespace weir::coord
