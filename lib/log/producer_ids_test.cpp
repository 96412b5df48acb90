#include "log/producer_ids.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "support/faulty_sys.h"
#include "support/simulated_disk.h"

using namespace weir;
using log::allocate_producer_ids;
using testing::Call;
using testing::FaultySys;
using testing::SimulatedDisk;

namespace {

constexpr log::BootId kBoot{1, 2, 3};
constexpr log::BootId kNextBoot{4, 5, 6};

}  // namespace

TEST_CASE("producer ids follow on and begin above a Kafka cluster's") {
  SimulatedDisk disk;
  CHECK(allocate_producer_ids(disk, "/", kBoot, 1) == log::kFirstProducerId);
  CHECK(allocate_producer_ids(disk, "/", kBoot, 5) == log::kFirstProducerId + 1);
  CHECK(allocate_producer_ids(disk, "/", kBoot, 1) == log::kFirstProducerId + 6);
  CHECK(allocate_producer_ids(disk, "/", kBoot, 5000) == log::kFirstProducerId + 7);
  CHECK(allocate_producer_ids(disk, "/", kBoot, 1) == log::kFirstProducerId + 5007);
}

TEST_CASE("most ids cost no sync") {
  SimulatedDisk disk;
  FaultySys sys(disk);
  allocate_producer_ids(sys, "/", kBoot, 1);
  const std::size_t before = sys.calls();
  for (int i = 0; i < 900; ++i) allocate_producer_ids(sys, "/", kBoot, 1);
  const auto trace = sys.trace();
  CHECK(std::none_of(trace.begin() + static_cast<std::ptrdiff_t>(before), trace.end(),
                     [](Call call) { return call == Call::fsync || call == Call::fdatasync; }));
}

// Three boots of many allocations each, with the power cut at every call of the second one.
TEST_CASE("no id is ever given out twice, whatever a power cut or a kill takes back") {
  const auto session = [](base::Sys& sys, const log::BootId& boot, std::vector<std::int64_t>* given) {
    try {
      for (const std::int64_t count : {1, 1, 600, 1, 600, 1, 1}) {
        const std::int64_t first = allocate_producer_ids(sys, "/", boot, count);
        for (std::int64_t id = first; id < first + count; ++id) given->push_back(id);
      }
      return true;
    } catch (const base::Error&) {
      return false;
    }
  };
  std::size_t states = 0;
  bool finished = false;
  for (std::size_t index = 0; !finished; ++index) {
    SimulatedDisk disk;
    std::vector<std::int64_t> given;
    REQUIRE(session(disk, kBoot, &given));
    FaultySys sys(disk);
    sys.die_at(index);
    finished = session(sys, kBoot, &given);
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      CAPTURE(index);
      CAPTURE(seed);
      const auto after = seed == 0 ? disk.after_kill() : disk.after_power_cut(seed);
      std::vector<std::int64_t> all = given;
      CHECK(session(*after, seed == 0 ? kBoot : kNextBoot, &all));
      std::sort(all.begin(), all.end());
      CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
      ++states;
    }
  }
  MESSAGE(states, " states");
}

TEST_CASE("no id is given out twice over a long row of power cuts and kills") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    testing::Random random(seed);
    auto disk = std::make_unique<SimulatedDisk>();
    std::vector<std::int64_t> given;
    log::BootId boot = kBoot;
    for (int crash = 0; crash < 12; ++crash) {
      FaultySys sys(*disk);
      sys.die_at(random.below(60));
      try {
        for (;;) {
          const auto count = static_cast<std::int64_t>(random.chance(20) ? 700 : 1 + random.below(3));
          const std::int64_t first = allocate_producer_ids(sys, "/", boot, count);
          for (std::int64_t id = first; id < first + count; ++id) given.push_back(id);
        }
      } catch (const base::Error&) {
      }
      if (random.chance(50)) {
        disk = disk->after_kill();
      } else {
        disk = disk->after_power_cut(random.next());
        ++boot[0];
      }
    }
    std::sort(given.begin(), given.end());
    CHECK(std::adjacent_find(given.begin(), given.end()) == given.end());
  }
}

TEST_CASE("one damaged slot costs numbers at most, two are refused") {
  for (std::size_t bit = 0; bit < 1024 * 8; ++bit) {
    CAPTURE(bit);
    SimulatedDisk disk;
    allocate_producer_ids(disk, "/", kBoot, 1);
    const std::int64_t last = allocate_producer_ids(disk, "/", kBoot, 1);
    // Either slot may be the newer one; the other says an older `next`.
    std::string bytes = disk.content("/producer-ids");
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
    disk.set_content("/producer-ids", bytes);
    CHECK(allocate_producer_ids(disk, "/", kBoot, 1) > last);
  }
  SimulatedDisk disk;
  allocate_producer_ids(disk, "/", kBoot, 1);
  disk.set_content("/producer-ids", std::string(1024, 'x'));
  CHECK_THROWS_AS(allocate_producer_ids(disk, "/", kBoot, 1), base::Error);
  disk.set_content("/producer-ids", "");
  CHECK_THROWS_AS(allocate_producer_ids(disk, "/", kBoot, 1), base::Error);
}
