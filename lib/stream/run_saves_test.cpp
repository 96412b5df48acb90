// When a run saves, and what is settled by then.
#include <doctest/doctest.h>

#include "stream/run_test_words.h"

namespace weir::stream {
namespace {

using namespace testing;
using namespace std::chrono_literals;

// Keeps what it is told, and what the sink had acknowledged by then.
class Log final : public Saves {
 public:
  explicit Log(Bench& bench) : bench_(bench) {}
  std::vector<std::string> log;
  Moment ends = Moment::drained;
  bool stops_when_read = false;
  std::size_t rows_saved = 0;  // what the sink had by the last save

  void on_read(const Batch& batch) override {
    read_ = batch.ticket;
    if (stops_when_read) bench_.stop.wished = Stop::Wish::settle;
  }
  void save(Moment moment) override {
    const char* const names[] = {"running", "suspended", "drained"};
    CHECK(bench_.sink.acked() >= read_);
    rows_saved = bench_.sink.lines.size();
    log.push_back(std::string(names[static_cast<int>(moment)]) + " " + std::to_string(read_.value));
  }
  Moment at_end() const override { return ends; }
  bool suspends_at_end_of(std::uint32_t input) const override { return input == 1; }

 private:
  Bench& bench_;
  Ticket read_;
};

// A run that counts its rows, and saves at most so often.
struct SavedRun : Bench {
  explicit SavedRun(std::chrono::nanoseconds every = 1h) {
    operators = {&counter};
    settings.saves = &saves;
    settings.save_every = every;
  }
  Log saves{*this};
  Count counter;
};

TEST_CASE("with no interval every batch is saved, and the end") {
  SavedRun bench(0ns);
  bench.source.add(batch_of(1, {"a"}));
  bench.source.add(batch_of(2, {"twice"}));
  CHECK(bench.run().ending == Ending::end);
  CHECK(bench.saves.log == std::vector<std::string>{"running 1", "running 2", "drained 2"});
  CHECK(bench.sink.lines == Strings{"one", "two", "taken 2"});
}

TEST_CASE("within the interval nothing is saved but the end") {
  SavedRun bench;
  for (std::uint64_t ticket = 1; ticket <= 5; ++ticket) bench.source.add(batch_of(ticket, {"a"}));
  CHECK(bench.run().ending == Ending::end);
  CHECK(bench.saves.log == std::vector<std::string>{"drained 5"});
}

TEST_CASE("an end that may go on another time emits nothing") {
  SavedRun bench;
  bench.saves.ends = Saves::Moment::suspended;
  bench.source.add(batch_of(1, {"a"}));
  CHECK(bench.run().ending == Ending::end);
  CHECK(bench.saves.log == std::vector<std::string>{"suspended 1"});
  CHECK(bench.sink.lines.empty());
}

TEST_CASE("what stands behind a suspended run is written once all before it is saved") {
  SavedRun bench;
  bench.saves.ends = Saves::Moment::suspended;
  bench.counter.rests_with = "so far";
  bench.source.add(batch_of(1, {"twice"}));
  CHECK(bench.run().ending == Ending::end);
  CHECK(bench.saves.log == std::vector<std::string>{"suspended 1"});
  CHECK(bench.saves.rows_saved == 2);
  CHECK(bench.sink.lines == Strings{"one", "two", "so far"});
}

TEST_CASE("a signal suspends: nothing more is read, and nothing emitted") {
  SavedRun bench;
  bench.counter.rests_with = "so far";
  bench.source.add(batch_of(1, {"a"}));
  bench.source.add(batch_of(2, {"b"}));
  bench.saves.stops_when_read = true;
  CHECK(bench.run().ending == Ending::stopped);
  CHECK(bench.saves.log == std::vector<std::string>{"suspended 1"});
  CHECK(bench.sink.lines.empty());
}

TEST_CASE("a run that fails saves nothing, and so the next one begins before it") {
  SavedRun bench;
  bench.source.add(batch_of(1, {"a", "bad"}));
  CHECK(bench.run().ending == Ending::failed);
  CHECK(bench.saves.log.empty());
}

TEST_CASE("where one of several inputs may have more another time, its end ends the run") {
  SavedRun bench;
  bench.saves.ends = Saves::Moment::suspended;
  bench.source.add(batch_of(1, {"a"}));
  for (const std::uint32_t input : {0u, 1u}) {
    Batch end;
    end.ticket = {2 + input};
    end.mark = Mark{.kind = Mark::Kind::input_end, .line = {}, .watermark = {}, .input = input};
    bench.source.add(std::move(end));
  }
  bench.source.add(batch_of(4, {"b"}));
  CHECK(bench.run().ending == Ending::end);
  CHECK(bench.saves.log == std::vector<std::string>{"suspended 2"});
}

}  // namespace
}  // namespace weir::stream
