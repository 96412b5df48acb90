// E8: signals at any moment, to the real tools. A producer that is asked to end settles: every line it passed on with --tee
// is in the log, once. A group's reader that is asked to end goes on exactly where it stopped: what all its runs wrote
// is what the log holds, nothing left out and nothing twice.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "base/clock.h"
#include "support/random.h"
#include "support/tally.h"
#include "support/temp_directory.h"

namespace weir::crash {
namespace {

using std::chrono::seconds;
using testing::Random;

constexpr std::uint64_t kNumbers = 5'000;  // that a producer is given
constexpr seconds kDrain{10};              // longest a tool may take to end when asked

int trials_wanted() {
  const char* text = std::getenv("WEIR_SIGNALS");
  return text == nullptr ? 200 : std::atoi(text);
}

int open_or_throw(const std::string& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (fd < 0) throw std::runtime_error("cannot open " + path);
  return fd;
}

// As fork(), but the child has its signals as a shell would give them, at every moment: doctest's handlers are not for it.
pid_t fork_plainly() {
  sigset_t all, before;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ::fork();
  if (pid == 0) {
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) ::signal(number, SIG_DFL);
  }
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  return pid;
}

// A tool in a process of its own, its stdout a file.
class Tool {
 public:
  Tool(const std::string& directory, std::vector<std::string> arguments, int in, const std::string& out)
      : out_(directory + "/" + out) {
    const int out_fd = open_or_throw(out_, O_WRONLY | O_CREAT | O_TRUNC);
    std::vector<char*> argv;
    const std::string file = std::string(WEIR_BIN) + "/" + arguments[0];
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    pid_ = fork_plainly();
    if (pid_ == 0) {
      ::dup2(in, 0);
      ::dup2(out_fd, 1);
      if (::chdir(directory.c_str()) == 0) ::execv(file.c_str(), argv.data());
      ::_exit(127);
    }
    ::close(out_fd);
  }
  ~Tool() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Tool(const Tool&) = delete;

  void signal(int number) const { ::kill(pid_, number); }
  // Until it has written so much, or has ended.
  void wait_for_output(off_t bytes) {
    struct stat info {};
    while (!ended() && (::stat(out_.c_str(), &info) != 0 || info.st_size < bytes)) ::sched_yield();
  }
  bool ended() const {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid != 0;
  }
  // How it ended, as a shell says it; -1: not in time.
  int end(std::chrono::nanoseconds within) {
    base::Clock& clock = base::system_clock();
    const auto until = clock.steady() + within;
    while (!ended()) {
      if (clock.steady() > until) return -1;
      ::sched_yield();
    }
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }
  // The whole ones: SIGHUP, which no tool catches, can cut a write short.
  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    std::ifstream file(out_);
    for (std::string line; std::getline(file, line) && !file.eof();) all.push_back(line);
    return all;
  }

 private:
  std::string out_;
  pid_t pid_ = -1;
};

// Writes numbers, one a line, into a pipe that it then keeps open.
class Numbers {
 public:
  Numbers(std::uint64_t from, std::uint64_t count) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("cannot make a pipe");
    read_ = ends[0];
    pid_ = fork_plainly();
    if (pid_ == 0) {
      ::close(ends[0]);
      std::string some;
      for (const std::uint64_t end = from + count; from < end; some.clear()) {
        for (int i = 0; i < 50; ++i) some += std::to_string(from++) + "\n";
        if (::write(ends[1], some.data(), some.size()) < 0) ::_exit(0);
      }
      for (;;) ::pause();
    }
    ::close(ends[1]);
  }
  ~Numbers() {
    ::close(read_);
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Numbers(const Numbers&) = delete;
  int fd() const { return read_; }

 private:
  int read_ = -1;
  pid_t pid_ = -1;
};

// Asks it to end, sometimes after it was stopped for a moment. Returns the number of the last signal.
int ask_to_end(const Tool& tool, Random& random, const std::vector<int>& signals) {
  if (random.chance(25)) {
    tool.signal(SIGSTOP);
    tool.signal(SIGCONT);
  }
  const int number = signals[random.below(signals.size())];
  tool.signal(number);
  return number;
}

std::vector<std::string> contents(const std::string& directory) {
  const int nothing = open_or_throw("/dev/null", O_RDONLY);
  Tool all(directory, {"consume", "-e", "numbers"}, nothing, "all");
  ::close(nothing);
  REQUIRE(all.end(seconds(60)) == 0);
  return all.lines();
}

}  // namespace

TEST_CASE("E8: producers and readers that are signalled at any moment settle: nothing lost, nothing twice") {
  const testing::TempDirectory temp;
  Random random(8);
  const int wanted = trials_wanted();
  std::uint64_t violations = 0, acknowledged = 0, next = 0;
  std::vector<std::string> told;
  for (int trial = 0; trial < wanted / 2; ++trial) {
    const Numbers numbers(next, kNumbers);
    Tool produce(temp.path(), {"produce", "-q", "--tee", "numbers"}, numbers.fd(), "told");
    produce.wait_for_output(static_cast<off_t>(random.below(25'000)));
    const int number = ask_to_end(produce, random, {SIGINT, SIGTERM, SIGHUP});
    if (produce.end(kDrain) != 128 + number) ++violations;
    const std::vector<std::string> lines = produce.lines();
    told.insert(told.end(), lines.begin(), lines.end());
    acknowledged += lines.size();
    next += kNumbers;
  }
  // In the log there may be lines that a run killed by SIGHUP did not get to tell about.
  const std::vector<std::string> stored = contents(temp.path());
  std::size_t at = 0;
  for (const std::string& line : told) {
    while (at < stored.size() && stored[at] != line) ++at;
    if (at == stored.size()) {
      ++violations;
      break;
    }
    ++at;
  }
  std::uint64_t last = 0;
  for (std::size_t i = 0; i < stored.size(); ++i) {
    const std::uint64_t number = std::stoull(stored[i]);
    if (i > 0 && number <= last) ++violations;  // twice, or out of order
    last = number;
  }

  // Groups one after the other, each until it has read all that there is.
  std::uint64_t read = 0;
  int groups = 0;
  std::size_t next_read = 0;  // by the present group
  const int nothing = open_or_throw("/dev/null", O_RDONLY);
  for (int readers = 0; readers < wanted - wanted / 2; ++readers) {
    if (next_read == 0) ++groups;
    const std::string group = "g" + std::to_string(groups);
    const std::vector<std::string> how =
        readers % 2 == 0
            ? std::vector<std::string>{"consume", "-g", group, "numbers"}
            : std::vector<std::string>{"filter", "-q", "-g", group, "--follow", "true", "topic:numbers"};
    Tool reader(temp.path(), how, nothing, "read");
    reader.wait_for_output(static_cast<off_t>(random.below(3'000)));
    const int number = ask_to_end(reader, random, {SIGINT, SIGTERM});
    if (reader.end(kDrain) != 128 + number) ++violations;
    for (const std::string& line : reader.lines()) {
      ++read;
      if (next_read >= stored.size() || line != stored[next_read]) ++violations;
      ++next_read;
    }
    if (next_read >= stored.size()) next_read = 0;
  }
  ::close(nothing);

  testing::counted("E8 random signals", static_cast<unsigned long long>(wanted), violations,
                   std::to_string(acknowledged) + " records acknowledged, " + std::to_string(stored.size()) +
                       " in the log, " + std::to_string(read) + " read by " + std::to_string(groups) +
                       " groups");
  CHECK(violations == 0);
}

TEST_CASE("E8: a second signal ends a tool at once, although its reader takes nothing") {
  constexpr int kTrials = 20;
  std::uint64_t violations = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    const Numbers numbers(0, 1u << 30);
    const pid_t pid = fork_plainly();
    if (pid == 0) {
      ::dup2(numbers.fd(), 0);
      ::dup2(ends[1], 1);
      ::execl((std::string(WEIR_BIN) + "/filter").c_str(), "filter", "true", nullptr);
      ::_exit(127);
    }
    // The pipe is full: the tool stands still in a write.
    for (pollfd room{ends[1], POLLOUT, 0}; ::poll(&room, 1, 0) == 1;) ::sched_yield();
    ::kill(pid, SIGTERM);
    ::kill(pid, SIGINT);
    base::Clock& clock = base::system_clock();
    const auto until = clock.steady() + seconds(2);
    int status = 0;
    pid_t done = 0;
    while (done == 0 && clock.steady() < until) {
      done = ::waitpid(pid, &status, WNOHANG);
      ::sched_yield();
    }
    if (done == 0) {
      ++violations;
      ::kill(pid, SIGKILL);
      ::waitpid(pid, &status, 0);
    }
    ::close(ends[0]);
    ::close(ends[1]);
  }
  testing::counted("E8 second signals", kTrials, violations);
  CHECK(violations == 0);
}

}  // namespace weir::crash
