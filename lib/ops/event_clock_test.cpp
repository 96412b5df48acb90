#include "ops/event_clock.h"

#include <doctest/doctest.h>

namespace weir::ops {
namespace {

constexpr std::int64_t kFar = std::int64_t{1} << 62;

TEST_CASE("the watermark begins before all time and follows the largest time minus the bound") {
  EventClock clock({1, 5});
  CHECK(clock.now() == kBeforeAll);
  const auto one = clock.source(0);
  CHECK(clock.advance(one, 10) == 5);
  CHECK(clock.advance(one, 8) == 5);  // never back
  CHECK(clock.advance(one, 11) == 6);
  CHECK(clock.advance(one, -100) == 6);
}

TEST_CASE("times before 1970 are times like any other") {
  EventClock clock({1, 0});
  const auto one = clock.source(0);
  CHECK(clock.advance(one, -kFar) == -kFar);
  CHECK(clock.advance(one, -7) == -7);
}

TEST_CASE("the infinities stay what they are, and nothing runs over") {
  CHECK(minus(kAfterAll, 5) == kAfterAll);
  CHECK(minus(kBeforeAll, 5) == kBeforeAll);
  CHECK(minus(-kFar, kAfterAll) == kBeforeAll + 1);
  CHECK(minus(kFar, -kAfterAll) == kAfterAll - 1);
  CHECK(plus(kFar, kAfterAll) == kAfterAll - 1);
  CHECK(plus(7, 3) == 10);
  EventClock clock({1, kAfterAll});
  CHECK(clock.advance(clock.source(0), -kFar) == kBeforeAll + 1);
}

TEST_CASE("several partitions are as far as the one that lags behind") {
  EventClock clock({1, 0});
  const auto a = clock.source(0, "t", 0), b = clock.source(0, "t", 1);
  CHECK(clock.advance(a, 10) == 10);  // b has not been heard of
  CHECK(clock.advance(b, 4) == 10);   // never back
  CHECK(clock.advance(a, 30) == 10);
  CHECK(clock.advance(b, 20) == 20);
  CHECK(clock.advance(b, 40) == 30);
}

TEST_CASE("a source has one number, and without a partition the topic does not matter") {
  EventClock clock({2, 0});
  CHECK(clock.source(0, "t", 3) == clock.source(0, "t", 3));
  CHECK(clock.source(0, "t", 3) != clock.source(0, "u", 3));
  CHECK(clock.source(0, "t", 3) != clock.source(1, "t", 3));
  CHECK(clock.source(0, "t") == clock.source(0, "u"));
}

TEST_CASE("an input that has not spoken holds all back until it speaks or ends") {
  EventClock clock({2, 0});
  const auto left = clock.source(0), right = clock.source(1);
  CHECK(clock.advance(left, 100) == kBeforeAll);
  SUBCASE("it speaks") {
    CHECK(clock.advance(right, 40) == 40);
    CHECK(clock.advance(right, 200) == 100);
  }
  SUBCASE("it ends") {
    CHECK(clock.ended(1) == 100);
  }
}

TEST_CASE("an input that ended no longer holds back, and when all have ended time is over") {
  EventClock clock({2, 3});
  const auto left = clock.source(0), right = clock.source(1);
  (void)clock.advance(left, 10);
  CHECK(clock.advance(right, 50) == 7);
  CHECK(clock.ended(0) == 47);
  CHECK(clock.advance(right, 60) == 57);
  CHECK(clock.ended(1) == kAfterAll);
}

TEST_CASE("an idle source is not waited for, and comes back late") {
  EventClock clock({1, 0});
  const auto a = clock.source(0, "t", 0), b = clock.source(0, "t", 1);
  (void)clock.advance(b, 5);
  (void)clock.advance(a, 50);
  CHECK(clock.now() == 5);
  CHECK(clock.idle(b) == 50);
  CHECK(clock.is_idle(b));
  CHECK(clock.advance(b, 20) == 50);  // late, and W stays
  CHECK_FALSE(clock.is_idle(b));
  CHECK(clock.advance(a, 80) == 50);  // b holds back again
  CHECK(clock.advance(b, 70) == 70);
}

TEST_CASE("a source that ticks hear nothing of for so long is idle, until something is heard of it") {
  EventClock clock({1, 0, 100});
  const auto a = clock.source(0, "t", 0), b = clock.source(0, "t", 1);
  (void)clock.advance(b, 5);
  (void)clock.advance(a, 50);
  std::int64_t now_ms = 7'000'000;
  CHECK(clock.tick(now_ms) == 5);
  for (int i = 1; i <= 4; ++i) {
    CAPTURE(i);
    (void)clock.advance(a, 50 + i);
    CHECK(clock.tick(now_ms += 25) == (i < 4 ? 5 : 54));
  }
  CHECK(clock.is_idle(b));
  CHECK_FALSE(clock.is_idle(a));
  SUBCASE("a record brings it back") {
    CHECK(clock.advance(b, 20) == 54);
    CHECK(clock.advance(a, 80) == 54);
  }
  SUBCASE("and so does a wm line") {
    CHECK(clock.mark(b, 60) == 54);
    CHECK(clock.advance(a, 80) == 60);
    for (int i = 0; i < 8; ++i) (void)clock.mark(b, 60), (void)clock.advance(a, 90), clock.tick(now_ms += 25);
    CHECK(clock.now() == 60);
  }
  SUBCASE("and so does a record of one that is judged by wm lines") {
    (void)clock.mark(b, 60);
    for (int i = 0; i < 8; ++i) (void)clock.advance(b, 1), clock.tick(now_ms += 25);
    CHECK_FALSE(clock.is_idle(b));
  }
}

TEST_CASE("while nobody looked at a clock nobody was silent for long") {
  EventClock clock({1, 0, 100});
  const auto a = clock.source(0, "t", 0), b = clock.source(0, "t", 1);
  (void)clock.advance(b, 5);
  (void)clock.advance(a, 50);
  (void)clock.tick(0);
  for (int i = 1; i <= 3; ++i) CHECK(clock.tick(i * 1'000'000) == 5);
  CHECK_FALSE(clock.is_idle(b));
  (void)clock.tick(4'000'000);
  CHECK(clock.is_idle(b));
}

TEST_CASE("an idle input is not waited for, whether it has spoken or not") {
  EventClock clock({2, 0});
  const auto left = clock.source(0), right = clock.source(1);
  CHECK(clock.advance(left, 10) == kBeforeAll);
  CHECK(clock.input_idle(1) == 10);
  CHECK(clock.advance(right, 5) == 10);
  CHECK(clock.advance(left, 20) == 10);
  CHECK(clock.input_idle(1) == 20);
}

TEST_CASE("when all are idle the watermark stays where it is") {
  EventClock clock({1, 0});
  const auto a = clock.source(0, "t", 0);
  (void)clock.advance(a, 5);
  CHECK(clock.idle(a) == 5);
  CHECK(clock.advance(a, 6) == 6);
}

TEST_CASE("a partition with wm lines uses those alone") {
  EventClock clock({1, 0});
  const auto a = clock.source(0, "t", 0);
  CHECK(clock.advance(a, 10) == 10);
  CHECK(clock.mark(a, 4) == 10);
  CHECK(clock.advance(a, 100) == 10);
  CHECK(clock.mark(a, 60) == 60);
  CHECK(clock.mark(a, 50) == 60);
  CHECK(clock.mark(a, kAfterAll) == kAfterAll);
}

TEST_CASE("lines that name no partition follow the wm lines of their input") {
  EventClock clock({1, 0});
  const auto lines = clock.source(0), p0 = clock.source(0, "t", 0), p1 = clock.source(0, "t", 1);
  CHECK(clock.advance(lines, 10) == 10);
  CHECK(clock.mark(p0, 20) == 20);
  CHECK(clock.advance(lines, 100) == 20);
  CHECK(clock.mark(p1, 30) == 20);
  CHECK(clock.mark(p0, 90) == 30);
}

TEST_CASE("the one source of a stateful tool's output is marked by itself") {
  EventClock clock({1, 0});
  const auto lines = clock.source(0);
  CHECK(clock.advance(lines, 10) == 10);
  CHECK(clock.mark(lines, 12) == 12);
  CHECK(clock.advance(lines, 50) == 12);
}

TEST_CASE("a clock that was saved goes on where it was") {
  EventClock clock({2, 0});
  const auto a = clock.source(0, "t", 0), b = clock.source(1, "t", 1);
  (void)clock.advance(a, 10);
  (void)clock.mark(b, 30);
  base::Buffer bytes;
  state::Writer writer(bytes);
  clock.save(writer);
  EventClock again({2, 0});
  state::Reader reader(bytes.view());
  again.load(reader);
  CHECK(reader.done());
  CHECK(again.now() == 10);
  CHECK(again.source(1, "t", 1) == b);
  CHECK(again.advance(a, 50) == 30);
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    EventClock torn({2, 0});
    state::Reader short_reader(bytes.view().substr(0, cut));
    torn.load(short_reader);
    CHECK_FALSE(short_reader.done());
  }
  EventClock other({1, 0});
  state::Reader wrong(bytes.view());
  other.load(wrong);
  CHECK(wrong.failed());
}

}  // namespace
}  // namespace weir::ops
