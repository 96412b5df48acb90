// Operators that turn events into rows of their own, and what they are told: the end, ticks, arrival times.
#include <doctest/doctest.h>

#include "stream/run_test_words.h"

namespace weir::stream {
namespace {

using namespace testing;
using namespace std::chrono_literals;

TEST_CASE("what an operator takes is counted apart from the rows it writes") {
  Bench bench;
  Count count;
  bench.operators = {&count};
  bench.policy.policy = Errors::Policy::skip;
  bench.source.add(batch_of(1, {"a", "drop", "twice", "bad"}));
  bench.source.add(batch_of(2, {"late", "b"}));
  const Outcome outcome = bench.run();
  CHECK(bench.sink.lines == Strings{"one", "two", "taken 3"});
  CHECK(outcome.totals.read == 6);
  CHECK(outcome.totals.taken == 3);
  CHECK(outcome.totals.dropped == 1);
  CHECK(outcome.totals.skipped == 1);
  CHECK(outcome.totals.late == 1);
  CHECK(outcome.totals.written == 3);
  CHECK(outcome.totals.failed == 0);
}

TEST_CASE("late events reach the first side in their order, and the side is settled before a commit") {
  Bench bench;
  Count count;
  FakeSink late;
  bench.operators = {&count};
  bench.sides = {&late};
  bench.source.add(batch_of(1, {"late", "a"}));
  bench.source.add(batch_of(2, {"late"}));
  (void)bench.run();
  CHECK(late.lines == Strings{"late", "late"});
  CHECK(bench.source.commits == std::vector<std::uint64_t>{1, 2});
}

TEST_CASE("an operator's own rows and its last ones go through the operators behind it") {
  Bench bench;
  Count count;
  Keep keep([](std::string_view row) { return row != "one" && row != "taken 1"; });
  bench.operators = {&count, &keep};
  bench.source.add(batch_of(1, {"twice"}));
  (void)bench.run();
  CHECK(bench.sink.lines == Strings{"two"});
}

TEST_CASE("a drained source ends the operators too, and a run that fails does not") {
  Bench bench;
  Count count;
  bench.operators = {&count};
  SUBCASE("what was read before a signal is the end") {
    bench.source.drains = true;
    bench.source.add(batch_of(1, {"a"}));
    bench.stop.wished = Stop::Wish::settle;
    CHECK(bench.run().ending == Ending::stopped);
    CHECK(bench.sink.lines == Strings{"taken 1"});
  }
  SUBCASE("a source that holds nothing back ends at once") {
    bench.stop.wished = Stop::Wish::settle;
    CHECK(bench.run().ending == Ending::stopped);
    CHECK(bench.sink.lines == Strings{"taken 0"});
  }
  SUBCASE("a bad event under fail") {
    bench.source.add(batch_of(1, {"a", "bad", "twice"}));
    const Outcome outcome = bench.run();
    CHECK(outcome.ending == Ending::failed);
    CHECK(bench.sink.lines.empty());
    CHECK(outcome.totals.taken == 1);
  }
  SUBCASE("a torn end") {
    bench.source.add(batch_of(1, {"a"}));
    bench.source.add(Pull::torn_end);
    CHECK(bench.run().ending == Ending::torn_end);
    CHECK(bench.sink.lines.empty());
  }
  SUBCASE("a reader that went away") {
    bench.sink.stops_after = 0;
    bench.source.add(batch_of(1, {"twice"}));
    bench.source.add(batch_of(2, {"a"}));
    CHECK(bench.run().ending == Ending::reader_gone);
    CHECK(bench.sink.lines.empty());
  }
}

TEST_CASE("a mark that an operator keeps goes no further, and its ticket does") {
  Bench bench;
  Count count;
  bench.operators = {&count};
  bench.source.add(batch_of(1, {"a"}, R"({"_weir":"wm","t":1})"));
  (void)bench.run();
  CHECK(bench.sink.lines == Strings{"taken 1"});
  CHECK(bench.source.commits == std::vector<std::uint64_t>{1});
}

TEST_CASE("operators are ticked at the start and then as often as was asked, also while nothing comes") {
  Bench bench;
  Count count;
  bench.operators = {&count};
  bench.settings.operator_tick = 100ms;
  bench.source.add(batch_of(1, {"a"}));
  for (int i = 0; i < 3; ++i) bench.source.add(Pull::would_block);
  bench.poller.steps.push_back([&](auto) { bench.clock.now += 50ms; });  // woken early
  (void)bench.run();
  CHECK(count.ticks == std::vector<std::int64_t>{1000, 1100, 1200});
}

TEST_CASE("batches say when they arrived, if asked") {
  struct Look final : Operator {
    base::EventTime seen{};
    Flow on_batch(Batch& batch, Context&) override {
      seen = batch.arrived;
      return Flow::more;
    }
  } look;
  Bench bench;
  bench.operators = {&look};
  bench.settings.stamp = true;
  bench.source.add(batch_of(1, {"a"}));
  (void)bench.run();
  CHECK(look.seen.ms == 1'700'000'000'000);
}

}  // namespace
}  // namespace weir::stream
