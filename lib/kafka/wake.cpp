#include "kafka/wake.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "base/error.h"

namespace weir::kafka {
namespace {

constexpr std::uint64_t kOne = 1;

}  // namespace

Wake::Wake() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (fd_ < 0)
    throw base::Error(base::Kind::io, "cannot make a descriptor to wait for: " + base::errno_words(errno));
}

Wake::~Wake() {
  ::close(fd_);
}

void Wake::watch(rd_kafka_queue_t* queue) const {
  api().rd_kafka_queue_io_event_enable(queue, fd_, &kOne, sizeof kOne);
}

void Wake::forget(rd_kafka_queue_t* queue) {
  api().rd_kafka_queue_io_event_enable(queue, -1, nullptr, 0);
}

void Wake::clear() const {
  std::uint64_t count;
  while (::read(fd_, &count, sizeof count) < 0 && errno == EINTR) {
  }
}

void Wake::raise() const {
  while (::write(fd_, &kOne, sizeof kOne) < 0 && errno == EINTR) {
  }
}

}  // namespace weir::kafka
