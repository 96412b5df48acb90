#include "cli/signals.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>

#include "base/error.h"
#include "base/exit_code.h"

namespace weir::cli {
namespace {

// A handler can reach nothing but globals. Lock-free atomics are allowed in one, and so are write and _exit.
std::atomic<int> g_caught{0};
std::atomic<int> g_event_fd{-1};
std::atomic<unsigned> g_leave_seconds{0};  // from the second signal on; 0: there is none
std::atomic<bool> g_leaving{false};
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

void on_alarm(int) {
  _exit(128 + g_caught.load());
}

void on_signal(int signal) {
  const int saved = errno;
  int none = 0;
  if (!g_caught.compare_exchange_strong(none, signal)) {
    // Asked twice: leave everything as it is. What is on disk is safe as far as it was acknowledged.
    if (g_leave_seconds == 0 || g_leaving.exchange(true)) _exit(128 + signal);
    alarm(g_leave_seconds);
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(g_event_fd.load(), &one, sizeof one);
  errno = saved;
}

}  // namespace

void open_standard_descriptors() {
  for (int fd = 0; fd <= 2; ++fd) {
    if (fcntl(fd, F_GETFD) != -1 || errno != EBADF) continue;
    // The wrong way round: a read of stdin or a write to stdout fails, as it would have on the closed descriptor. On a
    // /dev/null that takes everything a group's position would pass records that nobody got.
    // The lowest free number is taken, and all below `fd` are open by now.
    if (open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd) _exit(static_cast<int>(base::ExitCode::io));
  }
}

Signals::Signals() {
  const int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (event < 0) throw base::Error(base::Kind::io, "cannot catch signals: " + base::errno_words(errno));
  g_caught = 0;
  g_leave_seconds = 0;
  g_leaving = false;
  g_event_fd = event;
  struct sigaction action = {};
  sigemptyset(&action.sa_mask);
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;  // reads and writes go on; the loop wakes by the eventfd
  sigaction(SIGINT, &action, &old_int_);
  sigaction(SIGTERM, &action, &old_term_);
  // A shell starts background jobs with SIGINT ignored, and nohup means it too: that stays.
  if (old_int_.sa_handler == SIG_IGN) sigaction(SIGINT, &old_int_, nullptr);
  if (old_term_.sa_handler == SIG_IGN) sigaction(SIGTERM, &old_term_, nullptr);
  struct sigaction ignore = {};
  sigemptyset(&ignore.sa_mask);
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, &old_pipe_);
  action.sa_handler = on_alarm;
  sigaction(SIGALRM, &action, &old_alarm_);
  sigaction(SIGXFSZ, &ignore, &old_file_size_);  // ulimit -f: the write's error says it, and what was safe
}

Signals::~Signals() {
  sigaction(SIGINT, &old_int_, nullptr);
  sigaction(SIGTERM, &old_term_, nullptr);
  sigaction(SIGPIPE, &old_pipe_, nullptr);
  sigaction(SIGXFSZ, &old_file_size_, nullptr);
  alarm(0);
  sigaction(SIGALRM, &old_alarm_, nullptr);
  close(g_event_fd.exchange(-1));
}

int Signals::fd() const {
  return g_event_fd.load(std::memory_order_relaxed);
}

stream::Stop::Wish Signals::wish() {
  if (g_caught.load(std::memory_order_relaxed) == 0) return Wish::none;
  std::uint64_t told = 0;  // empties the eventfd, so that the loop's next wait is a wait
  [[maybe_unused]] const ssize_t size = read(fd(), &told, sizeof told);
  return g_leaving ? Wish::now : Wish::settle;
}

void Signals::take_leave_within(std::chrono::seconds patience) {
  g_leave_seconds = static_cast<unsigned>(patience.count());
}

int Signals::caught() const {
  return g_caught.load();
}

}  // namespace weir::cli
