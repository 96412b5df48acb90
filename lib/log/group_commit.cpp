#include "log/group_commit.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "base/assert.h"
#include "base/error.h"

namespace weir::log {

GroupCommit::GroupCommit() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (event_ < 0)
    throw base::Error(base::Kind::io, "cannot make an event descriptor: " + base::errno_words(errno));
}

GroupCommit::~GroupCommit() {
  if (thread_.joinable()) {
    {
      const std::lock_guard hold(mutex_);
      stop_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }
  ::close(event_);
}

void GroupCommit::request(const std::vector<PartitionLog*>& logs, std::uint64_t mark) {
  {
    const std::lock_guard hold(mutex_);
    WEIR_ASSERT(mark >= asked_);
    for (PartitionLog* log : logs) {
      if (std::find(dirty_.begin(), dirty_.end(), log) == dirty_.end()) dirty_.push_back(log);
    }
    asked_ = mark;
  }
  if (thread_.joinable()) {
    wake_.notify_one();
    return;
  }
  // Signals are for the thread that runs the loop.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { run(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void GroupCommit::run() {
  std::unique_lock hold(mutex_);
  std::vector<PartitionLog*> logs;
  while (true) {
    wake_.wait(hold, [this] { return stop_ || asked_ > reached_; });
    if (stop_) return;
    logs.swap(dirty_);
    const std::uint64_t mark = asked_;
    hold.unlock();
    std::exception_ptr failure;
    try {
      for (PartitionLog* log : logs) log->sync();
    } catch (const base::Error&) {
      failure = std::current_exception();
    }
    logs.clear();
    hold.lock();
    if (failure) {
      failure_ = failure;
    } else {
      reached_ = mark;
    }
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t told = ::write(event_, &one, sizeof one);  // full means readable already
    done_.notify_all();
    if (failure) return;
  }
}

std::uint64_t GroupCommit::reached() {
  const std::lock_guard hold(mutex_);
  if (failure_) std::rethrow_exception(failure_);
  return reached_;
}

std::uint64_t GroupCommit::settle() {
  std::unique_lock hold(mutex_);
  done_.wait(hold, [this] { return failure_ || asked_ == reached_; });
  if (failure_) std::rethrow_exception(failure_);
  return reached_;
}

void GroupCommit::clear() {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t taken =
      ::read(event_, &count, sizeof count);  // not readable: nothing to take back
}

}  // namespace weir::log
