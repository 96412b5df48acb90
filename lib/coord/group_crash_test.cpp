// Members in processes of their own, killed with -9 at any time: no record is left out, no partition has two holders,
// no position goes back.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <map>
#include <random>
#include <set>

#include "coord/coord_test_words.h"
#include "coord/group_hash.h"
#include "record/record_cursor.h"
#include "support/tally.h"

namespace weir::coord {
namespace {

using namespace testing;
using log::TopicPartition;

constexpr int kPartitions = 6;
constexpr int kMembers = 3;
constexpr int kKills = 60;
constexpr int kRecords = 20;  // appended to each partition between two kills

// A second opinion on who reads a partition: a lock on a file that coord knows nothing of, held from the first row of a
// partition that is handed out until all that was is committed. It belongs to the process, not to the open file: of a
// killed process the kernel frees locks of this kind before any other, so a successor never meets the lock of the dead.
class Witness {
 public:
  explicit Witness(const std::string& directory)
      : fd_(::open((directory + "/readers").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {}
  // False: somebody else reads the partition too.
  bool reads(int partition) const { return set(F_WRLCK, partition, 1); }
  void has_committed() const { set(F_UNLCK, 0, kPartitions); }

 private:
  bool set(short kind, int from, int count) const {
    struct flock range {};
    range.l_type = kind;
    range.l_whence = SEEK_SET;
    range.l_start = from;
    range.l_len = count;
    return ::fcntl(fd_, F_SETLK, &range) == 0;
  }
  int fd_;
};

enum ChildExit { kEnded = 0, kTwoHolders = 10, kThrew = 11 };

// In pieces that a pipe takes at once, so that neither a kill nor another member's lines tear a line.
void write_lines(int out, std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = text.size() <= PIPE_BUF ? text.size() : text.rfind('\n', PIPE_BUF - 1) + 1;
    if (::write(out, text.data(), size) != static_cast<ssize_t>(size)) ::_exit(kThrew);
    text.remove_prefix(size);
  }
}

// What `consume -g` does, with the loop written out: rows to `out`, one write per batch, then the commit.
[[noreturn]] void be_a_member(const std::string& directory, const std::string& witness, int out,
                              bool until_end) {
  try {
    const Witness second_opinion(witness);
    log::Log log = open_log(directory);
    GroupSource source(log, {.name = "g"}, reading("t", until_end));
    stream::Ticket ticket;
    std::string text;
    for (;;) {
      stream::Batch batch;
      const stream::Pull pull = source.next(batch);
      if (pull == stream::Pull::batch) {
        for (const stream::Line& line : batch.lines) {
          if (!second_opinion.reads(line.data[0] - '0')) ::_exit(kTwoHolders);
          text.append(line.view());
          text.push_back('\n');
        }
        ticket = batch.ticket;
        continue;
      }
      write_lines(out, text);
      text.clear();
      source.commit(ticket);
      second_opinion.has_committed();
      if (pull == stream::Pull::end) break;
      pollfd wait{source.wait_fd(), POLLIN, 0};
      ::poll(&wait, 1, 1000);
    }
    source.leave();
  } catch (const base::Error& error) {
    std::fprintf(stderr, "member: %s\n", error.what());
    ::_exit(kThrew);
  }
  ::_exit(kEnded);
}

pid_t start(const std::string& directory, const std::string& witness, int out, bool until_end) {
  const pid_t pid = ::fork();
  if (pid == 0) be_a_member(directory, witness, out, until_end);
  return pid;
}

// Offsets that were ever stored for the group, in the order of the log.
std::map<TopicPartition, std::vector<std::int64_t>> history(const log::Log& log) {
  std::map<TopicPartition, std::vector<std::int64_t>> stored;
  const std::string folder = log.partition_path(kOffsetsTopic, partition_of_group("g", kOffsetsPartitions));
  auto reader = log::PartitionReader::open(log.sys(), log.clock(), log.host(), folder, {});
  reader->seek({0});
  while (reader->next() == log::PartitionReader::Step::batch) {
    record::RecordCursor cursor(reader->batch().header(), reader->batch().payload());
    record::Record record;
    base::Offset offset;
    while (cursor.next(record, offset)) {
      const auto key = decode_offset_key(record.key.view());
      const auto value = decode_offset_value(record.value.view());
      REQUIRE(key);
      REQUIRE(value);
      stored[key->partition].push_back(value->next.value);
    }
  }
  return stored;
}

TEST_CASE(
    "members are killed and started again: nothing is left out, nobody reads the same partition, nothing "
    "goes back") {
  const TempDirectory directory, witness;
  log::Log log = open_log(directory.path);
  NumberedTopic topic(log, "t", kPartitions);
  int pipe[2];
  REQUIRE(::pipe2(pipe, O_CLOEXEC) == 0);
  std::multiset<std::string> seen;
  std::string torn;
  const auto read_some = [&] {
    char bytes[65536];
    const ssize_t got = ::read(pipe[0], bytes, sizeof bytes);
    for (ssize_t i = 0; i < got; ++i) {
      if (bytes[i] != '\n') {
        torn += bytes[i];
        continue;
      }
      seen.insert(torn);
      torn.clear();
    }
  };

  std::mt19937_64 random(5);
  std::vector<pid_t> members;
  for (int i = 0; i < kMembers; ++i) members.push_back(start(directory.path, witness.path, pipe[1], false));
  int killed_at_work = 0, two_holders = 0;
  for (int kill = 0; kill < kKills; ++kill) {
    topic.append_to_all(kRecords);
    // At a random point of the work: by what has been read so far, and by the clock, which also hits a member that has
    // rows in its hands and has not written them.
    pollfd wait{pipe[0], POLLIN, 0};
    if (kill % 2 == 0) {
      const std::size_t enough = seen.size() + random() % (kRecords * kPartitions);
      while (seen.size() < enough && ::poll(&wait, 1, 2000) == 1) read_some();
    } else {
      ::poll(nullptr, 0, static_cast<int>(random() % 4));
      while (::poll(&wait, 1, 0) == 1) read_some();
    }
    pid_t& doomed = members[random() % members.size()];
    ::kill(doomed, SIGKILL);
    int status = 0;
    ::waitpid(doomed, &status, 0);
    if (WIFSIGNALED(status)) ++killed_at_work;
    if (WIFEXITED(status) && WEXITSTATUS(status) == kTwoHolders) ++two_holders;
    CHECK_FALSE((WIFEXITED(status) && WEXITSTATUS(status) == kThrew));
    doomed = start(directory.path, witness.path, pipe[1], false);
  }
  for (const pid_t pid : members) {
    ::kill(pid, SIGKILL);
    int status = 0;
    ::waitpid(pid, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == kTwoHolders) ++two_holders;
  }
  const pid_t last = start(directory.path, witness.path, pipe[1], true);
  ::close(pipe[1]);
  pollfd wait{pipe[0], POLLIN, 0};
  while (::poll(&wait, 1, 20000) == 1 && (wait.revents & POLLIN) != 0) read_some();
  int status = 0;
  ::waitpid(last, &status, 0);
  CHECK((WIFEXITED(status) && WEXITSTATUS(status) == kEnded));
  ::close(pipe[0]);

  int missing = 0, written = 0;
  for (int p = 0; p < kPartitions; ++p) {
    for (int i = 0; i < topic.count(p); ++i, ++written)
      missing += seen.count(std::to_string(p) + ':' + std::to_string(i)) == 0;
  }
  int went_back = 0;
  for (const auto& [partition, positions] : history(log)) {
    for (std::size_t i = 1; i < positions.size(); ++i) went_back += positions[i] < positions[i - 1];
    CHECK(positions.back() == topic.count(partition.partition.value));
  }
  CHECK(missing == 0);
  CHECK(two_holders == 0);
  CHECK(went_back == 0);
  CHECK(torn.empty());
  CHECK(killed_at_work == kKills);
  weir::testing::counted("group members killed with -9", kKills,
                         static_cast<unsigned long long>(missing + two_holders + went_back),
                         std::to_string(written) + " records, " +
                             std::to_string(seen.size() - static_cast<std::size_t>(written - missing)) +
                             " of them read again");
}

TEST_CASE("members that come and go by themselves read each record exactly once") {
  const TempDirectory directory, witness;
  log::Log log = open_log(directory.path);
  NumberedTopic topic(log, "t", kPartitions);
  topic.append_to_all(500);
  Positions(log, "g");
  int pipe[2];
  REQUIRE(::pipe2(pipe, O_CLOEXEC) == 0);
  std::vector<pid_t> members;
  for (int i = 0; i < 5; ++i) members.push_back(start(directory.path, witness.path, pipe[1], true));
  ::close(pipe[1]);
  std::string text;
  char bytes[65536];
  for (ssize_t got; (got = ::read(pipe[0], bytes, sizeof bytes)) > 0;)
    text.append(bytes, static_cast<std::size_t>(got));
  ::close(pipe[0]);
  for (const pid_t pid : members) {
    int status = 0;
    ::waitpid(pid, &status, 0);
    CHECK((WIFEXITED(status) && WEXITSTATUS(status) == kEnded));
  }
  std::multiset<std::string> seen;
  for (std::size_t at = 0, end; (end = text.find('\n', at)) != std::string::npos; at = end + 1)
    seen.insert(text.substr(at, end - at));
  CHECK(seen.size() == 500 * kPartitions);
  for (int p = 0; p < kPartitions; ++p) {
    for (int i = 0; i < 500; ++i) CHECK(seen.count(std::to_string(p) + ':' + std::to_string(i)) == 1);
  }
}

}  // namespace
}  // namespace weir::coord
