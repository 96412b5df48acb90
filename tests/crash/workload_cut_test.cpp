// P2: every workload of up to three operations, with the power cut before every system call of it. Most faults of file
// systems' users need no more than three operations and a cut right behind a sync.
#include <doctest/doctest.h>

#include <cstdlib>
#include <memory>

#include "log/create_partition.h"
#include "session.h"
#include "support/tally.h"

using namespace weir;
using namespace weir::crash;
using testing::Call;
using testing::FaultySys;
using testing::SimulatedDisk;

namespace {

enum class Step {
  append,
  append_and_sync,
  append_and_roll,  // a batch too large for what is left of the segment
  sync,             // also commits the durable end
  close,            // and open again
};
constexpr Step kSteps[] = {Step::append, Step::append_and_sync, Step::append_and_roll, Step::sync,
                           Step::close};
using Workload = std::vector<Step>;

constexpr std::int64_t kSegmentBytes = 1024;
constexpr std::size_t kSmall = 20, kLarge = 1000;  // bytes of a record
constexpr std::uint64_t kStatesPerCut = 4;         // of those that the disk may come back in

std::vector<Workload> workloads(std::size_t longest) {
  std::vector<Workload> all{{}};
  for (std::size_t from = 0; from < all.size() && all[from].size() < longest; ++from) {
    for (const Step step : kSteps) {
      Workload longer = all[from];
      longer.push_back(step);
      all.push_back(std::move(longer));
    }
  }
  return all;
}

bool appends(Step step) {
  return step == Step::append || step == Step::append_and_sync || step == Step::append_and_roll;
}

// What a producer sends that comes back: the batches alone.
Plan plan_of(const Workload& workload) {
  Plan plan;
  for (const Step step : workload)
    if (appends(step)) plan.batches.push_back({step == Step::append_and_roll ? kLarge : kSmall});
  plan.options = small_segments(kSegmentBytes);
  return plan;
}

void run_workload(base::Sys& sys, const Workload& workload, const Plan& plan, Told& told) {
  LabClock clock;
  log::create_partition(sys, clock, machine(1), kFolder, kTopicId);
  auto log = log::PartitionLog::open(sys, clock, machine(1), kFolder, plan.options);
  const auto note = [&] { told.acknowledged = std::max(told.acknowledged, log->durable_end().next.value); };
  std::int32_t next = 0;
  for (const Step step : workload) {
    if (appends(step)) {
      const std::vector<std::size_t>& sizes = plan.batches[static_cast<std::size_t>(next)];
      told.sent.push_back(value(next, sizes[0]));
      std::string bytes = batch(next++, sizes);
      REQUIRE(log->append(std::span(bytes)).stored());
    }
    if (step == Step::append_and_sync || step == Step::sync) log->sync();
    if (step == Step::close) {
      log->close();
      note();
      log.reset();
      log = log::PartitionLog::open(sys, clock, machine(1), kFolder, plan.options);
    }
    note();
  }
  log->close();
  note();
}

struct Count {
  std::uint64_t workloads = 0, trials = 0, violations = 0;
  std::string first;
};

// `plant` may break the seam, to see the test fail.
template <typename Plant>
Count cut_workloads(std::size_t longest, Plant plant) {
  Count count;
  for (const Workload& workload : workloads(longest)) {
    ++count.workloads;
    const Plan plan = plan_of(workload);
    const auto disk = empty_disk();
    FaultySys sys(*disk);
    plant(sys);
    Told told;
    const auto cut = [&] {
      for (std::uint64_t state = 0; state < kStatesPerCut; ++state) {
        const std::uint64_t seed = ++count.trials;
        const auto after = disk->after_power_cut(seed);
        const std::string wrong = check_survivor(*after, told, plan, 2, seed);
        if (wrong.empty()) continue;
        ++count.violations;
        if (count.first.empty())
          count.first =
              "workload " + std::to_string(count.workloads) + ", seed " + std::to_string(seed) + ": " + wrong;
      }
    };
    sys.before_each([&](std::size_t, Call) { cut(); });
    run_workload(sys, workload, plan, told);
    sys.before_each({});
    cut();
  }
  return count;
}

std::size_t longest() {
  const char* text = std::getenv("WEIR_WORKLOAD_STEPS");
  return text == nullptr ? 3 : std::strtoul(text, nullptr, 10);
}

}  // namespace

TEST_CASE("a power cut before any system call of any short workload loses nothing acknowledged") {
  const Count count = cut_workloads(longest(), [](FaultySys&) {});
  testing::counted("P2 power cuts in all workloads of up to " + std::to_string(longest()) + " steps",
                   count.trials, count.violations, std::to_string(count.workloads) + " workloads");
  CAPTURE(count.first);
  CHECK(count.violations == 0);
}

TEST_CASE("planted fault, no fsync: the short workloads see acknowledged records lost") {
  const Count count = cut_workloads(2, [](FaultySys& sys) {
    sys.swallow(Call::fdatasync);
    sys.swallow(Call::fsync);
  });
  testing::counted("planted fault: no fsync in short workloads", count.trials, count.violations,
                   "violations wanted");
  CHECK(count.violations > 0);
}

TEST_CASE("planted fault, no fsync of directories: the short workloads see acknowledged records lost") {
  const Count count = cut_workloads(2, [](FaultySys& sys) { sys.swallow_directory_syncs(); });
  testing::counted("planted fault: no fsync of directories in short workloads", count.trials,
                   count.violations, "violations wanted");
  CHECK(count.violations > 0);
}
