// The poll seam: the one place where a tool waits. stream::run owns the only call in a tool.
#pragma once

#include <poll.h>

#include <chrono>
#include <optional>
#include <span>

namespace weir::base {

class Poller {
 public:
  virtual ~Poller() = default;
  // As poll(2): fills revents, returns how many are ready, 0 when `timeout` ran out (none: wait for ever).
  // A signal ends the wait early with 0; never throws for EINTR.
  virtual int wait(std::span<pollfd> fds, std::optional<std::chrono::nanoseconds> timeout) = 0;
};

Poller& system_poller();

}  // namespace weir::base
