// One descriptor to wait for that stands for several others, a timer and a call to wake().
// Errors  throws Error(Kind::io). Threads  one.
#pragma once

#include <chrono>

namespace weir::coord {

class Wakeups {
 public:
  Wakeups();
  ~Wakeups();
  Wakeups(const Wakeups&) = delete;

  void add(int fd);                              // borrowed; -1 is nothing
  void remove(int fd);                           // before it is closed
  void wake();                                   // readable until clear()
  void wake_in(std::chrono::nanoseconds delay);  // the same, later; replaces what was set before
  void clear();
  int fd() const { return epoll_; }

 private:
  int epoll_ = -1;
  int event_ = -1;
  int timer_ = -1;
};

}  // namespace weir::coord
