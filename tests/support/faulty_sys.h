// Counts the system calls that pass through the file seam, and fails, shortens, swallows or stops them on
// demand.
//
// Calls are numbered from 0 in the order in which they come; a session that does the same work makes the same
// calls, so a sweep runs once to count them and then once per number. Threads: safe from several, but then
// the numbers depend on the scheduler.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/sys.h"

namespace weir::testing {

enum class Call {
  open,
  close,
  pread,
  pwrite,
  fdatasync,
  fsync,
  ftruncate,
  fstat,
  stat,
  rename,
  unlink,
  mkdir,
  rmdir,
  list,
  lock,
  drop_cache
};
const char* name(Call call);

class FaultySys : public base::Sys {
 public:
  explicit FaultySys(base::Sys& under) : under_(&under) {}

  enum class Span { once, from_then_on };  // from_then_on: that call, and each later one of the same kind
  // Call number `index` answers -error and is not made; a close is made all the same, as the kernel does.
  void fail_at(std::size_t index, int error, Span span);
  // The same for the nth call of one kind, counted from 0.
  void fail_nth(Call kind, std::size_t nth, int error, Span span);
  // The process is dead from call number `index` on: that call and every later one changes nothing and
  // answers EIO.
  void die_at(std::size_t index) { die_at_ = index; }
  bool dead() const;
  // Reads and writes move at most what this returns for what was wanted (at least 1).
  void shorten(std::function<std::size_t(std::size_t wanted)> by) { shorten_ = std::move(by); }
  // Calls of this kind answer 0 and are not made: a planted fault.
  void swallow(Call kind);
  // The same for fsync of directories alone.
  void swallow_directory_syncs() { swallow_directory_syncs_ = true; }
  // A sync answers 0 at once and is made `calls` calls later: a planted fault, acknowledging before the sync.
  void answer_syncs_early(std::size_t calls) { sync_delay_ = calls; }
  // Called where a sync was failed, so that a SimulatedDisk can lose the pages.
  void on_failed_sync(std::function<void(int fd)> call) { on_failed_sync_ = std::move(call); }
  // Called before each call with its number and kind, outside every lock of this class.
  void before_each(std::function<void(std::size_t index, Call kind)> call) { before_each_ = std::move(call); }

  std::size_t calls() const;
  bool fault_met() const;  // whether the fault that was asked for happened
  std::vector<Call> trace() const;

  int open(const std::string& path, int flags, mode_t mode) override;
  int close(int fd) override;
  ssize_t pread(int fd, void* to, std::size_t size, off_t position) override;
  ssize_t pwrite(int fd, const void* from, std::size_t size, off_t position) override;
  int fdatasync(int fd) override;
  int fsync(int fd) override;
  int ftruncate(int fd, off_t size) override;
  int fstat(int fd, struct stat* to) override;
  int stat(const std::string& path, struct stat* to) override;
  int rename(const std::string& from, const std::string& to) override;
  int unlink(const std::string& path) override;
  int mkdir(const std::string& path, mode_t mode) override;
  int rmdir(const std::string& path) override;
  int list(const std::string& path, std::vector<std::string>* names) override;
  int lock(int fd, Lock kind) override;
  int drop_cache(int fd) override;

 private:
  // What to answer instead of making the call; none: make it.
  std::optional<int> verdict(Call kind);
  void make_late_syncs(std::size_t index, int closing);
  int sync(int fd, Call kind, int (base::Sys::*make)(int));
  std::size_t shortened(std::size_t wanted) const;

  base::Sys* under_;
  mutable std::mutex mutex_;
  std::vector<Call> trace_;
  std::optional<std::size_t> fail_index_, fail_nth_, die_at_;
  std::optional<Call> fail_kind_;
  int error_ = 0;
  Span span_ = Span::once;
  bool fault_met_ = false, swallow_directory_syncs_ = false;
  std::size_t sync_delay_ = 0;
  std::vector<std::pair<std::size_t, int>> late_syncs_;  // made before this call: descriptor
  std::set<Call> swallowed_;
  std::function<std::size_t(std::size_t)> shorten_;
  std::function<void(int)> on_failed_sync_;
  std::function<void(std::size_t, Call)> before_each_;
};

}  // namespace weir::testing
