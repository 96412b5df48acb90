#include "coord/range_locks.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/error.h"

namespace weir::coord {
namespace {

[[noreturn]] void fail(const std::string& path, const char* doing) {
  throw base::Error(base::Kind::io,
                    std::string("cannot ") + doing + ' ' + path + ": " + base::errno_words(errno));
}

struct flock one(short kind, std::int64_t number, std::int64_t length = 1) {
  struct flock range {};
  range.l_type = kind;
  range.l_whence = SEEK_SET;
  range.l_start = number;
  range.l_len = length;
  return range;
}

}  // namespace

RangeLocks::RangeLocks(std::string path, Use use) : path_(std::move(path)) {
  const int access = use == Use::take ? O_RDWR | O_CREAT : O_RDONLY;
  fd_ = ::open(path_.c_str(), access | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd_ < 0) fail(path_, "open");
  watch_ = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (watch_ < 0) return;  // the user's watches are used up: whoever waits polls
  if (::inotify_add_watch(watch_, path_.c_str(), IN_MODIFY | IN_CLOSE_WRITE) < 0) {
    ::close(watch_);
    watch_ = -1;
  }
}

RangeLocks::~RangeLocks() {
  if (watch_ >= 0) ::close(watch_);
  ::close(fd_);
}

bool RangeLocks::try_lock(std::int64_t number) {
  struct flock range = one(F_WRLCK, number);
  int outcome;
  do {
    outcome = ::fcntl(fd_, F_OFD_SETLK, &range);
  } while (outcome < 0 && errno == EINTR);
  if (outcome == 0) return true;
  if (errno != EAGAIN && errno != EACCES) fail(path_, "lock");
  return false;
}

void RangeLocks::unlock(std::int64_t number) {
  struct flock range = one(F_UNLCK, number);
  if (::fcntl(fd_, F_OFD_SETLK, &range) < 0) fail(path_, "unlock");
}

std::vector<std::int64_t> RangeLocks::held_by_others(std::int64_t from, std::int64_t to) const {
  std::vector<std::int64_t> held;
  find_held(from, to, &held);
  std::sort(held.begin(), held.end());
  return held;
}

// The kernel names any one lock in the way, not the first: look again on both sides of it.
void RangeLocks::find_held(std::int64_t from, std::int64_t to, std::vector<std::int64_t>* held) const {
  while (from < to) {
    struct flock range = one(F_WRLCK, from, to - from);
    if (::fcntl(fd_, F_OFD_GETLK, &range) < 0) fail(path_, "look at the locks of");
    if (range.l_type == F_UNLCK) return;
    const std::int64_t first = std::max<std::int64_t>(range.l_start, from);
    const std::int64_t behind =
        range.l_len == 0 ? to : std::min<std::int64_t>(range.l_start + range.l_len, to);
    for (std::int64_t number = first; number < behind; ++number) held->push_back(number);
    find_held(from, first, held);
    from = behind;
  }
}

void RangeLocks::announce() {
  // Any write is an event for those who watch; the byte stays the same.
  if (::pwrite(fd_, "\n", 1, 0) < 0 && errno != ENOSPC && errno != EDQUOT) fail(path_, "write to");
}

bool RangeLocks::news() const {
  pollfd wait{watch_, POLLIN, 0};
  return watch_ >= 0 && ::poll(&wait, 1, 0) > 0;
}

bool RangeLocks::clear() {
  bool closed = false;
  alignas(inotify_event) char events[4096];
  for (ssize_t got; watch_ >= 0 && (got = ::read(watch_, events, sizeof events)) > 0;) {
    for (ssize_t at = 0; at < got;) {
      const auto* const event = reinterpret_cast<const inotify_event*>(events + at);
      closed = closed || (event->mask & IN_CLOSE_WRITE) != 0;
      at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
    }
  }
  return closed;
}

}  // namespace weir::coord
