// Every system call of a session fails once, fails for ever, is the last one before kill -9: E1, E2, E3, C2.
#include <doctest/doctest.h>

#include <algorithm>
#include <cerrno>

#include "session.h"
#include "support/tally.h"

using namespace weir::crash;
using weir::testing::Call;
using weir::testing::counted;
using weir::testing::FaultySys;
using weir::testing::Random;
using weir::testing::SimulatedDisk;
using Span = FaultySys::Span;

namespace {

constexpr int kErrors[] = {EIO, ENOSPC, EDQUOT, EFBIG, EINTR, EAGAIN, EROFS, EMFILE, ENOMEM};

struct Count {
  std::uint64_t trials = 0, violations = 0;
  std::string first;
  void check(const std::string& where, const std::string& wrong) {
    if (wrong.empty()) return;
    ++violations;
    if (first.empty()) first = where + ": " + wrong;
  }
};

// A log as a killed process leaves it: the session that follows has something to recover.
std::unique_ptr<SimulatedDisk> killed_in_the_middle(const Plan& plan, Told& told) {
  const auto disk = empty_disk();
  FaultySys sys(*disk);
  std::size_t writes = 0;
  sys.before_each([&](std::size_t index, Call kind) {
    if (kind == Call::pwrite && ++writes == 20) sys.die_at(index);
  });
  run_session(sys, machine(1), plan, told);
  told.error.reset();
  auto after = disk->after_kill();
  // Half of a batch behind the end, as a write that was under way leaves it.
  std::string last;
  for (const std::string& path : after->files()) {
    if (path.ends_with(".log")) last = path;
  }
  const std::string torn = batch(1000, {300});
  after->set_content(last, after->content(last) + torn.substr(0, torn.size() / 2));
  return after;
}

struct Scenario {
  const char* name;
  std::unique_ptr<SimulatedDisk> disk;
  Told told;
};

std::vector<Scenario> scenarios(const Plan& plan) {
  std::vector<Scenario> all;
  all.push_back({"append and roll", empty_disk(), {}});
  Told told;
  auto killed = killed_in_the_middle(plan, told);
  all.push_back({"recovery", std::move(killed), told});
  return all;
}

std::size_t calls_of_session(const SimulatedDisk& start, const Plan& plan, Told told, unsigned boot) {
  const auto disk = start.after_kill();
  FaultySys sys(*disk);
  run_session(sys, machine(boot, 200), plan, told);
  const std::string failure = told.error ? told.error->what() : "";
  REQUIRE_MESSAGE(failure.empty(), failure);
  return sys.calls();
}

// The process is gone, later the power too: nothing that it was told may be lost either way.
void check_both(const SimulatedDisk& disk, const Told& told, const Plan& plan, unsigned boot,
                std::uint64_t seed, const std::string& where, Count& count) {
  const auto killed = disk.after_kill();
  count.check(where + ", then kill -9", check_survivor(*killed, told, plan, boot, seed));
  const auto cut = disk.after_power_cut(seed);
  count.check(where + ", then a power cut", check_survivor(*cut, told, plan, boot + 1, seed));
}

std::string judge_error(const Told& told, int error, Span span) {
  const bool passing = (error == EINTR || error == EAGAIN) && span == Span::once;
  if (told.finished) return {};
  if (passing) return "an interrupted call showed: " + std::string(told.error->what());
  const std::string what = told.error->what();
  if (told.error->kind() != weir::base::Kind::io) return "not an error of local I/O: " + what;
  if (what.find("/log") == std::string::npos && what.find("log/") == std::string::npos)
    return "no path in: " + what;
  return {};
}

}  // namespace

TEST_CASE("E1: every error at every call of append, roll and recovery, once and for ever, loses nothing") {
  const Plan plan = short_plan();
  for (Scenario& scenario : scenarios(plan)) {
    Count count;
    std::uint64_t reported = 0;
    const std::size_t calls = calls_of_session(*scenario.disk, plan, scenario.told, 1);
    for (const int error : kErrors) {
      for (const Span span : {Span::once, Span::from_then_on}) {
        for (std::size_t index = 0; index < calls; ++index) {
          const auto disk = scenario.disk->after_kill();
          FaultySys sys(*disk);
          sys.on_failed_sync([&](int fd) { disk->lose_unsynced(fd); });
          sys.fail_at(index, error, span);
          Told told = scenario.told;
          run_session(sys, machine(1, 200), plan, told);
          if (!sys.fault_met()) continue;
          ++count.trials;
          if (!told.finished) ++reported;
          const std::string where = std::string(weir::base::errno_words(error)) + " at call " +
                                    std::to_string(index) + " (" + name(sys.trace()[index]) + ")" +
                                    (span == Span::once ? "" : " for ever");
          count.check(where, judge_error(told, error, span));
          check_both(*disk, told, plan, 1, index, where, count);
        }
      }
    }
    counted(std::string("E1 errors at every call, ") + scenario.name, count.trials, count.violations,
            std::to_string(calls) + " calls, " + std::to_string(reported) + " reported");
    CAPTURE(count.first);
    CHECK(count.violations == 0);
  }
}

TEST_CASE("E2: short reads and writes of every size give the same log, byte for byte") {
  Plan plan;
  plan.batches = {{10}, {4000}, {300, 20}};
  const auto session = [&](auto shorten) {
    const auto disk = empty_disk();
    FaultySys sys(*disk);
    sys.shorten(shorten);
    Told told;
    run_session(sys, machine(1), plan, told);
    REQUIRE(told.finished);
    return log_bytes(*disk);
  };
  const std::string whole = session([](std::size_t wanted) { return wanted; });
  Count count;
  for (std::size_t size = 1; size < 4096; ++size) {
    ++count.trials;
    if (session([&](std::size_t) { return size; }) != whole) count.check(std::to_string(size), "differs");
  }
  for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
    ++count.trials;
    Random random(seed);
    if (session([&](std::size_t wanted) { return 1 + random.below(wanted); }) != whole) {
      count.check("seed " + std::to_string(seed), "differs");
    }
  }
  counted("E2 short reads and writes", count.trials, count.violations);
  CAPTURE(count.first);
  CHECK(count.violations == 0);
}

TEST_CASE("E3: after a sync that failed nothing more is acknowledged, though the next sync would succeed") {
  const Plan plan = short_plan();
  Count count;
  for (const Call kind : {Call::fdatasync, Call::fsync}) {
    for (std::size_t nth = 0;; ++nth) {
      const auto disk = empty_disk();
      FaultySys sys(*disk);
      sys.on_failed_sync([&](int fd) { disk->lose_unsynced(fd); });
      sys.fail_nth(kind, nth, EIO, Span::once);
      Told told;
      run_session(sys, machine(1), plan, told);
      if (!sys.fault_met()) break;
      ++count.trials;
      const std::string where = std::string(name(kind)) + " " + std::to_string(nth);
      if (told.acknowledged_after_error) count.check(where, "acknowledged after the failure");
      check_both(*disk, told, plan, 1, nth, where, count);
    }
  }
  counted("E3 a failed sync at every sync", count.trials, count.violations);
  CAPTURE(count.first);
  CHECK(count.trials > 5);
  CHECK(count.violations == 0);
}

TEST_CASE("C2: kill -9 before every call of append, roll and recovery loses and doubles nothing") {
  const Plan plan = short_plan();
  for (const Scenario& scenario : scenarios(plan)) {
    Count count;
    const std::size_t calls = calls_of_session(*scenario.disk, plan, scenario.told, 1);
    for (std::size_t index = 0; index <= calls; ++index) {
      const auto disk = scenario.disk->after_kill();
      FaultySys sys(*disk);
      sys.die_at(index);
      Told told = scenario.told;
      run_session(sys, machine(1, 200), plan, told);
      ++count.trials;
      check_both(*disk, told, plan, 1, index, "killed before call " + std::to_string(index), count);
    }
    counted(std::string("C2 kill -9 at every call, ") + scenario.name, count.trials, count.violations);
    CAPTURE(count.first);
    CHECK(count.violations == 0);
  }
}

TEST_CASE("C2: kill -9 before every call, and again before every call of the recovery that follows") {
  const Plan plan = short_plan();
  Count count;
  const auto empty = empty_disk();
  const std::size_t calls = calls_of_session(*empty, plan, {}, 1);
  for (std::size_t first = 0; first <= calls; first += 3) {
    const auto disk = empty->after_kill();
    FaultySys sys(*disk);
    sys.die_at(first);
    Told told;
    run_session(sys, machine(1, 200), plan, told);
    // Opening takes at most a few dozen calls; the rest of the session is covered by the sweep above.
    for (std::size_t second = 0; second <= 60; ++second) {
      const auto again = disk->after_kill();
      FaultySys sys_again(*again);
      sys_again.die_at(second);
      Told told_again = told;
      run_session(sys_again, machine(1, 300), plan, told_again);
      ++count.trials;
      check_both(*again, told_again, plan, 1, first * 1000 + second,
                 "killed before call " + std::to_string(first) + " and again " + std::to_string(second),
                 count);
    }
  }
  counted("C2 kill -9 twice", count.trials, count.violations);
  CAPTURE(count.first);
  CHECK(count.violations == 0);
}
