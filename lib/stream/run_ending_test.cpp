// How a run of the loop ends, and what is written and committed by then.
#include <doctest/doctest.h>

#include "stream/run_test_words.h"

namespace weir::stream {
namespace {

using namespace testing;
using namespace std::chrono_literals;

TEST_CASE("a reader that went away ends the run, and what it did not get is abandoned and not committed") {
  Bench bench;
  bench.sink.stops_after = 2;
  bench.source.add(batch_of(1, {"a", "b"}));
  bench.source.add(batch_of(2, {"c", "d", "e"}));
  bench.source.add(batch_of(3, {"never"}));
  const Outcome outcome = bench.run();
  CHECK(outcome.ending == Ending::reader_gone);
  CHECK(outcome.totals.written == 2);
  CHECK(outcome.totals.abandoned == 3);
  CHECK(outcome.totals.failed == 0);
  CHECK(bench.source.commits == std::vector<std::uint64_t>{1});
  CHECK(bench.source.pulls == 2);
}

TEST_CASE("a run that ends within a batch commits what was judged and nothing behind it") {
  for (std::size_t wanted = 1; wanted <= 5; ++wanted) {
    CAPTURE(wanted);
    Bench bench;
    Keep keep([](std::string_view row) { return row != "no"; });
    keep.enough_after = wanted;
    bench.operators = {&keep};
    bench.source.cuts = true;
    bench.source.add(batch_of(4, {"no", "a", "b", "no"}));
    bench.source.add(batch_of(9, {"c", "no", "no", "d", "e"}));
    const Outcome outcome = bench.run();
    CHECK(outcome.ending == Ending::enough);
    // Of rows a b c d e the wanted-th is row 2 3 5 8 9 of the input.
    const std::uint64_t judged = std::vector<std::uint64_t>{2, 3, 5, 8, 9}[wanted - 1];
    CHECK(bench.source.commits.back() == judged);
    CHECK(outcome.totals.read == judged);
    CHECK(outcome.totals.written == wanted);
    CHECK(outcome.totals.dropped == judged - wanted);
  }
}

// Needs nothing further after half of the second row.
class HalfOfTheSecond final : public Operator {
 public:
  Flow on_batch(Batch& batch, Context& context) override {
    context.unread_from = batch.lines[1].index + 1;
    context.last_in_part = true;
    batch.retain([](std::size_t i) { return i == 1; });
    return Flow::stop;
  }
};

TEST_CASE("a row of which only a part went out was read, and the position stays before it") {
  Bench bench;
  HalfOfTheSecond half;
  bench.operators = {&half};
  bench.source.cuts = true;
  bench.source.add(batch_of(4, {"a", "b", "c", "d"}));
  const Outcome outcome = bench.run();
  CHECK(outcome.ending == Ending::enough);
  CHECK(bench.source.commits == std::vector<std::uint64_t>{1});
  CHECK(outcome.totals.read == 2);
  CHECK(outcome.totals.written == 1);
  CHECK(outcome.totals.dropped == 1);
}

TEST_CASE("under fail the position ends up right before the bad row") {
  Bench bench;
  bench.source.cuts = true;
  Keep keep(all);
  Keep behind([](std::string_view row) { return row != "no"; });
  keep.enough_after = 4;
  bench.operators = {&keep, &behind};
  bench.source.add(batch_of(6, {"a", "no", "bad", "b", "c", "d"}));
  CHECK(bench.run().ending == Ending::failed);
  CHECK(bench.sink.lines == Strings{"a"});
  CHECK(bench.source.commits == std::vector<std::uint64_t>{2});
}

TEST_CASE(
    "rows before the bad one are waited for until they are stored, also where the source has no ticket for "
    "them") {
  Bench bench;
  Keep keep(all);
  bench.operators = {&keep};
  bench.sink.is_pending = true;
  std::uint64_t written_while_pending = 0;
  bench.poller.steps.push_back([&](std::span<pollfd>) {
    written_while_pending = bench.sink.lines.size();
    bench.sink.is_pending = false;
  });
  bench.source.add(batch_of(1, {"a", "bad", "b"}));
  const Outcome outcome = bench.run();
  CHECK(outcome.ending == Ending::failed);
  CHECK(bench.poller.steps.empty());
  CHECK(written_while_pending == 1);
  CHECK(outcome.totals.written == 1);
}

TEST_CASE("under fail the rows before the bad one go out, none behind it, whatever the batches are") {
  for (std::size_t first = 0; first <= 5; ++first) {
    CAPTURE(first);
    Bench bench;
    Keep keep([](std::string_view row) { return row != "no"; });
    bench.operators = {&keep};
    const Strings lines{"a", "no", "b", "bad", "c"};
    bench.source.add(batch_of(1, Strings(lines.begin(), lines.begin() + static_cast<long>(first))));
    bench.source.add(batch_of(2, Strings(lines.begin() + static_cast<long>(first), lines.end())));
    const Outcome outcome = bench.run();
    CHECK(outcome.ending == Ending::failed);
    CHECK(std::string(outcome.error->what()) == "it is bad");
    CHECK(outcome.error->kind() == base::Kind::data);
    CHECK(bench.sink.lines == Strings{"a", "b"});
    CHECK(outcome.totals.written == 2);
    CHECK(outcome.totals.dropped == 1);
    CHECK(outcome.totals.failed == (first == 5 || first == 4 ? outcome.totals.read - 3 : 2));
    for (const std::uint64_t commit : bench.source.commits) CHECK(commit <= (first <= 3 ? 1 : 0));
  }
}

TEST_CASE("under skip the bad ones are counted and the rest goes on") {
  Bench bench;
  bench.policy.policy = Errors::Policy::skip;
  Keep keep(all);
  bench.operators = {&keep};
  bench.source.add(batch_of(1, {"a", "bad", "b", "bad"}));
  const Outcome outcome = bench.run();
  CHECK(outcome.ending == Ending::end);
  CHECK(outcome.totals.skipped == 2);
  CHECK(outcome.totals.written == 2);
}

TEST_CASE("more bad events than --max-errors end the run at the one too many") {
  Bench bench;
  bench.policy.policy = Errors::Policy::skip;
  bench.policy.max_errors = 2;
  Keep keep(all);
  bench.operators = {&keep};
  bench.source.add(batch_of(1, {"bad", "a", "bad", "b", "bad", "c", "bad"}));
  const Outcome outcome = bench.run();
  CHECK(outcome.ending == Ending::failed);
  CHECK(std::string(outcome.error->what()) == "more than 2 bad events; the last: it is bad");
  CHECK(bench.sink.lines == Strings{"a", "b"});
  CHECK(outcome.totals.skipped == 2);
  CHECK(outcome.totals.failed == 3);
}

TEST_CASE("dead letters are stored before the position moves past their events") {
  Bench bench;
  bench.policy.policy = Errors::Policy::dead_letter;
  bench.policy.dead_letters = &bench.letters;
  bench.letters.acks_at_once = false;
  Keep keep(all);
  bench.operators = {&keep};
  bench.source.add(batch_of(1, {"a", "bad"}));
  bench.source.add(Pull::would_block);
  bench.poller.steps.push_back([&](auto) {
    CHECK(bench.letters.lines.size() == 1);
    CHECK(bench.source.commits.empty());
    bench.letters.acked_up_to = {1};
  });
  const Outcome outcome = bench.run();
  CHECK(outcome.totals.dead == 1);
  CHECK(bench.source.commits == std::vector<std::uint64_t>{1});
}

// Refuses "late" some time after it has taken it, and "never" before.
class Choosy final : public Sink {
 public:
  explicit Choosy(Errors& errors) : errors_(errors) {}
  Strings stored;
  void screen(Batch& batch, Errors& errors) override {
    batch.retain([&](std::size_t i) {
      if (batch.lines[i].view() != "never") return true;
      return errors.bad(batch, i, {.code = "no", .message = "not this"}), false;
    });
  }
  Flow write(const Batch& batch) override {
    taken_.push_back(batch);
    given_ = batch.ticket;
    return Flow::more;
  }
  Ticket acked() override {
    if (!finished_) return {};
    for (const Batch& batch : taken_) {
      for (std::size_t i = 0; i < batch.lines.size(); ++i) {
        const bool late = batch.lines[i].view() == "late";
        if (!late || errors_.refused(batch, i, {.code = "late", .message = "too late"}))
          stored.emplace_back(batch.lines[i].view());
      }
    }
    taken_.clear();
    return given_;
  }
  int wait_fd() const override { return -1; }
  void flush() override {}
  void finish() override { finished_ = true; }

 private:
  Errors& errors_;
  std::vector<Batch> taken_;
  Ticket given_;
  bool finished_ = false;
};

TEST_CASE("rows that a sink refuses, before it takes them or after, are bad events, and the sums add up") {
  Bench bench;
  bool keeps = false;
  SUBCASE("skipped") {}
  SUBCASE("kept") {
    keeps = true;
  }
  bench.policy.policy = keeps ? Errors::Policy::dead_letter : Errors::Policy::skip;
  if (keeps) bench.policy.dead_letters = &bench.letters;
  Errors errors(bench.policy);
  Choosy sink(errors);
  bench.source.add(batch_of(1, {"a", "never", "b"}));
  bench.source.add(batch_of(2, {"late", "c"}));
  const Outcome outcome = stream::run(bench.source, {}, sink, errors, bench.settings);
  CHECK(outcome.ending == Ending::end);
  CHECK(sink.stored == Strings{"a", "b", "c"});
  CHECK(outcome.totals.read == 5);
  CHECK(outcome.totals.written == 3);
  CHECK(outcome.totals.failed == 0);
  CHECK(bench.source.commits.back() == 2);
  if (keeps) {
    CHECK(outcome.totals.dead == 2);
    REQUIRE(bench.letters.lines.size() == 2);
    CHECK(bench.letters.lines[1].find("too late") != std::string::npos);
  } else {
    CHECK(outcome.totals.skipped == 2);
  }
}

TEST_CASE(
    "under fail the first row that a sink cannot carry ends the run, and what it refuses later is its own") {
  Bench bench;
  Errors errors(bench.policy);
  Choosy sink(errors);
  bench.source.add(batch_of(1, {"a", "late", "never", "b"}));
  const Outcome outcome = stream::run(bench.source, {}, sink, errors, bench.settings);
  CHECK(outcome.ending == Ending::failed);
  REQUIRE(outcome.error);
  CHECK(outcome.error->place() == "stdin:3");
  CHECK(sink.stored == Strings{"a", "late"});
}

TEST_CASE("the first signal writes and commits what was read, and reads no more") {
  Bench bench;
  bench.source.add(batch_of(1, {"a"}));
  bench.source.add(Pull::would_block);
  bench.source.add(batch_of(2, {"b"}));
  bench.poller.steps.push_back([&](auto) { bench.stop.wished = Stop::Wish::settle; });
  SUBCASE("a source that holds nothing back is not asked again") {
    CHECK(bench.run().ending == Ending::stopped);
    CHECK(bench.sink.lines == Strings{"a"});
    CHECK(bench.source.pulls == 2);
  }
  SUBCASE("a source that does is asked to its end") {
    bench.source.drains = true;
    CHECK(bench.run().ending == Ending::stopped);
    CHECK(bench.sink.lines == Strings{"a", "b"});
    CHECK(bench.source.commits.back() == 2);
  }
}

TEST_CASE("the second signal ends the run at once, also while acknowledgements are outstanding") {
  Bench bench;
  bench.sink.acks_at_once = false;
  bench.source.add(batch_of(1, {"a"}));
  bench.poller.steps.push_back([&](auto) { bench.stop.wished = Stop::Wish::now; });
  const Outcome outcome = bench.run();
  CHECK(outcome.ending == Ending::stopped_now);
  CHECK(outcome.totals.written == 0);
  CHECK(outcome.totals.failed == 1);
  CHECK(bench.source.commits.empty());
}

}  // namespace
}  // namespace weir::stream
