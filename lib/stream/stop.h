// Who asks a run to stop: the signal handlers of cli, or a test.
#pragma once

#include <chrono>

namespace weir::stream {

class Stop {
 public:
  enum class Wish {
    none,
    settle,  // the first SIGINT or SIGTERM: finish what was read, write, commit
    now,  // the second: leave everything as it is; where nothing else was asked for, the process has ended by then
  };

  virtual ~Stop() = default;
  virtual int fd() const = 0;  // readable while a wish has come that wish() has not told yet; -1: none
  virtual Wish wish() = 0;     // cheap: asked before every batch
  // Others are to hear that this process goes: the second wish is told as `now`, and the process ends so much later at
  // the latest.
  virtual void take_leave_within(std::chrono::seconds) {}
};

}  // namespace weir::stream
