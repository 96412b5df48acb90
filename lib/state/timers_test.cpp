#include "state/timers.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <set>
#include <utility>

#include "support/random.h"

using namespace weir;
using state::Store;
using state::Timers;

TEST_CASE("timers come in order of time and item, however they were added") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    CAPTURE(seed);
    testing::Random random(seed);
    Store store;
    {
      Timers<std::uint32_t> timers(static_cast<std::int64_t>(1 + random.below(50)), &store);
      std::multiset<std::pair<std::int64_t, std::uint32_t>> model;
      for (int step = 0; step < 3000; ++step) {
        if (model.empty() || random.chance(55)) {
          const std::int64_t time = static_cast<std::int64_t>(random.below(400)) - 200;
          const auto item = static_cast<std::uint32_t>(random.below(1000));
          timers.add(time, item);
          model.emplace(time, item);
        } else {
          REQUIRE(timers.first_time() == model.begin()->first);
          CHECK(timers.first_item() == model.begin()->second);
          CHECK(timers.pop() == model.begin()->second);
          model.erase(model.begin());
        }
        CHECK(timers.size() == model.size());
        CHECK((store.memory() > 0) == !model.empty());
      }
    }
    CHECK(store.memory() == 0);
  }
}

TEST_CASE("the ends of time are times as others") {
  for (const std::int64_t width : {std::int64_t{1}, std::int64_t{1000}, INT64_MAX}) {
    Timers<int> timers(width);
    timers.add(INT64_MAX, 3);
    timers.add(INT64_MIN, 1);
    timers.add(INT64_MIN + 1, 2);
    CHECK(timers.first_time() == INT64_MIN);
    CHECK(timers.pop() == 1);
    CHECK(timers.pop() == 2);
    CHECK(timers.pop() == 3);
    CHECK(timers.empty());
  }
}
