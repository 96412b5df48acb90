// SIGINT and SIGTERM as wishes for the loop, the process's descriptors and signals put in order.
// Threads: one object, made on the main thread before others start.
#pragma once

#include <csignal>

#include "stream/stop.h"

namespace weir::cli {

// Opens those of 0, 1 and 2 that are closed on /dev/null, so that no file of ours ever gets one of these numbers: a
// message would be written into it. 0 can then only be written and 1 and 2 only be read, so that to use them for what
// they are fails with EBADF. Ends the process with 4 when even that fails.
void open_standard_descriptors();

// Catches SIGINT and SIGTERM while it lives, and ignores SIGPIPE and SIGXFSZ. The second signal ends the process at once,
// or, after take_leave_within(), so much later at the latest; the third one at once.
class Signals final : public stream::Stop {
 public:
  Signals();
  ~Signals() override;
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  int fd() const override;  // an eventfd
  Wish wish() override;
  void take_leave_within(std::chrono::seconds) override;
  int caught() const;  // SIGINT, SIGTERM, or 0

 private:
  struct sigaction old_int_ = {}, old_term_ = {}, old_pipe_ = {}, old_file_size_ = {}, old_alarm_ = {};
};

}  // namespace weir::cli
