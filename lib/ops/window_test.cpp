// What must not show in the rows of a window: how events were batched, what memory had no room for, and that a run was cut
// and went on from what it had saved. What the rows are is held by the cases and by the reference model.
#include "ops/window.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "ops/ops_test_words.h"
#include "state/map_backing_test_words.h"
#include "stream/errors.h"
#include "support/random.h"

namespace weir::ops {
namespace {

using namespace testing;
using Kind = WindowSettings::Kind;
using Emit = WindowSettings::Emit;

Lines random_events(std::uint64_t seed, std::size_t count) {
  weir::testing::Random random(seed);
  Lines lines;
  std::int64_t now = -50;
  for (std::size_t i = 0; i < count; ++i) {
    now += static_cast<std::int64_t>(random.below(6));
    const std::int64_t ts = now - static_cast<std::int64_t>(random.below(3) == 0 ? random.below(25) : 0);
    lines.push_back("{\"t\":" + std::to_string(ts == -1 ? -2 : ts) + ",\"k\":\"" +
                    std::string(1, static_cast<char>('a' + random.below(4))) +
                    "\",\"v\":" + std::to_string(random.below(50)) + "}");
  }
  return lines;
}

WindowSettings settings_of(Kind kind, Emit emit) {
  WindowSettings settings;
  settings.kind = kind;
  settings.emit = emit;
  settings.size_ms = 20;
  settings.every_ms = 8;
  settings.rows = 3;
  settings.early_count = 2;
  settings.early_ms = 7;
  settings.by = {{"k", ".k"}};
  settings.aggregates = {parse_aggregate("n=count()"), parse_aggregate("s=sum(.v)"),
                         parse_aggregate("m=max(.v)"), parse_aggregate("c=collect(.v)"),
                         parse_aggregate("d=count_distinct(.v)")};
  settings.times.ts = base::parse_field(".t");
  settings.bound_ms = 5;
  settings.grace_ms = 6;
  settings.late = LateEvents::To::results;
  settings.time_format = WindowSettings::Times::ms;
  settings.wm_step_ms = 30;
  return settings;
}

struct Run {
  explicit Run(const WindowSettings& settings, state::Store& store) : window(settings, store) {}
  KeepSink out;
  stream::Errors errors{{.tool = "window"}};
  Window window;

  void put(const Lines& lines, std::size_t from, std::size_t to) {
    stream::Batch batch = batch_of(Lines(lines.begin() + static_cast<std::ptrdiff_t>(from),
                                         lines.begin() + static_cast<std::ptrdiff_t>(to)));
    stream::Context context{out, errors};
    (void)window.on_batch(batch, context);
    CHECK(batch.lines.empty());
    CHECK(context.taken + context.late == to - from);
  }
  void end() {
    stream::Context context{out, errors};
    (void)window.on_end(context);
  }
};

template <typename Test>
void for_all_windows(Test test) {
  for (const Kind kind : {Kind::tumbling, Kind::hopping, Kind::sliding, Kind::sliding_both, Kind::session,
                          Kind::rows, Kind::day}) {
    for (const Emit emit :
         {Emit::final_rows, Emit::changes, Emit::ontime, Emit::early_count, Emit::early_time}) {
      if (kind == Kind::rows && emit != Emit::final_rows) continue;
      CAPTURE(static_cast<int>(kind));
      CAPTURE(static_cast<int>(emit));
      test(settings_of(kind, emit));
    }
  }
}

Lines rows_of(const WindowSettings& settings, const Lines& events) {
  state::Store store;
  Run run(settings, store);
  run.put(events, 0, events.size());
  run.end();
  return run.out.lines;
}

TEST_CASE("rows are the same however the events were batched") {
  const Lines events = random_events(1, 300);
  for_all_windows([&](const WindowSettings& settings) {
    const Lines whole = rows_of(settings, events);
    CHECK(whole.size() > 5);
    for (const std::size_t size : {1, 7}) {
      state::Store store;
      Run run(settings, store);
      for (std::size_t at = 0; at < events.size(); at += size)
        run.put(events, at, std::min(events.size(), at + size));
      run.end();
      CHECK(run.out.lines == whole);
    }
  });
}

TEST_CASE("rows are the same when memory has no room for the state") {
  const Lines events = random_events(2, 200);
  for_all_windows([&](const WindowSettings& settings) {
    state::MapDisk disk;
    state::Store::Settings small;
    small.memory_max = 1;
    small.open_spill = [&] { return std::make_unique<state::MapBacking>(disk); };
    state::Store store(small);
    Run run(settings, store);
    run.put(events, 0, events.size());
    run.end();
    CHECK(store.sweeps() > 0);
    CHECK(run.out.lines == rows_of(settings, events));
  });
}

TEST_CASE("a run that is cut anywhere and goes on from its state writes the same rows") {
  const Lines events = random_events(3, 80);
  for_all_windows([&](const WindowSettings& settings) {
    const Lines whole = rows_of(settings, events);
    for (std::size_t cut = 0; cut <= events.size(); cut += 9) {
      CAPTURE(cut);
      state::MapDisk disk;
      Lines lines;
      {
        state::Store store({}, std::make_unique<state::MapBacking>(disk));
        Run run(settings, store);
        store.keep("window", run.window);
        CHECK_FALSE(store.resume());
        run.put(events, 0, cut);
        store.save();
        lines = run.out.lines;
      }
      state::Store store({}, std::make_unique<state::MapBacking>(disk));
      Run run(settings, store);
      store.keep("window", run.window);
      CHECK(store.resume());
      run.put(events, cut, events.size());
      run.end();
      lines.insert(lines.end(), run.out.lines.begin(), run.out.lines.end());
      CHECK(lines == whole);
    }
  });
}

TEST_CASE("a bad event under fail ends the run behind the rows that were due before it") {
  state::Store store;
  Run run(settings_of(Kind::tumbling, Emit::final_rows), store);
  stream::Batch batch =
      batch_of({R"({"t":1,"k":"a","v":1})", R"({"t":90,"k":"a","v":"x"})", R"({"t":200,"k":"a"})"});
  stream::Context context{run.out, run.errors};
  (void)run.window.on_batch(batch, context);
  CHECK(run.errors.halted_at() == 1);
  CHECK(context.taken == 1);
  CHECK(run.out.lines ==
        Lines{R"({"k":"a","window_start":0,"window_end":20,"n":1,"s":1,"m":1,"c":[1],"d":1})"});
}

TEST_CASE("a silent partition is left out after so many ticks, and comes back late") {
  WindowSettings settings = settings_of(Kind::tumbling, Emit::final_rows);
  settings.envelope = settings.setup.envelope = true;
  settings.times.ts.reset();
  settings.idle_ms = 100;
  settings.wm_step_ms.reset();
  settings.bound_ms = settings.grace_ms = 0;
  state::Store store;
  Run run(settings, store);
  const auto put = [&](const Lines& lines) {
    stream::Batch batch = batch_of(lines, stream::Batch::Form::envelopes);
    stream::Context context{run.out, run.errors};
    (void)run.window.on_batch(batch, context);
    return context.late;
  };
  const auto tick = [&](std::int64_t ms) {
    stream::Context context{run.out, run.errors};
    stream::Mark mark;
    mark.kind = stream::Mark::Kind::tick;
    mark.watermark.ms = ms;
    (void)run.window.on_mark(mark, context);
    CHECK(context.mark_taken);
  };
  put({R"({"topic":"t","partition":0,"ts":1,"value":{"k":"a"}})",
       R"({"topic":"t","partition":1,"ts":2,"value":{"k":"a"}})"});
  tick(1000);
  put({R"({"topic":"t","partition":0,"ts":50,"value":{"k":"a"}})"});
  for (const std::int64_t ms : {1025, 1050, 1075, 1099}) {
    tick(ms);
    CHECK(run.out.lines.empty());
  }
  tick(1100);
  CHECK(run.out.lines.size() == 1);
  CHECK(put({R"({"topic":"t","partition":1,"ts":3,"value":{"k":"a"}})"}) == 1);
}

TEST_CASE("settings that exclude each other are refused") {
  state::Store store;
  const auto refused = [&](const WindowSettings& settings) {
    CHECK_THROWS_AS(Window(settings, store), base::Error);
  };
  refused(settings_of(Kind::rows, Emit::changes));
  WindowSettings settings = settings_of(Kind::hopping, Emit::final_rows);
  settings.every_ms = settings.size_ms + 1;
  refused(settings);
  settings = settings_of(Kind::session, Emit::final_rows);
  settings.fill = "0";
  refused(settings);
  settings = settings_of(Kind::tumbling, Emit::final_rows);
  settings.only_changed = true;
  refused(settings);
}

}  // namespace
}  // namespace weir::ops
