#include "tools/groups/pace.h"

#include <doctest/doctest.h>

using namespace weir;
using namespace std::chrono_literals;

namespace {

bus::GroupPosition at(const char* topic, std::int64_t next, std::int64_t end, std::int64_t start = 0) {
  bus::GroupPosition position{topic, base::Partition{0}};
  position.next = base::Offset{next};
  position.start = base::Offset{start};
  position.end = base::Offset{end};
  return position;
}

}  // namespace

TEST_CASE("lag counts what is there between the position and the end, of partitions that both are known of") {
  bus::GroupInfo group;
  group.positions = {at("a", 10, 25), at("b", 3, 20, 15), at("c", 30, 20)};
  group.positions.push_back({"gone", base::Partition{0}, base::Offset{5}});
  CHECK(groups::lag_of(group) == 15 + 5 + 0);
}

TEST_CASE("a group that reads faster than records come is caught up in the time that the difference takes") {
  bus::GroupInfo before, after;
  before.positions = {at("a", 0, 1000), at("left", 0, 10)};
  after.positions = {at("a", 400, 1100), at("new", 5, 9)};
  const groups::Pace pace = groups::pace_between(before, after, 2s);
  CHECK(pace.read_per_second == 200);
  CHECK(pace.written_per_second == 50);
  CHECK(groups::until_caught_up(700, pace) == 4667ms);
  CHECK(groups::until_caught_up(0, {}) == 0ms);
  CHECK(!groups::until_caught_up(700, {50, 50}));
  CHECK(!groups::until_caught_up(700, {0, 50}));
  CHECK(!groups::until_caught_up(INT64_MAX, {50.000001, 50}));
}
