// The vocabulary of this module's tests.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <deque>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/poller.h"
#include "stream/errors.h"
#include "stream/stage.h"
#include "stream/stop.h"

namespace weir::stream::testing {

using Strings = std::vector<std::string>;

class Pipe {
 public:
  Pipe() {
    if (::pipe2(fds_, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  }
  ~Pipe() {
    close_read();
    close_write();
  }
  Pipe(const Pipe&) = delete;
  int read_end() const { return fds_[0]; }
  int write_end() const { return fds_[1]; }
  void close_read() { shut(fds_[0]); }
  void close_write() { shut(fds_[1]); }
  void put(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t put = ::write(fds_[1], bytes.data(), bytes.size());
      if (put < 0) throw std::runtime_error("write");
      bytes.remove_prefix(static_cast<std::size_t>(put));
    }
  }
  // What lies in the pipe now; never waits.
  std::string take() {
    std::string all;
    char some[65536];
    for (;;) {
      pollfd ready{.fd = fds_[0], .events = POLLIN, .revents = 0};
      if (::poll(&ready, 1, 0) <= 0) return all;
      const ssize_t got = ::read(fds_[0], some, sizeof some);
      if (got <= 0) return all;
      all.append(some, static_cast<std::size_t>(got));
    }
  }

 private:
  static void shut(int& fd) {
    if (fd >= 0) ::close(std::exchange(fd, -1));
  }
  int fds_[2];
};

class TempFile {
 public:
  explicit TempFile(std::string_view bytes = {}) {
    const int fd = ::mkstemp(path_.data());
    if (fd < 0 || ::write(fd, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
      throw std::runtime_error("temporary file");
    ::close(fd);
  }
  ~TempFile() { ::unlink(path_.c_str()); }
  TempFile(const TempFile&) = delete;
  const std::string& path() const { return path_; }
  std::string bytes() const {
    const int fd = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    std::string all;
    char some[65536];
    for (ssize_t got; (got = ::read(fd, some, sizeof some)) > 0;)
      all.append(some, static_cast<std::size_t>(got));
    ::close(fd);
    return all;
  }

 private:
  std::string path_ = "/tmp/weir_stream_XXXXXX";
};

inline Strings rows(const Batch& batch) {
  Strings all;
  for (const Line& line : batch.lines) all.emplace_back(line.view());
  return all;
}

inline void operator+=(Strings& to, const Strings& more) {
  to.insert(to.end(), more.begin(), more.end());
}

// A batch whose rows lie in a block of its own, each ended by a newline.
inline Batch batch_of(std::uint64_t ticket, const Strings& lines, std::string mark = {}) {
  std::string bytes;
  for (const std::string& line : lines) bytes += line + "\n";
  Batch batch;
  BlockRef block(new Block(bytes.size() + 1));
  bytes.copy(block->data(), bytes.size());
  std::size_t at = 0;
  for (const std::string& line : lines) {
    batch.lines.push_back({block->data() + at, static_cast<std::uint32_t>(line.size()),
                           static_cast<std::uint32_t>(batch.lines.size())});
    at += line.size() + 1;
  }
  batch.first_data = block->data();
  batch.blocks.push_back(std::move(block));
  batch.ticket = {ticket};
  static const Input input{.name = "stdin", .topics = {}};
  batch.input = &input;
  if (!mark.empty()) batch.mark = parse_mark(mark);
  return batch;
}

// Time moves only when a test says so, or when somebody waits with a limit.
class FakeClock final : public base::Clock {
 public:
  base::EventTime wall() override { return {1'700'000'000'000}; }
  std::chrono::nanoseconds steady() override { return now; }
  std::chrono::nanoseconds now{1'000'000'000};
};

// A script instead of a kernel: every wait runs the next step, which may change the world; without steps left it fails
// the test instead of hanging it.
class FakePoller final : public base::Poller {
 public:
  explicit FakePoller(FakeClock& clock) : clock_(clock) {}
  std::deque<std::function<void(std::span<pollfd>)>> steps;
  std::vector<std::vector<int>> waited_for;  // descriptors, per wait
  int looks = 0;                             // waits of zero length

  int wait(std::span<pollfd> fds, std::optional<std::chrono::nanoseconds> timeout) override {
    if (timeout == std::chrono::nanoseconds{0}) return ++looks, 0;
    waited_for.emplace_back();
    for (const pollfd& fd : fds) waited_for.back().push_back(fd.fd);
    if (!steps.empty()) {
      auto step = std::move(steps.front());
      steps.pop_front();
      step(fds);
      return 1;
    }
    if (!timeout) throw std::runtime_error("waits for ever");
    clock_.now += *timeout;
    return 0;
  }

 private:
  FakeClock& clock_;
};

class FakeStop final : public Stop {
 public:
  int fd() const override { return 999; }
  Wish wish() override { return wished; }
  Wish wished = Wish::none;
};

// Hands out what it was given, and notes what was committed.
class FakeSource final : public Source {
 public:
  struct Step {
    Pull pull;
    Batch batch = {};
    std::optional<base::Error> error = {};  // thrown instead
  };
  std::deque<Step> steps;
  std::vector<std::uint64_t> commits;
  int fd = 100;
  bool drains = false;
  bool cuts = false;
  int pulls = 0;

  Pull next(Batch& batch) override {
    ++pulls;
    batch.clear();
    if (steps.empty()) return Pull::end;
    Step step = std::move(steps.front());
    steps.pop_front();
    if (step.error) throw *step.error;
    if (step.pull == Pull::batch) batch = std::move(step.batch);
    return step.pull;
  }
  int wait_fd() const override { return fd; }
  void commit(Ticket ticket) override { commits.push_back(ticket.value); }
  // As a source whose tickets count rows.
  Ticket cut(std::size_t rows, Ticket before) override { return cuts ? Ticket{before.value + rows} : before; }
  bool drain() override { return drains; }

  void add(Batch batch) { steps.push_back({Pull::batch, std::move(batch)}); }
  void add(Pull pull) { steps.push_back({pull}); }
  void add(base::Error error) { steps.push_back({Pull::end, {}, std::move(error)}); }
};

// Takes rows as a test wants it to: at once, or full, or for good no more; acknowledges when it is told to.
class FakeSink final : public Sink {
 public:
  Strings lines;  // rows and marks, in order
  Strings log;    // "write 3", "flush", "finish"
  Ticket given, acked_up_to;
  bool acks_at_once = true;
  bool is_pending = false;
  int full_times = 0;                      // so many writes are answered with full
  std::optional<std::size_t> stops_after;  // rows
  int fd = 200;

  Flow write(const Batch& batch) override {
    if (full_times > 0) return --full_times, log.push_back("full"), Flow::full;
    if (stops_after && lines.size() >= *stops_after && !batch.lines.empty()) return Flow::stop;
    lines += rows(batch);
    if (batch.mark) lines.push_back(batch.mark->line);
    given = batch.ticket;
    log.push_back("write " + std::to_string(given.value));
    return Flow::more;
  }
  Ticket acked() override { return acks_at_once ? given : acked_up_to; }
  bool pending() const override { return is_pending; }
  int wait_fd() const override { return fd; }
  void flush() override { log.push_back("flush"); }
  void finish() override { log.push_back("finish"); }
};

}  // namespace weir::stream::testing
