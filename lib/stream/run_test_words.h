// The vocabulary of the loop's tests: an operator, and everything that stream::run needs.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stream/run.h"
#include "stream/stream_test_words.h"

namespace weir::stream::testing {

// Lets rows through that `keep` likes; "bad" rows are bad events.
class Keep final : public Operator {
 public:
  explicit Keep(std::function<bool(std::string_view)> keep) : keep_(std::move(keep)) {}
  std::vector<std::string> seen_marks;
  std::optional<std::size_t> enough_after;  // rows passed

  Flow on_batch(Batch& batch, Context& context) override {
    batch.retain([&](std::size_t i) {
      if (enough_after && passed_ >= *enough_after) return false;
      if (batch.lines[i].view() == "bad")
        return context.errors.bad(batch, i, {.code = "bad", .message = "it is bad"}), false;
      if (!keep_(batch.lines[i].view())) return false;
      if (++passed_ == enough_after) context.unread_from = batch.lines[i].index + 1;
      return true;
    });
    return enough_after && passed_ >= *enough_after ? Flow::stop : Flow::more;
  }
  Flow on_mark(const Mark& mark, Context&) override {
    seen_marks.push_back(mark.line);
    return Flow::more;
  }

 private:
  std::function<bool(std::string_view)> keep_;
  std::size_t passed_ = 0;
};

// Takes every row and, at the end, writes how many it took; "late" ones go to the late side, "drop" is dropped, "twice" is
// answered at once with two rows.
class Count final : public Operator {
 public:
  std::vector<std::int64_t> ticks;
  std::string rests_with;  // a row for on_suspend

  bool takes() const override { return true; }
  Flow on_batch(Batch& batch, Context& context) override {
    for (std::size_t i = 0; i < batch.lines.size(); ++i) {
      const std::string_view row = batch.lines[i].view();
      if (row == "drop") continue;
      if (row == "bad") {
        if (!context.errors.bad(batch, i, {.code = "bad", .message = "it is bad"})) break;
        continue;
      }
      if (row == "late") {
        ++context.late;
        if (context.late_out != nullptr) (void)context.late_out->write(batch_of(0, {"late"}));
        continue;
      }
      ++context.taken;
      ++taken_;
      if (row == "twice") (void)context.out.write(batch_of(0, {"one", "two"}));
    }
    batch.lines.clear();
    return Flow::more;
  }
  Flow on_mark(const Mark& mark, Context& context) override {
    if (mark.kind == Mark::Kind::tick) ticks.push_back(mark.watermark.ms);
    context.mark_taken = true;
    return Flow::more;
  }
  Flow on_end(Context& context) override {
    return context.out.write(batch_of(0, {"taken " + std::to_string(taken_)}));
  }
  Flow on_suspend(Context& context) override {
    if (rests_with.empty()) return Flow::more;
    return context.out.write(batch_of(0, {rests_with}));
  }

 private:
  std::uint64_t taken_ = 0;
};

inline bool all(std::string_view) {
  return true;
}

struct Bench {
  FakeClock clock;
  FakePoller poller{clock};
  FakeStop stop;
  FakeSource source;
  FakeSink sink, letters;
  Errors::Options policy{.tool = "filter"};
  std::vector<Operator*> operators;
  RunSettings settings{.poller = &poller,
                       .clock = &clock,
                       .stop = &stop,
                       .latency = {},
                       .timeout = {},
                       .tick = {},
                       .on_tick = {}};
  std::vector<Sink*> sides;

  Outcome run() {
    Errors errors(policy);
    Outcome outcome = stream::run(source, operators, sink, errors, settings, sides);
    const Totals& t = outcome.totals;
    CHECK(t.read ==
          t.taken.value_or(t.written) + t.dropped + t.skipped + t.dead + t.late + t.failed + t.abandoned);
    return outcome;
  }
  std::size_t count(const std::string& entry) const {
    return static_cast<std::size_t>(std::count(sink.log.begin(), sink.log.end(), entry));
  }
};

}  // namespace weir::stream::testing
