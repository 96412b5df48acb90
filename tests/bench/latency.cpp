// How long a line takes through a pipeline: a generator stamps each line with the time it is written, and the other end
// compares when it comes out.
//
//   latency RATE SECONDS COMMAND      latency 1000 3 'filter .t | filter .t | filter .t'
//
// COMMAND runs under sh. Each event is one write, at its due time, as a live source does it; what is late is written at
// once. The first second warms up and does not count. Prints p50, p99 and the number of events:
//   latency.p50 41.2 us
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::string_view kStamp = "{\"t\":";

std::int64_t now_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * kSecond + now.tv_nsec;
}

void wait_until(std::int64_t ns) {
  for (std::int64_t left; (left = ns - now_ns()) > 0;) {
    const timespec limit{.tv_sec = left / kSecond, .tv_nsec = left % kSecond};
    ::ppoll(nullptr, 0, &limit, nullptr);
  }
}

// Writes until `end`; returns how many lines.
std::uint64_t generate(int fd, std::int64_t per_second, std::int64_t end) {
  const std::string rest =
      ",\"price\":150.25,\"level\":\"error\",\"pad\":\"" + std::string(150, 'x') + "\"}\n";
  const std::int64_t start = now_ns();
  std::string line;
  for (std::uint64_t sent = 0;; ++sent) {
    const std::int64_t due = start + static_cast<std::int64_t>(sent) * kSecond / per_second;
    if (due >= end) return sent;
    wait_until(due);
    line.assign(kStamp).append(std::to_string(now_ns())).append(rest);
    for (std::string_view left = line; !left.empty();) {
      const ssize_t put = ::write(fd, left.data(), left.size());
      if (put < 0) return sent;
      left.remove_prefix(static_cast<std::size_t>(put));
    }
  }
}

// Latencies of the lines that were written at or after `from`.
std::vector<std::int64_t> receive(int fd, std::int64_t from) {
  std::vector<std::int64_t> latencies;
  std::string text;
  char some[65536];
  for (ssize_t got; (got = ::read(fd, some, sizeof some)) > 0;) {
    const std::int64_t arrived = now_ns();
    text.append(some, static_cast<std::size_t>(got));
    std::size_t at = 0;
    for (std::size_t end; (end = text.find('\n', at)) != std::string::npos; at = end + 1) {
      const std::string_view line = std::string_view(text).substr(at, end - at);
      std::int64_t stamped = 0;
      if (line.starts_with(kStamp))
        std::from_chars(line.data() + kStamp.size(), line.data() + line.size(), stamped);
      if (stamped >= from) latencies.push_back(arrived - stamped);
    }
    text.erase(0, at);
  }
  return latencies;
}

double percentile_us(const std::vector<std::int64_t>& sorted, double part) {
  const auto at = static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1));
  return static_cast<double>(sorted[at]) / 1000.0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::int64_t rate = argc == 4 ? std::atoll(argv[1]) : 0,
                     seconds = argc == 4 ? std::atoll(argv[2]) : 0;
  if (rate <= 0 || seconds <= 1) {
    std::fprintf(stderr, "usage: latency RATE SECONDS COMMAND   (at least 2 seconds)\n");
    return 2;
  }
  int in[2], out[2];
  if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0) return 4;
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(in[0], 0);
    ::dup2(out[1], 1);
    ::execl("/bin/sh", "sh", "-c", argv[3], nullptr);
    ::_exit(127);
  }
  ::close(in[0]);
  ::close(out[1]);

  const std::int64_t start = now_ns();
  std::vector<std::int64_t> latencies;
  std::thread reader([&] { latencies = receive(out[0], start + kSecond); });
  generate(in[1], rate, start + seconds * kSecond);
  ::close(in[1]);
  reader.join();
  int status = 0;
  ::waitpid(child, &status, 0);
  if (latencies.empty()) {
    std::fprintf(stderr, "latency: nothing came out\n");
    return 1;
  }
  std::sort(latencies.begin(), latencies.end());
  std::printf("latency.p50 %.1f us\nlatency.p99 %.1f us\nlatency.events %zu events\n",
              percentile_us(latencies, 0.5), percentile_us(latencies, 0.99), latencies.size());
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
