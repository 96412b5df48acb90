#include "stream/event_merge.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <charconv>

#include "stream/line_source.h"
#include "stream/stream_test_words.h"

namespace weir::stream {
namespace {

using namespace testing;
using namespace std::chrono_literals;

// Rows are "TIME text"; one that begins with "?" has a bad time.
class LeadingNumber final : public RowTimes {
 public:
  void append(const Batch& batch, std::vector<base::EventTime>& to) override {
    for (const Line& line : batch.lines) {
      base::EventTime time;
      const std::string_view text = line.view();
      if (!text.starts_with('?')) (void)std::from_chars(text.data(), text.data() + text.size(), time.ms);
      to.push_back(time);
    }
  }
};

// Hands out batches; an empty one stands for "nothing now".
class Script final : public Source {
 public:
  explicit Script(std::string name) : input_{.name = std::move(name), .topics = {}} {}
  void add(const Strings& lines, std::string mark = {}) {
    Batch batch = batch_of(++tickets_, lines, std::move(mark));
    batch.input = &input_;
    batch.first_line = line_;
    batch.first_byte = byte_;
    line_ += lines.size();
    for (const std::string& line : lines) byte_ += line.size() + 1;
    queue_.push_back(std::move(batch));
  }
  void pause() { queue_.emplace_back(); }

  Pull next(Batch& batch) override {
    batch.clear();
    if (queue_.empty()) return open ? Pull::would_block : Pull::end;
    batch = std::move(queue_.front());
    queue_.pop_front();
    return batch.ticket.value == 0 ? Pull::would_block : Pull::batch;
  }
  int wait_fd() const override { return -1; }
  bool behind() const override { return is_behind; }
  bool drain() override { return open = false, true; }
  void commit(Ticket ticket) override { commits.push_back(ticket.value); }
  std::size_t left() const { return queue_.size(); }

  bool open = false;
  bool is_behind = false;
  std::vector<std::uint64_t> commits;

 private:
  Input input_;
  std::deque<Batch> queue_;
  std::uint64_t tickets_ = 0, line_ = 1, byte_ = 0;
};

struct Bench {
  FakeClock clock;
  LeadingNumber times;
  Errors errors{Errors::Options{.tool = "join", .policy = Errors::Policy::skip}};
  EventMerge::Options options;
  std::vector<EventMerge::From> inputs;

  Bench() { options.clock = &clock; }
  Script& add(int rank = 0, bool ahead = false) {
    auto script = std::make_unique<Script>("input " + std::to_string(inputs.size()));
    Script& at = *script;
    EventMerge::From from;
    from.source = std::move(script);
    from.times = &times;
    from.rank = rank;
    from.ahead = ahead;
    inputs.push_back(std::move(from));
    return at;
  }
  EventMerge merge() { return {std::move(inputs), options, errors}; }
};

// Rows, "<N" where input N ends and "~N" where it is found idle; "." for each time it would block, at most `blocks` of which.
Strings pull(Source& source, int blocks = 0) {
  Strings all;
  Batch batch;
  for (;;) {
    switch (source.next(batch)) {
      case Pull::batch: {
        CHECK((batch.times.empty() || batch.times.size() == batch.lines.size()));
        for (std::size_t i = 0; i < batch.lines.size(); ++i) CHECK(batch.lines[i].index == i);
        all += rows(batch);
        if (!batch.mark) break;
        const std::string number = std::to_string(batch.mark->input);
        if (batch.mark->kind == Mark::Kind::input_end) all.push_back("<" + number);
        if (batch.mark->kind == Mark::Kind::input_idle) all.push_back("~" + number);
        if (batch.mark->kind == Mark::Kind::watermark) all.push_back("wm" + number);
        break;
      }
      case Pull::would_block:
        all.push_back(".");
        if (--blocks < 0) return all;
        break;
      case Pull::end:
      case Pull::torn_end:
        return all;
    }
  }
}

Strings without_blocks(Strings all) {
  std::erase(all, ".");
  return all;
}

TEST_CASE(
    "rows come by time, of equal times those of the lower rank, and each end right after its last row") {
  Bench bench;
  Script& left = bench.add(1);
  Script& right = bench.add(0);
  left.add({"1 a", "3 b", "3 c", "9 d"});
  right.add({"2 A", "3 B"});
  EventMerge merge = bench.merge();
  CHECK(pull(merge) == Strings{"1 a", "2 A", "3 B", "<1", "3 b", "3 c", "9 d", "<0"});
}

TEST_CASE("a row out of order, or without a good time, goes when it is at the head") {
  Bench bench;
  Script& left = bench.add();
  Script& right = bench.add();
  left.add({"5 a", "1 b", "8 c"});
  right.add({"6 A", "? B", "7 C"});
  EventMerge merge = bench.merge();
  CHECK(pull(merge) == Strings{"5 a", "1 b", "6 A", "? B", "7 C", "<1", "8 c", "<0"});
}

TEST_CASE("an input that has nothing now is waited for") {
  Bench bench;
  Script& left = bench.add();
  Script& right = bench.add();
  left.add({"5 a"});
  right.pause();
  right.pause();
  right.add({"1 A"});
  EventMerge merge = bench.merge();
  CHECK(pull(merge, 9) == Strings{".", ".", "1 A", "<1", "5 a", "<0"});
  CHECK_FALSE(merge.gave_up_waiting());
}

TEST_CASE("with a wait it is given up after just that long, and with idle the operators hear of it") {
  Bench bench;
  Script& left = bench.add();
  Script& right = bench.add();
  left.add({"5 a"});
  left.open = right.open = true;
  const bool idle = [] {
    bool which = false;
    SUBCASE("--merge-wait") {
      which = false;
    }
    SUBCASE("--idle") {
      which = true;
    }
    return which;
  }();
  (idle ? bench.options.idle : bench.options.wait) = 10ms;
  EventMerge merge = bench.merge();
  CHECK(pull(merge) == Strings{"."});
  bench.clock.now += 9ms;
  CHECK(pull(merge) == Strings{"."});
  bench.clock.now += 1ms;
  CHECK(pull(merge) == (idle ? Strings{"~1", "5 a", "."} : Strings{"5 a", "."}));
  CHECK(merge.gave_up_waiting());
  right.add({"3 A"});
  left.add({"6 b"});
  CHECK(pull(merge) == Strings{"3 A", "."});  // it is waited for again
}

TEST_CASE("by arrival each input has its turn and no time is asked for") {
  Bench bench;
  bench.options.order = EventMerge::Order::arrival;
  Script& left = bench.add();
  Script& right = bench.add();
  left.add({"5 a"});
  left.add({"6 b"});
  right.add({"1 A"});
  for (EventMerge::From& from : bench.inputs) from.times = nullptr;
  EventMerge merge = bench.merge();
  CHECK(pull(merge) == Strings{"1 A", "<1", "5 a", "6 b", "<0"});
}

TEST_CASE("an input that is first is read to its end, whatever the times") {
  Bench bench;
  Script& left = bench.add();
  Script& right = bench.add();
  bench.inputs[1].first = true;
  left.add({"1 a"});
  right.add({"5 A"});
  right.pause();
  right.add({"6 B"});
  EventMerge merge = bench.merge();
  CHECK(pull(merge, 9) == Strings{"5 A", ".", "6 B", "<1", "1 a", "<0"});
}

TEST_CASE("one that follows is at its end when it has caught up, and goes on when something arrives") {
  Bench bench;
  Script& left = bench.add();
  Script& right = bench.add();
  bench.inputs[1].first = bench.inputs[1].follows = true;
  left.add({"1 a"});
  left.pause();
  left.add({"9 b"});
  right.is_behind = true;
  right.open = true;
  right.pause();
  EventMerge merge = bench.merge();
  CHECK(pull(merge) == Strings{"."});
  right.add({"5 A"});
  right.is_behind = false;
  CHECK(pull(merge) == Strings{"5 A", "1 a", "."});
  right.add({"6 B"});
  CHECK(pull(merge) == Strings{"6 B", "9 b", "<0", "."});
}

TEST_CASE("while one input has nothing a pipe is read on, and nothing else is") {
  Bench bench;
  bench.options.spool = {.memory_bytes = 0, .piece_bytes = 8, .directory = "/tmp"};
  Script& pipe = bench.add(0, true);
  Script& file = bench.add(0, false);
  Script& slow = bench.add();
  Strings expected;
  for (int i = 0; i < 10; ++i) {
    pipe.add({std::to_string(i) + " p"});
    file.add({std::to_string(i) + " f"});
  }
  slow.pause();
  slow.add({"100 s"});
  EventMerge merge = bench.merge();
  CHECK(pull(merge) == Strings{"."});
  CHECK(pipe.left() == 0);
  CHECK(file.left() == 9);
  const Strings all = pull(merge);
  CHECK(all.size() == 24);
  for (std::size_t i = 0; i < 10; ++i) {
    CHECK(all[2 * i] == std::to_string(i) + " p");
    CHECK(all[2 * i + 1 + (i == 9)] == std::to_string(i) + " f");  // "<0" stands before the last
  }
}

TEST_CASE("however batches are cut and whatever has to wait, the result is the same") {
  std::uint32_t seed = 7;
  const auto random = [&](std::uint32_t below) {
    return (seed = seed * 1664525 + 1013904223) / 65536 % below;
  };
  for (int round = 0; round < 300; ++round) {
    CAPTURE(round);
    const std::uint32_t count = 1 + random(4);
    std::vector<Strings> inputs(count);
    for (Strings& lines : inputs) {
      std::uint32_t ts = 0;
      for (std::uint32_t r = random(12); r > 0; --r) {
        ts = ts + random(4) - std::min(ts, random(2));
        lines.push_back(std::to_string(ts) + " " + std::to_string(random(1000)));
      }
    }
    const auto run = [&](bool in_pieces) {
      Bench bench;
      bench.options.spool = {.memory_bytes = random(2) == 0 ? 0u : 900u, .piece_bytes = 1 + random(20)};
      for (const Strings& lines : inputs) {
        Script& script = bench.add(0, in_pieces && random(2) == 0);
        if (!in_pieces) {
          script.add(lines);
          continue;
        }
        for (std::size_t at = 0; at < lines.size();) {
          if (random(3) == 0) script.pause();
          const std::size_t end = std::min<std::size_t>(lines.size(), at + 1 + random(3));
          script.add({lines.begin() + static_cast<std::ptrdiff_t>(at),
                      lines.begin() + static_cast<std::ptrdiff_t>(end)});
          at = end;
        }
        if (random(2) == 0) script.pause();
      }
      EventMerge merge = bench.merge();
      return without_blocks(pull(merge, 1000));
    };
    CHECK(run(true) == run(false));
  }
}

TEST_CASE("an input is committed when all of its batch has gone on") {
  Bench bench;
  Script& left = bench.add();
  Script& right = bench.add();
  left.add({"1 a", "3 b"});
  right.add({"2 A"});
  EventMerge merge = bench.merge();
  Batch batch;
  REQUIRE(merge.next(batch) == Pull::batch);
  CHECK(rows(batch) == Strings{"1 a"});
  merge.commit(batch.ticket);
  CHECK(left.commits.empty());
  REQUIRE(merge.next(batch) == Pull::batch);
  CHECK(rows(batch) == Strings{"2 A"});
  CHECK(batch.input_number == 1);
  REQUIRE(merge.next(batch) == Pull::batch);  // the end of the right one
  REQUIRE(merge.next(batch) == Pull::batch);
  CHECK(rows(batch) == Strings{"3 b"});
  CHECK(batch.first_line == 2);
  CHECK(batch.first_byte == 4);
  merge.commit(batch.ticket);
  CHECK(left.commits == std::vector<std::uint64_t>{1});
  CHECK(right.commits == std::vector<std::uint64_t>{1});
}

TEST_CASE("marks say which input they came from") {
  Bench bench;
  bench.add().add({"5 a"});
  bench.add().add({"1 A"}, R"({"_weir":"wm","t":1,"p":""})");
  EventMerge merge = bench.merge();
  CHECK(pull(merge) == Strings{"1 A", "wm1", "<1", "5 a", "<0"});
}

TEST_CASE("a line that is too long is told when its turn comes, although it was read ahead") {
  Bench bench;
  Pipe left, right;
  LineSource::Options options{.max_line = 10, .unread = LineSource::Options::Unread::hand_on};
  for (Pipe* pipe : {&left, &right}) {
    EventMerge::From from;
    from.source = std::make_unique<LineSource>(
        std::vector<LineSource::From>{{pipe == &left ? "left" : "right", pipe->read_end()}}, options,
        bench.errors);
    from.times = &bench.times;
    from.ahead = true;
    bench.inputs.push_back(std::move(from));
  }
  EventMerge merge = bench.merge();
  left.put("1 a\n5 b is much too long\n6 c\n");
  CHECK(pull(merge) == Strings{"."});
  CHECK(bench.errors.skipped() == 0);
  right.put("3 A\n");
  CHECK(pull(merge) == Strings{"1 a", "3 A", "."});
  CHECK(bench.errors.skipped() == 1);  // it stood at the head of its input
  left.close_write();
  right.close_write();
  CHECK(pull(merge) == Strings{"<1", "6 c", "<0"});
}

TEST_CASE("asked to stop, it hands on what was read and says nothing of ends") {
  Bench bench;
  Script& left = bench.add();
  Script& right = bench.add();
  left.open = right.open = true;
  left.add({"5 a"});
  EventMerge merge = bench.merge();
  CHECK(pull(merge) == Strings{"."});
  CHECK(merge.drain());
  CHECK(pull(merge) == Strings{"5 a"});
}

}  // namespace
}  // namespace weir::stream
