// Locks on single numbers, between processes and between objects of one process: one byte each of a plain file, locked
// by open file description, so that whatever way their holder ends, they are free. The file's contents mean nothing.
//
// Not through the file seam: nothing here has to survive anything.
// Errors  throws Error(Kind::io). Threads  one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace weir::coord {

class RangeLocks {
 public:
  enum class Use { take, look };  // look: only held_by_others() and wait_fd(); the file must be there
  explicit RangeLocks(std::string path, Use use = Use::take);  // take: made when it is missing
  ~RangeLocks();                                               // frees all
  RangeLocks(const RangeLocks&) = delete;

  bool try_lock(std::int64_t number);  // false: another holds it. True also when this object holds it already
  void unlock(std::int64_t number);
  // Numbers from <= n < to that others hold, ascending.
  std::vector<std::int64_t> held_by_others(std::int64_t from, std::int64_t to) const;

  // Makes wait_fd() of all objects on this file readable, this one's too.
  void announce();
  // Readable after an announcement, and about when a holder has gone; -1 where the system has no watches left.
  int wait_fd() const { return watch_; }
  bool news() const;  // is wait_fd() readable?
  // Takes back the readiness; true when somebody closed the file: its locks may be gone a moment later only.
  bool clear();

 private:
  void find_held(std::int64_t from, std::int64_t to, std::vector<std::int64_t>* held) const;

  std::string path_;
  int fd_ = -1;
  int watch_ = -1;
};

}  // namespace weir::coord
