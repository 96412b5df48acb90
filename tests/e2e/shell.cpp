#include "shell.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <string_view>

namespace weir::e2e {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::runtime_error(std::string("cannot run sh: ") + what);
}

class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0) fail("pipe");
  }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  int end(std::size_t i) const { return ends_[i]; }
  void close_end(std::size_t i) {
    if (ends_[i] >= 0) ::close(ends_[i]);
    ends_[i] = -1;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

pid_t spawn(const std::string& script, const std::string& directory,
            const std::vector<std::string>& environment, const Pipe& in, const Pipe& out, const Pipe& err) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, directory.c_str());
  posix_spawn_file_actions_adddup2(&actions, in.end(0), 0);
  posix_spawn_file_actions_adddup2(&actions, out.end(1), 1);
  posix_spawn_file_actions_adddup2(&actions, err.end(1), 2);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // A group of its own, so that a limit that runs out ends the whole pipeline; and signals as a shell user
  // has them.
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
  posix_spawnattr_setpgroup(&attributes, 0);

  std::string shell = "sh", flag = "-c", text = script;
  std::array<char*, 4> argv{shell.data(), flag.data(), text.data(), nullptr};
  std::vector<std::string> variables = environment;
  std::vector<char*> envp;
  for (std::string& variable : variables) envp.push_back(variable.data());
  envp.push_back(nullptr);

  pid_t pid = -1;
  const int error = posix_spawn(&pid, "/bin/sh", &actions, &attributes, argv.data(), envp.data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) fail("spawn");
  return pid;
}

// Reads what is there; false at the end.
bool drain(int fd, std::string* to) {
  std::array<char, 65536> block;
  const ssize_t got = ::read(fd, block.data(), block.size());
  if (got > 0) to->append(block.data(), static_cast<std::size_t>(got));
  return got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN));
}

// True when all of `in` is written, or nobody reads it any more.
bool feed(int fd, std::string_view* in) {
  const ssize_t put = ::write(fd, in->data(), in->size());
  if (put < 0) return errno != EAGAIN && errno != EINTR;
  in->remove_prefix(static_cast<std::size_t>(put));
  return in->empty();
}

}  // namespace

Ran run_shell(const std::string& script, const std::string& in, const std::string& directory,
              const std::vector<std::string>& environment, std::chrono::seconds limit) {
  ::signal(SIGPIPE, SIG_IGN);
  Pipe input, output, errors;
  Ran ran;
  const pid_t pid = spawn(script, directory, environment, input, output, errors);
  input.close_end(0);
  output.close_end(1);
  errors.close_end(1);
  ::fcntl(input.end(1), F_SETFL, O_NONBLOCK);
  std::string_view left = in;
  if (left.empty()) input.close_end(1);

  const auto until = std::chrono::steady_clock::now() + limit;
  while (output.end(0) >= 0 || errors.end(0) >= 0) {
    std::array<pollfd, 3> fds{
        {{output.end(0), POLLIN, 0}, {errors.end(0), POLLIN, 0}, {input.end(1), POLLOUT, 0}}};
    const auto remaining =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now())
            .count();
    if (remaining <= 0) {
      ran.timed_out = true;
      ::kill(-pid, SIGKILL);
      break;
    }
    if (::poll(fds.data(), fds.size(), static_cast<int>(remaining)) < 0 && errno != EINTR) fail("poll");
    if (fds[0].revents != 0 && !drain(output.end(0), &ran.out)) output.close_end(0);
    if (fds[1].revents != 0 && !drain(errors.end(0), &ran.err)) errors.close_end(0);
    if (fds[2].revents != 0 && feed(input.end(1), &left)) input.close_end(1);
  }
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  ::kill(-pid, SIGKILL);  // whatever the script left in the background
  ran.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return ran;
}

}  // namespace weir::e2e
