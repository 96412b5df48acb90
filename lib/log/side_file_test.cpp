#include "log/side_file.h"

#include <doctest/doctest.h>

#include "log/storage_test_words.h"

using namespace weir;
using namespace weir::log;
using namespace weir::log::testing;
using weir::testing::SimulatedDisk;

namespace {

Ends ends_at(std::int64_t offset) {
  Ends ends;
  ends.boot = machine().boot;
  ends.generation = 3;
  ends.durable = {{0}, static_cast<std::uint64_t>(offset) * 10, {offset}};
  ends.visible = ends.durable;
  ends.written = ends.durable;
  return ends;
}

struct Side {
  SimulatedDisk disk;
  SideFile file;
  Side() : file((disk.mkdir("/t-0", 0700), SideFile::create(disk, "/t-0"))) { file.fill(); }
};

}  // namespace

TEST_CASE("the side file gives back what was written last") {
  Side side;
  CHECK(!side.file.read());
  Ends ends = ends_at(1);
  for (std::int64_t i = 1; i < 10; ++i) {
    ends.durable.next = {i};
    ends.poisoned = i == 9;
    ends.sequence = side.file.write(ends);
    const auto found = side.file.read();
    REQUIRE(found);
    CHECK(found->sequence == static_cast<std::uint64_t>(i));
    CHECK(found->durable == ends.durable);
    CHECK(found->visible == ends.visible);
    CHECK(found->written == ends.written);
    CHECK(found->boot == ends.boot);
    CHECK(found->generation == 3);
    CHECK(found->poisoned == (i == 9));
  }
}

TEST_CASE("a write of the side file that is torn at any byte leaves the ends of before or the new ones") {
  Side side;
  Ends ends = ends_at(5);
  ends.sequence = side.file.write(ends);
  ends.sequence = side.file.write(ends);
  const std::string before = side.disk.content("/t-0/weir-ends");
  Ends next = ends_at(6);
  next.sequence = ends.sequence;
  side.file.write(next);
  const std::string after = side.disk.content("/t-0/weir-ends");
  REQUIRE(before.size() == after.size());
  int old_ones = 0, new_ones = 0;
  for (std::size_t cut = 0; cut <= before.size(); ++cut) {
    CAPTURE(cut);
    for (const bool front : {true, false}) {
      side.disk.set_content("/t-0/weir-ends", front ? after.substr(0, cut) + before.substr(cut)
                                                    : before.substr(0, cut) + after.substr(cut));
      const auto found = SideFile::open(side.disk, "/t-0", SideFile::Access::read)->read();
      REQUIRE(found);
      const bool is_old = found->durable.next.value == 5;
      CHECK((is_old || found->durable.next.value == 6));
      ++(is_old ? old_ones : new_ones);
    }
  }
  CHECK(old_ones > 500);
  CHECK(new_ones > 500);
}

TEST_CASE("a flipped bit in the side file never makes up an end") {
  Side side;
  Ends ends = ends_at(5);
  ends.sequence = side.file.write(ends);
  Ends next = ends_at(6);
  next.sequence = ends.sequence;
  side.file.write(next);
  const std::string whole = side.disk.content("/t-0/weir-ends");
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    std::string flipped = whole;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    side.disk.set_content("/t-0/weir-ends", flipped);
    const auto found = SideFile::open(side.disk, "/t-0", SideFile::Access::read)->read();
    if (!found || (found->durable != ends_at(5).durable && found->durable != ends_at(6).durable)) {
      CAPTURE(bit);
      FAIL_CHECK("an end that nobody wrote");
    }
  }
}

TEST_CASE("the append lock is exclusive and tells who took it") {
  Side side;
  TickingClock clock;
  auto other = SideFile::open(side.disk, "/t-0", SideFile::Access::write);
  side.file.lock(clock, std::chrono::seconds(1), machine(1, 77));
  CHECK(!other->try_lock());
  REQUIRE(other->holder());
  CHECK(other->holder()->pid == 77);
  side.file.unlock();
  CHECK(other->try_lock());
}
