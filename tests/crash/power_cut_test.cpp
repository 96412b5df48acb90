// P1: the power goes at any moment, again and again. A session appends, rolls and syncs on a simulated disk; at
// its system calls the power is cut, the disk comes back in one of the states it may have, and must hold every
// record that anybody was told is safe, each once, whole and in order.
#include <doctest/doctest.h>

#include <cstdlib>

#include "session.h"
#include "support/tally.h"

using namespace weir::crash;
using weir::testing::Call;
using weir::testing::FaultySys;
using weir::testing::Random;
using weir::testing::SimulatedDisk;

namespace {

struct Count {
  std::uint64_t trials = 0, during_recovery = 0, violations = 0;
  std::string first;
};

Plan random_plan(Random& random) {
  Plan plan;
  const std::size_t batches = 4 + random.below(8);
  for (std::size_t i = 0; i < batches; ++i) {
    std::vector<std::size_t> sizes;
    for (std::size_t records = 1 + random.below(3); records > 0; --records)
      sizes.push_back(5 + random.below(1500));
    plan.batches.push_back(sizes);
  }
  plan.sync_every = 1 + static_cast<unsigned>(random.below(4));
  plan.options = small_segments(2048 + static_cast<std::int64_t>(random.below(6000)));
  return plan;
}

// One cut and what follows from it; sometimes the power goes again while the log is being recovered.
void cut(const SimulatedDisk& disk, const Told& told, const Plan& plan, std::uint64_t seed, Count& count) {
  ++count.trials;
  Random random(seed);
  auto after = disk.after_power_cut(random.next());
  Told known = told;
  unsigned boot = 2;
  if (random.chance(20)) {
    ++count.during_recovery;
    FaultySys sys(*after);
    sys.die_at(random.below(80));
    run_session(sys, machine(boot), plan, known);
    known.error.reset();
    after = after->after_power_cut(random.next());
    ++boot;
  }
  const std::string wrong = check_survivor(*after, known, plan, boot, random.next());
  if (wrong.empty()) return;
  ++count.violations;
  if (count.first.empty()) count.first = "seed " + std::to_string(seed) + ": " + wrong;
}

// `plant` may break the seam, to see the test fail.
template <typename Plant>
Count cut_power(std::uint64_t trials, std::uint64_t first_seed, Plant plant) {
  Count count;
  for (std::uint64_t seed = first_seed; count.trials < trials; ++seed) {
    Random random(seed);
    const Plan plan = random_plan(random);
    const auto disk = empty_disk();
    FaultySys sys(*disk);
    plant(sys);
    Told told;
    sys.before_each([&](std::size_t, Call) {
      if (count.trials < trials && random.chance(15)) cut(*disk, told, plan, random.next(), count);
    });
    run_session(sys, machine(1), plan, told);
    sys.before_each({});
    const std::string failure = told.error ? told.error->what() : "";
    REQUIRE_MESSAGE(failure.empty(), failure);
    if (count.trials < trials) cut(*disk, told, plan, random.next(), count);
  }
  return count;
}

std::uint64_t number(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

constexpr auto kNoFault = [](FaultySys&) {};
constexpr std::uint64_t kPlantedTrials = 3000;

}  // namespace

TEST_CASE("power cuts at any moment lose nothing acknowledged and double, tear or reorder nothing") {
  const std::uint64_t trials = number("WEIR_POWER_CUTS", 100'000);
  const Count count = cut_power(trials, number("WEIR_SEED", 1), kNoFault);
  weir::testing::counted(
      "P1 simulated power cuts", count.trials, count.violations,
      std::to_string(count.during_recovery) + " of them twice, the second time during recovery");
  CAPTURE(count.first);
  CHECK(count.violations == 0);
}

TEST_CASE("planted fault, no fsync: the power cuts see acknowledged records lost") {
  const Count count = cut_power(kPlantedTrials, 1, [](FaultySys& sys) {
    sys.swallow(Call::fdatasync);
    sys.swallow(Call::fsync);
  });
  weir::testing::counted("planted fault: no fsync", count.trials, count.violations, "violations wanted");
  CHECK(count.violations > 0);
}

TEST_CASE("planted fault, no fsync of directories: the power cuts see acknowledged records lost") {
  const Count count = cut_power(kPlantedTrials, 1, [](FaultySys& sys) { sys.swallow_directory_syncs(); });
  weir::testing::counted("planted fault: no fsync of directories", count.trials, count.violations,
                         "violations wanted");
  CHECK(count.violations > 0);
}

TEST_CASE("planted fault, acknowledging before the fsync: the power cuts see acknowledged records lost") {
  const Count count = cut_power(kPlantedTrials, 1, [](FaultySys& sys) { sys.answer_syncs_early(10); });
  weir::testing::counted("planted fault: acknowledge before fsync", count.trials, count.violations,
                         "violations wanted");
  CHECK(count.violations > 0);
}
