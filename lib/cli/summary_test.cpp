#include "cli/summary.h"

#include <doctest/doctest.h>

#include <unistd.h>

#include "cli/progress.h"

namespace {

using namespace weir;

stream::Totals totals() {
  stream::Totals t;
  t.read = 1'234'567;
  t.written = 1'234'000;
  t.dropped = 560;
  t.skipped = 7;
  t.bytes_in = 46'300;
  t.bytes_out = 40'000;
  t.seconds = 0.5;
  return t;
}

TEST_CASE("the summary names what happened and leaves out what did not") {
  CHECK(cli::summary_text("filter", totals()) ==
        "filter: 1,234,567 read, 1,234,000 written, 560 dropped, 7 skipped; 46.3 kB in 0.50 s (2,469,134/s)");
  CHECK(cli::summary_text("filter", {}) == "filter: 0 read, 0 written; 0 B in 0.00 s (0/s)");
}

TEST_CASE("the summary as JSON has every count") {
  CHECK(cli::summary_json("filter", totals()) ==
        "{\"tool\":\"filter\",\"read\":1234567,\"written\":1234000,\"dropped\":560,\"skipped\":7,\"late\":0,"
        "\"dead\":0,"
        "\"failed\":0,\"abandoned\":0,\"bytes\":46300,\"bytes_out\":40000,\"seconds\":0.500000,\"rate\":"
        "2469134.0}");
}

TEST_CASE("a tool that takes events says how many became part of its rows") {
  stream::Totals t;
  t.read = 10;
  t.taken = 9;
  t.late = 1;
  t.written = 2;
  CHECK(cli::summary_text("window", t).starts_with("window: 10 read, 9 taken, 2 written, 1 late;"));
  CHECK(cli::summary_json("window", t)
            .starts_with("{\"tool\":\"window\",\"read\":10,\"taken\":9,\"written\":2,\"dropped\":0,"));
}

TEST_CASE("the summary says which flags let the clock into the result") {
  const stream::Totals t;
  stream::Chances chances;
  chances.add("--idle");
  chances.add("--ts arrival");
  chances.add("--idle");
  CHECK(cli::summary_text("window", t, chances) ==
        "window: 0 read, 0 written; 0 B in 0.00 s (0/s); nondeterministic: --idle, --ts arrival");
  CHECK(cli::summary_json("window", t, chances)
            .ends_with(",\"rate\":0.0,\"nondeterministic\":[\"--idle\",\"--ts arrival\"]}"));
}

TEST_CASE(
    "without --summary one line appears when events were skipped, late or dead, or all dropped, unless -q") {
  cli::Talk talk;
  CHECK_FALSE(cli::summary("f", totals(), talk).empty());
  CHECK(cli::summary("f", {}, talk).empty());
  stream::Totals one;
  one.late = 1;
  CHECK_FALSE(cli::summary("f", one, talk).empty());
  one = {};
  one.dead = 1;
  CHECK_FALSE(cli::summary("f", one, talk).empty());
  one = {};
  one.dropped = 1;
  CHECK(cli::summary("f", one, talk).empty());
  one.taken = 1;
  CHECK(cli::summary("f", one, talk).empty());
  one.taken = 0;  // of a tool that takes events, which had not the key that was asked for
  CHECK_FALSE(cli::summary("f", one, talk).empty());
  talk.quiet = true;
  CHECK(cli::summary("f", totals(), talk).empty());
  talk.summary = cli::Talk::Summary::text;
  CHECK_FALSE(cli::summary("f", {}, talk).empty());
}

TEST_CASE("numbers are written for people") {
  CHECK(cli::bytes_text(999) == "999 B");
  CHECK(cli::bytes_text(1000) == "1.0 kB");
  CHECK(cli::bytes_text(999'949) == "999.9 kB");
  CHECK(cli::bytes_text(999'950) == "1.0 MB");
  CHECK(cli::bytes_text(2.5e9) == "2.50 GB");
  CHECK(cli::seconds_text(1.234) == "1.23 s");
  CHECK(cli::seconds_text(3661) == "1:01:01");
}

TEST_CASE("progress tells rate and bytes, and the time to go when the size is known") {
  using namespace std::chrono_literals;
  stream::Totals t;
  t.read = 1000;
  CHECK(cli::progress_text("filter", t, {250'000'000, 1'000'000'000}, 10s) ==
        "filter: 250.0 MB 0:00:10 [25.0 MB/s, 100/s] 25% ETA 0:00:30");
  CHECK(cli::progress_text("filter", t, {250'000'000, {}}, 10s) ==
        "filter: 250.0 MB 0:00:10 [25.0 MB/s, 100/s]");
  CHECK(cli::progress_text("filter", {}, {0, 0}, 0s) == "filter: 0 B 0:00:00 [0 B/s, 0/s]");
}

// Time stands where the test puts it.
struct HandClock : base::Clock {
  std::chrono::nanoseconds now{0};
  base::EventTime wall() override { return {0}; }
  std::chrono::nanoseconds steady() override { return now; }
};

TEST_CASE("progress is silent in the first second, and in a pipe unless it was asked for") {
  using namespace std::chrono_literals;
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  HandClock clock;
  const auto drawn = [&](std::optional<bool> asked, std::chrono::nanoseconds elapsed) {
    clock.now = 0s;
    cli::Io io(clock);
    io.err = ends[1];
    io.tool = "filter";
    io.talk.progress = asked;
    const cli::Progress progress(io);
    clock.now = elapsed;
    progress.update({}, {});
    REQUIRE(::write(ends[1], "|", 1) == 1);
    char text[200];
    const ssize_t size = ::read(ends[0], text, sizeof text);
    return std::string(text, static_cast<std::size_t>(size));
  };
  CHECK(drawn(true, 2s) == "filter: 0 B 0:00:02 [0 B/s, 0/s]\n|");
  CHECK(drawn(true, 900ms) == "|");
  CHECK(drawn(std::nullopt, 2s) == "|");
  CHECK(drawn(false, 2s) == "|");
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
