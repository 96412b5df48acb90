#include "stream/run.h"

#include <doctest/doctest.h>

#include <csignal>

#include "stream/line_sink.h"
#include "stream/line_source.h"
#include "stream/run_test_words.h"

namespace weir::stream {
namespace {

using namespace testing;
using namespace std::chrono_literals;

TEST_CASE("rows go through the operators into the sink, and the source is committed to the end") {
  Bench bench;
  Keep keep([](std::string_view row) { return row != "no"; });
  bench.operators = {&keep};
  bench.source.add(batch_of(1, {"a", "no"}));
  bench.source.add(batch_of(2, {"no"}));
  bench.source.add(batch_of(3, {"b"}));
  const Outcome outcome = bench.run();
  CHECK(outcome.ending == Ending::end);
  CHECK(bench.sink.lines == Strings{"a", "b"});
  CHECK(bench.source.commits == std::vector<std::uint64_t>{1, 2, 3});
  CHECK(outcome.totals.read == 4);
  CHECK(outcome.totals.written == 2);
  CHECK(outcome.totals.dropped == 2);
  CHECK(bench.sink.log.back() == "finish");
}

TEST_CASE("what was written is flushed before the loop waits, and never while input is ready") {
  Bench bench;
  bench.source.add(batch_of(1, {"a"}));
  bench.source.add(batch_of(2, {"b"}));
  bench.source.add(Pull::would_block);
  bench.source.add(batch_of(3, {"c"}));
  bench.poller.steps.push_back([&](auto) {
    CHECK(bench.sink.log == Strings{"write 1", "write 2", "flush"});
  });
  CHECK(bench.run().ending == Ending::end);
  CHECK(bench.sink.log == Strings{"write 1", "write 2", "flush", "write 3", "finish"});
}

TEST_CASE("nothing is flushed twice when nothing was written between two waits") {
  Bench bench;
  bench.source.add(batch_of(1, {"a"}));
  for (int i = 0; i < 3; ++i) bench.source.add(Pull::would_block);
  for (int i = 0; i < 3; ++i) bench.poller.steps.push_back([](auto) {});
  (void)bench.run();
  CHECK(bench.count("flush") == 1);
}

TEST_CASE("a mark goes through the operators after the rows before it, and reaches the sink in its place") {
  Bench bench;
  Keep first(all), second([](std::string_view) { return false; });
  bench.operators = {&first};
  SUBCASE("rows pass") {}
  SUBCASE("no row passes") {
    bench.operators = {&first, &second};
  }
  const std::string mark = R"({"_weir":"wm","t":1})", next = R"({"_weir":"wm","t":2})";
  bench.source.add(batch_of(1, {"a"}, mark));
  bench.source.add(batch_of(2, {"b"}));
  bench.source.add(batch_of(3, {}, next));
  (void)bench.run();
  CHECK(bench.sink.lines ==
        (bench.operators.size() == 1 ? Strings{"a", mark, "b", next} : Strings{mark, next}));
  CHECK(first.seen_marks == Strings{mark, next});
  CHECK(bench.source.commits.back() == 3);
}

TEST_CASE("rows before a mark are not committed ahead of it") {
  Bench bench;
  bench.sink.acks_at_once = false;
  bench.source.add(batch_of(1, {"a"}));
  bench.source.add(batch_of(2, {"b"}, R"({"_weir":"idle"})"));
  bench.source.add(Pull::would_block);
  bench.poller.steps.push_back([&](auto) {
    CHECK(bench.sink.log == Strings{"write 1", "write 1", "write 2", "flush"});
    bench.sink.acks_at_once = true;
  });
  (void)bench.run();
  CHECK(bench.source.commits == std::vector<std::uint64_t>{2});
}

TEST_CASE("the source is committed only as far as the slowest sink has acknowledged") {
  Bench bench;
  FakeSink side;
  bench.sides = {&side};
  bench.sink.acks_at_once = side.acks_at_once = false;
  for (std::uint64_t i = 1; i <= 3; ++i) bench.source.add(batch_of(i, {"x"}));
  for (int i = 0; i < 4; ++i) bench.source.add(Pull::would_block);
  bench.poller.steps.push_back([&](auto) { bench.sink.acked_up_to = {3}; });
  bench.poller.steps.push_back([&](auto) {
    CHECK(bench.source.commits.empty());
    side.acked_up_to = {1};
  });
  bench.poller.steps.push_back([&](auto) {
    CHECK(bench.source.commits == std::vector<std::uint64_t>{1});
    side.acked_up_to = {2};
  });
  bench.poller.steps.push_back([&](auto) {
    CHECK(bench.source.commits == std::vector<std::uint64_t>{1, 2});
  });
  bench.poller.steps.push_back([&](auto) { side.acked_up_to = {3}; });
  const Outcome outcome = bench.run();
  CHECK(bench.source.commits == std::vector<std::uint64_t>{1, 2, 3});
  CHECK(outcome.totals.written == 3);
}

TEST_CASE(
    "at the end the loop waits for every acknowledgement, on the sink's descriptor and not the source's") {
  Bench bench;
  bench.sink.acks_at_once = false;
  bench.source.add(batch_of(1, {"a"}));
  bench.poller.steps.push_back([&](std::span<pollfd>) { bench.sink.acked_up_to = {1}; });
  const Outcome outcome = bench.run();
  CHECK(bench.poller.waited_for == std::vector<std::vector<int>>{{999, 200}});
  CHECK(outcome.totals.written == 1);
  CHECK(bench.source.commits == std::vector<std::uint64_t>{1});
}

TEST_CASE("a full sink gets the same batch again, and nothing is read meanwhile") {
  Bench bench;
  bench.sink.full_times = 3;
  bench.source.add(batch_of(1, {"a", "b"}));
  bench.source.add(batch_of(2, {"c"}));
  const auto still_one = [&](std::span<pollfd> fds) {
    CHECK(bench.source.pulls == 1);
    CHECK(fds.size() == 2);
    CHECK(fds[1].fd == 200);
  };
  bench.poller.steps.push_back(still_one);
  bench.poller.steps.push_back(still_one);
  (void)bench.run();
  CHECK(bench.sink.lines == Strings{"a", "b", "c"});
}

TEST_CASE("a sink that is full when the input ends still gets everything before it is told to finish") {
  Bench bench;
  bench.sink.full_times = 2;
  bench.source.add(batch_of(1, {"a"}, R"({"_weir":"idle"})"));
  bench.poller.steps.push_back([](auto) {});
  bench.poller.steps.push_back([](auto) {});
  (void)bench.run();
  CHECK(bench.sink.lines == Strings{"a", R"({"_weir":"idle"})"});
  CHECK(bench.sink.log.back() == "finish");
}

TEST_CASE(
    "an operator that needs nothing further ends the run; a source that cannot cut a batch keeps it whole") {
  Bench bench;
  Keep keep(all);
  keep.enough_after = 3;
  bench.operators = {&keep};
  bench.source.add(batch_of(1, {"a", "b"}));
  bench.source.add(batch_of(2, {"c", "d"}));
  bench.source.add(batch_of(3, {"never"}));
  const Outcome outcome = bench.run();
  CHECK(outcome.ending == Ending::enough);
  CHECK(bench.sink.lines == Strings{"a", "b", "c"});
  CHECK(bench.source.commits == std::vector<std::uint64_t>{1});
}

TEST_CASE("a silent source times out after just that long, however it was cut into waits") {
  Bench bench;
  bench.settings.timeout = 5s;
  bench.source.add(batch_of(1, {"a"}));
  for (int i = 0; i < 10; ++i) bench.source.add(Pull::would_block);
  bench.poller.steps.push_back([&](auto) { bench.clock.now += 3s; });
  const auto start = bench.clock.now;
  CHECK(bench.run().ending == Ending::timeout);
  CHECK(bench.clock.now - start == 5s);
  CHECK(bench.source.commits == std::vector<std::uint64_t>{1});
}

TEST_CASE("rows put the timeout off") {
  Bench bench;
  bench.settings.timeout = 5s;
  for (std::uint64_t i = 1; i <= 4; ++i) {
    bench.source.add(Pull::would_block);
    bench.source.add(batch_of(i, {"x"}));
    bench.poller.steps.push_back([&](auto) { bench.clock.now += 4s; });
  }
  CHECK(bench.run().ending == Ending::end);
  CHECK(bench.sink.lines.size() == 4);
}

TEST_CASE("with a latency rows are flushed when it is over, although input keeps coming") {
  Bench bench;
  bench.settings.latency = 10ms;
  Keep keep([&](std::string_view row) { return bench.clock.now += 4ms, row == "x"; });
  bench.operators = {&keep};
  bench.source.add(batch_of(1, {"x"}));
  for (std::uint64_t i = 2; i <= 5; ++i) bench.source.add(batch_of(i, {"no"}));
  (void)bench.run();
  CHECK(bench.sink.log == Strings{"write 1", "write 2", "write 3", "write 4", "flush", "write 5", "finish"});
}

TEST_CASE("ticks come while reading and while waiting") {
  Bench bench;
  bench.settings.tick = 1s;
  std::vector<std::uint64_t> ticks;
  bench.settings.on_tick = [&](const Totals& totals, const Source::Meter&) { ticks.push_back(totals.read); };
  bench.source.add(batch_of(1, {"a", "b"}));
  for (int i = 0; i < 3; ++i) bench.source.add(Pull::would_block);
  bench.source.add(batch_of(2, {"c"}));
  (void)bench.run();
  CHECK(ticks == std::vector<std::uint64_t>{2, 2, 2});
}

TEST_CASE(
    "what was read before the source failed goes out and is committed, and then the error is the outcome") {
  Bench bench;
  bench.sink.acks_at_once = false;
  bench.source.add(batch_of(1, {"a", "b"}));
  bench.source.add(base::Error(base::Kind::io, "log is damaged"));
  bench.poller.steps.push_back([&](auto) { bench.sink.acked_up_to = {1}; });
  const Outcome outcome = bench.run();
  CHECK(outcome.ending == Ending::failed);
  REQUIRE(outcome.error);
  CHECK(outcome.error->what() == std::string("log is damaged"));
  CHECK(bench.sink.lines == Strings{"a", "b"});
  CHECK(bench.sink.log == Strings{"write 1", "finish"});
  CHECK(bench.source.commits == std::vector<std::uint64_t>{1});
}

TEST_CASE("an error of the sink is the outcome, with what was written before it") {
  class Broken final : public Sink {
   public:
    Flow write(const Batch& batch) override {
      if (batch.ticket.value == 2) throw base::Error(base::Kind::io, "disk full");
      acked_ = batch.ticket;
      return Flow::more;
    }
    Ticket acked() override { return acked_; }
    int wait_fd() const override { return -1; }
    void flush() override {}

   private:
    Ticket acked_;
  } broken;
  FakeSource source;
  source.add(batch_of(1, {"a"}));
  source.add(batch_of(2, {"b", "c"}));
  Errors errors({.tool = "filter"});
  const Outcome outcome = run(source, {}, broken, errors, {});
  CHECK(outcome.ending == Ending::failed);
  CHECK(std::string(outcome.error->what()) == "disk full");
  CHECK(outcome.totals.written == 1);
  CHECK(outcome.totals.failed == 2);
  CHECK(source.commits == std::vector<std::uint64_t>{1});
}

// Adds a row of its own in front of each batch.
class Prefix final : public Operator {
 public:
  Flow on_batch(Batch&, Context& context) override { return context.out.write(batch_of(0, {"added"})); }
};

// Makes of each row as many as it has letters: those of the first row by itself, the others in place.
class Spell final : public Operator {
 public:
  Flow on_batch(Batch& batch, Context& context) override {
    Batch spelt = batch;
    for (const Line& line : std::exchange(spelt.lines, {})) {
      for (std::uint32_t i = 0; i < line.size; ++i) spelt.lines.push_back({line.data + i, 1, line.index});
      if (line.index != 0) continue;
      batch.fanned_out = spelt.fanned_out = true;
      context.out.write(spelt);
      spelt.lines.clear();
    }
    batch.lines = spelt.lines;
    return Flow::more;
  }
};

TEST_CASE("the totals count events, however many rows became of each") {
  Bench bench;
  Spell spell;
  bench.source.add(batch_of(1, {"abc", "", "de", "f", ""}));
  bench.operators = {&spell};
  const Outcome outcome = bench.run();
  CHECK(bench.sink.lines == Strings{"a", "b", "c", "d", "e", "f"});
  CHECK(outcome.totals.read == 5);
  CHECK(outcome.totals.written == 3);
  CHECK(outcome.totals.dropped == 2);
}

TEST_CASE("rows that an operator adds go through the operators behind it only") {
  Bench bench;
  Prefix first, second;
  Keep keep([](std::string_view row) { return row != "no"; });
  bench.operators = {&first, &keep, &second};
  bench.source.add(batch_of(1, {"a", "no"}));
  (void)stream::run(bench.source, bench.operators, bench.sink, *std::make_unique<Errors>(bench.policy),
                    bench.settings);
  CHECK(bench.sink.lines == Strings{"added", "added", "added", "a"});
}

TEST_CASE("a reader that leaves is noticed although nothing is written: while idle, and while busy") {
  std::signal(SIGPIPE, SIG_IGN);
  Pipe in, out;
  Keep none([](std::string_view) { return false; });
  Errors errors({.tool = "filter"});
  LineSink sink(out.write_end(), "stdout");
  out.close_read();
  SUBCASE("idle") {
    LineSource source({{"stdin", in.read_end()}}, {}, errors);
    CHECK(run(source, {&none}, sink, errors, {}).ending == Ending::reader_gone);
  }
  SUBCASE("busy") {
    class Endless final : public Source {
     public:
      Pull next(Batch& batch) override {
        batch = batch_of(++ticket_, {"x"});
        return Pull::batch;
      }
      int wait_fd() const override { return -1; }

     private:
      std::uint64_t ticket_ = 0;
    } source;
    CHECK(run(source, {&none}, sink, errors, {}).ending == Ending::reader_gone);
  }
}

TEST_CASE(
    "a reader that left after any number of lines ends the run, also when only the last flush finds out") {
  std::signal(SIGPIPE, SIG_IGN);
  for (std::uint64_t count = 0; count <= 100; ++count) {
    CAPTURE(count);
    Pipe out;
    FakeClock clock;
    FakePoller poller(clock);  // throws where the loop would wait for ever
    FakeSource source;
    for (std::uint64_t i = 1; i <= 101; ++i) {
      source.add(batch_of(i, {"x"}));
      if (i == count + 1) {
        source.add(Pull::would_block);
        poller.steps.push_back([&](auto) { out.close_read(); });
      }
    }
    Errors errors({.tool = "filter"});
    LineSink sink(out.write_end(), "stdout");
    RunSettings settings;
    settings.poller = &poller;
    settings.clock = &clock;
    const Outcome outcome = run(source, {}, sink, errors, settings);
    const bool all_before = count == 100;  // nothing was left to write
    CHECK(outcome.ending == (all_before ? Ending::end : Ending::reader_gone));
    CHECK(outcome.totals.written == count + 1);
    CHECK(outcome.totals.abandoned == 100 - count);
    CHECK(source.commits.back() == count + 1);
  }
}

TEST_CASE(
    "a side whose reader left neither ends the run nor holds back the commit; dead letters without a reader "
    "do") {
  std::signal(SIGPIPE, SIG_IGN);
  Pipe pipe;
  pipe.close_read();
  LineSink leaving(pipe.write_end(), "pipe");
  Bench bench;
  bench.source.add(batch_of(1, {"bad", "a"}));
  SUBCASE("side") {
    leaving.write(batch_of(0, {"late"}));
    bench.sides = {&leaving};
    const Outcome outcome = bench.run();
    CHECK(outcome.ending == Ending::end);
    CHECK(bench.source.commits == std::vector<std::uint64_t>{1});
  }
  SUBCASE("dead letters") {
    Keep keep(all);
    bench.operators = {&keep};
    bench.policy.policy = Errors::Policy::dead_letter;
    bench.policy.dead_letters = &leaving;
    const Outcome outcome = bench.run();
    CHECK(outcome.ending == Ending::failed);
    CHECK(outcome.error->kind() == base::Kind::io);
    CHECK(bench.source.commits.empty());
    CHECK(outcome.totals.dead == 0);
    CHECK(outcome.totals.failed == 1);
  }
}

TEST_CASE("a dead letter that could not be stored counts as failed, and those before it as dead") {
  LineSink full = LineSink::open("/dev/full", LineSink::Existing::append);
  Bench bench;
  bench.source.add(batch_of(1, {"bad", "a", "bad"}));
  Keep keep(all);
  bench.operators = {&keep};
  bench.policy.policy = Errors::Policy::dead_letter;
  bench.policy.dead_letters = &full;
  SUBCASE("none of them") {
    const Outcome outcome = bench.run();
    CHECK(outcome.ending == Ending::failed);
    CHECK(outcome.totals.dead == 0);
  }
  SUBCASE("the second batch's") {
    bench.policy.dead_letters = &bench.letters;
    bench.letters.acks_at_once = false;
    bench.source.add(Pull::would_block);
    bench.source.add(batch_of(2, {"bad"}));
    bench.source.add(Pull::would_block);
    bench.poller.steps.push_back([&](auto) { bench.letters.acked_up_to = {1}; });
    bench.poller.steps.push_back([&](auto) { bench.stop.wished = Stop::Wish::now; });
    const Outcome outcome = bench.run();
    CHECK(outcome.totals.dead == 2);
    CHECK(outcome.totals.failed == 1);
  }
}

TEST_CASE("a line written into a real pipe comes out before the next is sent") {
  // The poller stands for everybody outside: each time the loop waits, the last line must be there already.
  class Outside final : public base::Poller {
   public:
    Outside(Pipe& in, Pipe& out) : in_(in), out_(out) {}
    int wait(std::span<pollfd>, std::optional<std::chrono::nanoseconds> timeout) override {
      if (timeout == 0ns) return 0;  // a look, not a wait
      const std::string got = out_.take();
      CHECK(got == expected_);
      expected_.clear();
      if (++sent_ > 1000) return in_.close_write(), 1;
      expected_ = "line " + std::to_string(sent_) + "\n";
      in_.put(expected_);
      return 1;
    }

   private:
    Pipe& in_;
    Pipe& out_;
    std::string expected_;
    int sent_ = 0;
  };
  Pipe in, out;
  Outside outside(in, out);
  Errors errors({.tool = "filter"});
  LineSource source({{"stdin", in.read_end()}}, {}, errors);
  LineSink sink(out.write_end(), "stdout");
  RunSettings settings;
  settings.poller = &outside;
  const Outcome outcome = run(source, {}, sink, errors, settings);
  CHECK(outcome.ending == Ending::end);
  CHECK(outcome.totals.written == 1000);
  CHECK(outcome.totals.bytes_in == outcome.totals.bytes_out);
}

TEST_CASE("a source that others wait for is attended to while a sink is full, and while the end settles") {
  class Member final : public Source {
   public:
    Pull next(Batch& batch) override {
      batch.clear();
      if (std::exchange(handed_, true)) return Pull::end;
      batch = batch_of(1, {"a"});
      return Pull::batch;
    }
    int wait_fd() const override { return 100; }
    bool needs_attention() const override { return true; }
    void attend() override { ++attended; }
    int attended = 0;

   private:
    bool handed_ = false;
  } member;
  Bench bench;
  bench.sink.full_times = 1'000'000'000;
  bench.sink.acks_at_once = false;
  // Two waits end by the clock, and only the third with room; two more for the acknowledgement.
  const auto nothing = [&](std::span<pollfd>) { bench.clock.now += kAttendEvery; };
  bench.poller.steps = {nothing, nothing, [&](std::span<pollfd>) { bench.sink.full_times = 0; }, nothing,
                        [&](std::span<pollfd>) { bench.sink.acked_up_to = {1}; }};
  Errors errors(bench.policy);
  const Outcome outcome = run(member, {}, bench.sink, errors, bench.settings);
  CHECK(outcome.totals.written == 1);
  CHECK(member.attended == 5);
}

TEST_CASE("a write that blocks hears of the wish to stop, and the second one ends it") {
  class Blocking final : public Sink {
   public:
    Blocking(FakeStop& stop) : stop_(stop) {}
    void while_blocked(std::function<void()> attend) override { attend_ = std::move(attend); }
    Flow write(const Batch&) override {
      for (const auto wish : {Stop::Wish::none, Stop::Wish::settle, Stop::Wish::settle, Stop::Wish::now}) {
        stop_.wished = wish;
        attend_();
      }
      return Flow::more;
    }
    Ticket acked() override { return {}; }
    int wait_fd() const override { return -1; }
    void flush() override {}

   private:
    FakeStop& stop_;
    std::function<void()> attend_;
  };
  class Member final : public Source {
   public:
    Pull next(Batch& batch) override {
      batch = batch_of(1, {"a"});
      return Pull::batch;
    }
    int wait_fd() const override { return 100; }
    bool needs_attention() const override { return true; }
    bool drain() override { return ++drained > 100; }
    void attend() override { ++attended; }
    int drained = 0, attended = 0;
  } member;
  Bench bench;
  FakeStop stop;
  bench.settings.stop = &stop;
  Blocking sink(stop);
  Errors errors(bench.policy);
  const Outcome outcome = run(member, {}, sink, errors, bench.settings);
  CHECK(outcome.ending == Ending::stopped_now);
  CHECK(member.attended == 3);
  CHECK(member.drained == 2);
}

}  // namespace
}  // namespace weir::stream
