#include "support/faulty_sys.h"

#include <algorithm>
#include <cerrno>

namespace weir::testing {

const char* name(Call call) {
  constexpr const char* kNames[] = {"open",      "close", "pread", "pwrite",    "fdatasync", "fsync",
                                    "ftruncate", "fstat", "stat",  "rename",    "unlink",    "mkdir",
                                    "rmdir",     "list",  "lock",  "drop_cache"};
  return kNames[static_cast<std::size_t>(call)];
}

void FaultySys::fail_at(std::size_t index, int error, Span span) {
  fail_index_ = index;
  error_ = error;
  span_ = span;
}

void FaultySys::fail_nth(Call kind, std::size_t nth, int error, Span span) {
  fail_kind_ = kind;
  fail_nth_ = nth;
  error_ = error;
  span_ = span;
}

void FaultySys::swallow(Call kind) {
  swallowed_.insert(kind);
}

bool FaultySys::dead() const {
  const std::lock_guard guard(mutex_);
  return die_at_ && trace_.size() > *die_at_;
}

std::size_t FaultySys::calls() const {
  const std::lock_guard guard(mutex_);
  return trace_.size();
}

bool FaultySys::fault_met() const {
  const std::lock_guard guard(mutex_);
  return fault_met_;
}

std::vector<Call> FaultySys::trace() const {
  const std::lock_guard guard(mutex_);
  return trace_;
}

std::optional<int> FaultySys::verdict(Call kind) {
  std::size_t index = 0;
  {
    const std::lock_guard guard(mutex_);
    index = trace_.size();
  }
  if (before_each_) before_each_(index, kind);
  if (!late_syncs_.empty()) make_late_syncs(index, -1);
  const std::lock_guard guard(mutex_);
  const std::size_t nth = static_cast<std::size_t>(std::count(trace_.begin(), trace_.end(), kind));
  trace_.push_back(kind);
  if (die_at_ && index >= *die_at_) return -EIO;
  if (fail_index_ && index == *fail_index_) {
    // From here the fault is one of this kind of call.
    fail_kind_ = kind;
    fail_nth_ = nth;
  }
  if (fail_kind_ == kind && fail_nth_ &&
      (nth == *fail_nth_ || (span_ == Span::from_then_on && nth > *fail_nth_))) {
    fault_met_ = true;
    return -error_;
  }
  if (swallowed_.contains(kind)) return 0;
  return std::nullopt;
}

std::size_t FaultySys::shortened(std::size_t wanted) const {
  return shorten_ && wanted > 1 ? std::clamp<std::size_t>(shorten_(wanted), 1, wanted) : wanted;
}

int FaultySys::open(const std::string& path, int flags, mode_t mode) {
  if (const auto answer = verdict(Call::open)) return *answer;
  return under_->open(path, flags, mode);
}

int FaultySys::close(int fd) {
  const auto answer = verdict(Call::close);
  make_late_syncs(0, fd);
  const int returned = under_->close(fd);
  return answer.value_or(returned);
}

ssize_t FaultySys::pread(int fd, void* to, std::size_t size, off_t position) {
  if (const auto answer = verdict(Call::pread)) return *answer;
  return under_->pread(fd, to, shortened(size), position);
}

ssize_t FaultySys::pwrite(int fd, const void* from, std::size_t size, off_t position) {
  if (const auto answer = verdict(Call::pwrite)) return *answer;
  return under_->pwrite(fd, from, shortened(size), position);
}

void FaultySys::make_late_syncs(std::size_t index, int closing) {
  std::erase_if(late_syncs_, [&](const auto& late) {
    const bool due = late.first <= index || late.second == closing;
    if (due && !dead()) under_->fsync(late.second);
    return due;
  });
}

int FaultySys::sync(int fd, Call kind, int (base::Sys::*make)(int)) {
  if (const auto answer = verdict(kind)) {
    if (*answer < 0 && *answer != -EINTR && *answer != -EAGAIN && on_failed_sync_ && !dead())
      on_failed_sync_(fd);
    return *answer;
  }
  if (swallow_directory_syncs_) {
    struct stat info {};
    if (under_->fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) return 0;
  }
  if (sync_delay_ > 0) {
    late_syncs_.emplace_back(calls() + sync_delay_, fd);
    return 0;
  }
  return (under_->*make)(fd);
}

int FaultySys::fdatasync(int fd) {
  return sync(fd, Call::fdatasync, &base::Sys::fdatasync);
}
int FaultySys::fsync(int fd) {
  return sync(fd, Call::fsync, &base::Sys::fsync);
}

int FaultySys::ftruncate(int fd, off_t size) {
  if (const auto answer = verdict(Call::ftruncate)) return *answer;
  return under_->ftruncate(fd, size);
}

int FaultySys::fstat(int fd, struct stat* to) {
  if (const auto answer = verdict(Call::fstat)) return *answer;
  return under_->fstat(fd, to);
}

int FaultySys::stat(const std::string& path, struct stat* to) {
  if (const auto answer = verdict(Call::stat)) return *answer;
  return under_->stat(path, to);
}

int FaultySys::rename(const std::string& from, const std::string& to) {
  if (const auto answer = verdict(Call::rename)) return *answer;
  return under_->rename(from, to);
}

int FaultySys::unlink(const std::string& path) {
  if (const auto answer = verdict(Call::unlink)) return *answer;
  return under_->unlink(path);
}

int FaultySys::mkdir(const std::string& path, mode_t mode) {
  if (const auto answer = verdict(Call::mkdir)) return *answer;
  return under_->mkdir(path, mode);
}

int FaultySys::rmdir(const std::string& path) {
  if (const auto answer = verdict(Call::rmdir)) return *answer;
  return under_->rmdir(path);
}

int FaultySys::list(const std::string& path, std::vector<std::string>* names) {
  if (const auto answer = verdict(Call::list)) return *answer;
  return under_->list(path, names);
}

int FaultySys::lock(int fd, Lock kind) {
  if (const auto answer = verdict(Call::lock)) return *answer;
  return under_->lock(fd, kind);
}

int FaultySys::drop_cache(int fd) {
  if (const auto answer = verdict(Call::drop_cache)) return *answer;
  return under_->drop_cache(fd);
}

}  // namespace weir::testing
