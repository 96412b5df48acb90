// C1: 8 processes append to one partition, 2 follow it, and kill -9 strikes again and again. Whoever is killed comes
// back, asks the log how far it got and goes on. Half of the kills and more strike under the append lock.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "kill_processes.h"
#include "log/create_partition.h"
#include "log/partition_log.h"
#include "log_lab.h"
#include "record/record_cursor.h"
#include "support/tally.h"

namespace weir::crash {
namespace {

class TempFolder {
 public:
  TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "weir-kill-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
    path_ = name;
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Runs `work` in a process of its own.
template <typename Work>
pid_t start(Work work) {
  std::fflush(nullptr);
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  int code = 0;
  try {
    work();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "process of the kill test: %s\n", error.what());
    code = 1;
  }
  std::_Exit(code);
}

struct Kills {
  int all = 0, holding = 0, appending = 0, syncing = 0, idle = 0;
  int unexpected_ends = 0;
  void count(Doing doing) {
    ++all;
    switch (doing) {
      case Doing::holding:
        ++holding;
        break;
      case Doing::appending:
        ++appending;
        break;
      case Doing::syncing:
        ++syncing;
        break;
      case Doing::idle:
        ++idle;
        break;
    }
  }
};

class KillTest {
 public:
  explicit KillTest(const std::string& folder) : folder_(folder) {
    for (int i = 0; i < kAppenders; ++i) begin(i);
    for (int i = 0; i < kTails; ++i) {
      tails_[i] = start([&, i] { run_tail(folder_, board_->tails[i], board_->tails_stop); });
    }
  }

  // Kills appender `i` once it has acknowledged some records more: from outside at any moment, or by its own hand
  // at the `calls`th system call under the append lock.
  void kill_one(int i, testing::Random& random) {
    AppenderState& state = board_->appenders[i];
    const std::int64_t until = state.acknowledged + 1 + static_cast<std::int64_t>(random.below(8));
    wait_while(i, [&] { return state.acknowledged < until; });
    if (random.chance(60)) {
      state.die_in = 1 + static_cast<std::uint32_t>(random.below(12));
    } else {
      for (std::size_t spin = random.below(20000); spin > 0; --spin)
        std::atomic_signal_fence(std::memory_order_seq_cst);
      ::kill(appenders_[i], SIGKILL);
    }
    int status = 0;
    ::waitpid(appenders_[i], &status, 0);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
      kills.count(state.doing);
    } else {
      ++kills.unexpected_ends;
    }
    begin(i);
  }

  // Lets everybody finish.
  void finish() {
    board_->stop = true;
    int status = 0;
    for (const pid_t pid : appenders_) {
      ::waitpid(pid, &status, 0);
      if (status != 0) ++kills.unexpected_ends;
    }
    // What a killed appender had written and not synced becomes visible when somebody settles it. Done here, so that
    // both tails find the same end, whoever of them would have had the lock.
    base::Sys& sys = base::real_sys();
    log::PartitionLog::open(sys, base::system_clock(), log::Host::current(sys), folder_, {})->sync();
    board_->tails_stop = true;
    for (const pid_t pid : tails_) {
      ::waitpid(pid, &status, 0);
      if (status != 0) ++kills.unexpected_ends;
    }
  }

  Board& board() { return *board_; }
  Kills kills;

 private:
  void begin(int i) {
    AppenderState& state = board_->appenders[i];
    state.die_in = 0;
    state.doing = Doing::idle;
    appenders_[i] = start([&, i] { run_appender(folder_, i, board_->appenders[i], board_->stop); });
  }

  // Waits on the board; an appender that ended by itself ends the wait too.
  template <typename Condition>
  void wait_while(int i, Condition condition) {
    while (condition()) {
      siginfo_t info{};
      if (::waitid(P_PID, static_cast<id_t>(appenders_[i]), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
          info.si_pid != 0) {
        return;
      }
      ::sched_yield();
    }
  }

  std::string folder_;
  SharedBoard board_;
  pid_t appenders_[kAppenders]{};
  pid_t tails_[kTails]{};
};

int kills_wanted() {
  const char* text = std::getenv("WEIR_KILLS");
  return text == nullptr ? 500 : std::atoi(text);
}

}  // namespace

TEST_CASE("C1: kill -9 among 8 appenders and 2 readers loses, doubles, tears and reorders nothing") {
  const TempFolder temp;
  const std::string folder = temp.path() + "/events-0";
  base::Sys& sys = base::real_sys();
  log::create_partition(sys, base::system_clock(), log::Host::current(sys), folder, kTopicId);

  KillTest test(folder);
  testing::Random random(1);
  const int wanted = kills_wanted();
  while ((test.kills.all < wanted || test.kills.holding * 2 < test.kills.all) &&
         test.kills.unexpected_ends == 0) {
    test.kill_one(static_cast<int>(random.below(kAppenders)), random);
  }
  test.finish();

  // Everything that is in the log, read once more from its start.
  OrderCheck check;
  std::uint64_t violations = 0;
  std::int64_t records = 0;
  const auto reader =
      log::PartitionReader::open(sys, base::system_clock(), log::Host::current(sys), folder, {});
  record::Codecs codecs;
  base::Buffer scratch;
  while (reader->next() == log::PartitionReader::Step::batch) {
    std::string_view bytes;
    REQUIRE_FALSE(reader->batch().records(codecs, scratch, &bytes));
    record::RecordCursor cursor(reader->batch().header(), bytes);
    record::Record record;
    base::Offset offset;
    while (cursor.next(record, offset)) {
      if (offset.value != records++ || !check.take(record.value.view())) ++violations;
    }
  }
  std::int64_t acknowledged = 0;
  for (int i = 0; i < kAppenders; ++i) {
    const AppenderState& state = test.board().appenders[i];
    acknowledged += state.acknowledged;
    CHECK(check.records_of(i) >= state.acknowledged.load());
    violations += state.refused;
  }
  for (const TailState& tail : test.board().tails) {
    violations += tail.violations;
    CHECK(tail.read.load() == records);
  }
  const Kills& kills = test.kills;
  testing::counted("C1 kill -9 among 8 appenders", static_cast<unsigned long long>(kills.all), violations,
                   std::to_string(kills.holding) + " under the append lock, " +
                       std::to_string(kills.appending) + " else in append, " + std::to_string(kills.syncing) +
                       " before the acknowledgement, " + std::to_string(kills.idle) + " between; " +
                       std::to_string(acknowledged) + " records acknowledged, " + std::to_string(records) +
                       " in the log");
  CHECK(kills.all >= wanted);
  CHECK(kills.holding * 2 >= kills.all);
  CHECK(kills.unexpected_ends == 0);
  CHECK(violations == 0);
}

}  // namespace weir::crash
