#include "base/poller.h"

#include <cerrno>
#include <ctime>

#include "base/error.h"

namespace weir::base {
namespace {

class SystemPoller final : public Poller {
 public:
  int wait(std::span<pollfd> fds, std::optional<std::chrono::nanoseconds> timeout) override {
    timespec limit{};
    if (timeout) {
      const auto left = timeout->count() < 0 ? std::chrono::nanoseconds{0} : *timeout;
      limit.tv_sec = static_cast<time_t>(left.count() / 1'000'000'000);
      limit.tv_nsec = static_cast<long>(left.count() % 1'000'000'000);
    }
    const int ready = ppoll(fds.data(), fds.size(), timeout ? &limit : nullptr, nullptr);
    if (ready >= 0) return ready;
    if (errno == EINTR) {
      for (pollfd& fd : fds) fd.revents = 0;
      return 0;
    }
    throw Error(Kind::io, "cannot wait for input: " + errno_words(errno));
  }
};

}  // namespace

Poller& system_poller() {
  static SystemPoller poller;
  return poller;
}

}  // namespace weir::base
