#include "cli/open.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "base/error.h"
#include "cli/parser.h"

namespace {

using namespace weir;
using base::ExitCode;

constexpr base::EventTime kNow{1'700'000'000'000};

TEST_CASE("points and ranges are resolved against one present and one zone") {
  using Kind = log::Point::Kind;
  const base::Zone plus = base::Zone::open("+01:00");
  const auto point = [&](std::string_view text) { return cli::resolve(base::parse_point(text), kNow, plus); };
  CHECK(point("start") == log::Point{Kind::start, 0});
  CHECK(point("end") == log::Point{Kind::end, 0});
  CHECK(point("42") == log::Point{Kind::offset, 42});
  CHECK(point("-1h") == log::Point{Kind::time, kNow.ms - 3'600'000});
  CHECK(point("2023-11-14") == log::Point{Kind::time, 1'699'916'400'000});
  const auto range = [&](std::string_view text) { return cli::resolve(base::parse_range(text), kNow, plus); };
  CHECK(range("+5").from == log::Point{Kind::after_start, 5});
  CHECK(range("-5").from == log::Point{Kind::before_end, 5});
  CHECK(range(":7").to == log::Point{Kind::offset, 7});
  CHECK(range("@2023-11-14:1h").to == log::Point{Kind::time, 1'699'920'000'000});
  CHECK_FALSE(range("7").to);
}

// Stderr of an Io is a pipe here.
struct Captured {
  Captured() {
    REQUIRE(::pipe(ends) == 0);
    io.err = ends[1];
    io.tool = "filter";
  }
  ~Captured() {
    ::close(ends[0]);
    if (ends[1] >= 0) ::close(ends[1]);
  }
  std::string said() {
    ::close(std::exchange(ends[1], -1));
    char text[1000];
    const ssize_t size = ::read(ends[0], text, sizeof text);
    return std::string(text, static_cast<std::size_t>(size));
  }
  int ends[2];
  cli::Io io;
};

ExitCode finished(stream::Ending ending, std::uint64_t failed = 0) {
  Captured captured;
  stream::Outcome outcome;
  outcome.ending = ending;
  outcome.totals.failed = failed;
  return cli::finish(outcome, captured.io);
}

TEST_CASE("how a run ended decides its exit code") {
  using stream::Ending;
  CHECK(finished(Ending::end) == ExitCode::ok);
  CHECK(finished(Ending::enough) == ExitCode::ok);
  CHECK(finished(Ending::reader_gone) == ExitCode::ok);
  CHECK(finished(Ending::stopped) == ExitCode::interrupted);
  CHECK(finished(Ending::stopped_now) == ExitCode::interrupted);
  CHECK(finished(Ending::timeout) == ExitCode::timeout);
  CHECK(finished(Ending::end, 3) == ExitCode::undelivered);
  CHECK_THROWS_AS(finished(Ending::torn_end), base::Error);
}

TEST_CASE("a run that failed still says its summary, and then its error") {
  Captured captured;
  stream::Outcome outcome;
  outcome.ending = stream::Ending::failed;
  outcome.totals.read = 2;
  outcome.totals.skipped = 1;
  outcome.error = base::Error(base::Kind::data, "bad");
  CHECK_THROWS_AS(cli::finish(outcome, captured.io), base::Error);
  CHECK(captured.said().starts_with("filter: 2 read, 0 written, 1 skipped; "));
}

std::string refused(cli::InputFlags& flags, std::vector<std::string> arguments) {
  cli::Io io;
  try {
    cli::parse(cli::flags(flags), arguments);
    cli::BadEvents bad(flags.errors, flags.bus, flags.inputs, io);
    cli::open_source(flags, bad.errors(), io);
  } catch (const base::Error& error) {
    return error.what();
  }
  return {};
}
std::string refused(std::vector<std::string> arguments) {
  cli::InputFlags flags;
  return refused(flags, std::move(arguments));
}

TEST_CASE("a dead letter's target that is an input is refused, under whatever name") {
  std::string folder = "/tmp/weir-open-test-XXXXXX";
  REQUIRE(::mkdtemp(folder.data()) != nullptr);
  const std::string file = folder + "/f", link = folder + "/l";
  ::close(::open(file.c_str(), O_CREAT | O_WRONLY, 0600));
  REQUIRE(::symlink(file.c_str(), link.c_str()) == 0);
  CHECK(refused({"--dead-letter", link, file}).ends_with("is an input too, and would feed itself"));
  CHECK(
      refused({"--dead-letter", file, folder + "/./f"}).ends_with("is an input too, and would feed itself"));
  CHECK(refused({"--dead-letter", "topic:a", "topic:b", "topic:a"})
            .ends_with("is an input too, and would feed itself"));
  CHECK(refused({"--dead-letter", folder + "/other", file}).empty());
  for (const char* name : {"/f", "/l", "/other"}) ::unlink((folder + name).c_str());
  ::rmdir(folder.c_str());
}

TEST_CASE("flags that do not fit each other, or no input, are refused") {
  CHECK(refused({"--follow", "/dev/null"}) == "--follow is for topics, and no input is one");
  CHECK(refused({"--from", "end", "/dev/null"}) == "--from is for topics, and no input is one");
  CHECK(refused({"-g", "x", "/dev/null"}) == "--group is for topics, and no input is one");
  CHECK(refused({"--on-error", "dead-letter", "/dev/null"}) ==
        "--on-error dead-letter has nowhere to put them");
  CHECK(refused({"--dead-letter", "x", "--on-error", "skip", "/dev/null"}) ==
        "--dead-letter and another --on-error exclude each other");
  CHECK(refused({"/dev/null"}).empty());
}

// A line is its time.
class TimesThemselves final : public stream::RowTimes {
 public:
  void append(const stream::Batch& batch, std::vector<base::EventTime>& to) override {
    for (const stream::Line& line : batch.lines) to.push_back({std::stoll(std::string(line.view()))});
  }
};

TEST_CASE("several inputs come as one, by event time") {
  std::string folder = "/tmp/weir-open-test-XXXXXX";
  REQUIRE(::mkdtemp(folder.data()) != nullptr);
  const auto file = [&](const char* name, std::string_view lines) {
    const std::string path = folder + name;
    const int fd = ::open(path.c_str(), O_CREAT | O_WRONLY, 0600);
    CHECK(::write(fd, lines.data(), lines.size()) == static_cast<ssize_t>(lines.size()));
    ::close(fd);
    return path;
  };
  TimesThemselves times;
  const cli::InputFlags flags;
  Captured captured;
  stream::Errors errors({.tool = "join"});
  const auto source = cli::open_merged(
      flags, {{file("/a", "1\n5\n"), &times}, {file("/b", "2\n5\n"), &times}}, {}, {}, errors, captured.io);
  std::string all;
  stream::Batch batch;
  while (source->next(batch) == stream::Pull::batch) {
    for (const base::EventTime time : batch.times)
      all += std::to_string(batch.input_number) + ":" + std::to_string(time.ms) + " ";
  }
  CHECK(all == "0:1 1:2 0:5 1:5 ");
  try {
    (void)cli::open_merged(flags, {{"-", &times}, {"-", &times}}, {}, {}, errors, captured.io);
    FAIL("stdin was opened twice");
  } catch (const base::Error& error) {
    CHECK(std::string(error.what()) == "stdin cannot be two inputs");
  }
  for (const char* name : {"/a", "/b"}) ::unlink((folder + name).c_str());
  ::rmdir(folder.c_str());
}

}  // namespace
