// Who asks a run to stop: the signal handlers of cli, or a test.
#pragma once

namespace weir::stream {

class Stop {
 public:
  enum class Wish {
    none,
    settle,  // the first SIGINT or SIGTERM: finish what was read, write, commit
    now,     // the second: leave everything as it is
  };

  virtual ~Stop() = default;
  virtual int fd() const = 0;  // readable while a wish has come that wish() has not told yet; -1: none
  virtual Wish wish() = 0;     // cheap: asked before every batch
};

}  // namespace weir::stream
