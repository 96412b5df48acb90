#include "stream/line_sink.h"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <thread>

#include "base/error.h"
#include "stream/stream_test_words.h"

namespace weir::stream {
namespace {

using namespace testing;

struct NoSigpipe {
  NoSigpipe() { std::signal(SIGPIPE, SIG_IGN); }
} const no_sigpipe;

TEST_CASE("nothing is written before a flush, and everything after it") {
  Pipe pipe;
  LineSink sink(pipe.write_end(), "stdout");
  CHECK(sink.write(batch_of(1, {"a", "", "b"})) == Flow::more);
  CHECK(pipe.take() == "");
  CHECK(sink.acked() == Ticket{0});
  sink.flush();
  CHECK(pipe.take() == "a\n\nb\n");
  CHECK(sink.acked() == Ticket{1});
  CHECK(sink.bytes() == 5);
}

TEST_CASE("rows are written in order whatever was taken out between them") {
  Pipe pipe;
  LineSink sink(pipe.write_end(), "stdout");
  for (unsigned keep = 0; keep < 32; ++keep) {
    Batch batch = batch_of(keep + 1, {"a", "bb", "", "ccc", "d"});
    batch.retain([&](std::size_t i) { return (keep >> i & 1) != 0; });
    std::string expected;
    for (const std::string& line : rows(batch)) expected += line + "\n";
    sink.write(batch);
    sink.flush();
    CHECK(pipe.take() == expected);
  }
}

TEST_CASE("neighbours in memory that have no newline between them get one") {
  const std::string text = "axb\nc";
  Batch batch;
  batch.lines = {{text.data(), 1, 0}, {text.data() + 2, 1, 1}, {text.data() + 4, 1, 2}};
  Pipe pipe;
  LineSink sink(pipe.write_end(), "stdout");
  sink.write(batch);
  sink.flush();
  CHECK(pipe.take() == "a\nb\nc\n");
}

TEST_CASE("a mark is written behind the rows of its batch") {
  Pipe pipe;
  LineSink sink(pipe.write_end(), "stdout");
  sink.write(batch_of(1, {"a"}, R"({"_weir":"idle"})"));
  sink.write(batch_of(2, {"b"}));
  sink.flush();
  CHECK(pipe.take() == "a\n{\"_weir\":\"idle\"}\nb\n");
}

TEST_CASE("an empty batch is acknowledged once the rows before it are written") {
  Pipe pipe;
  LineSink sink(pipe.write_end(), "stdout");
  sink.write(batch_of(1, {}));
  CHECK(sink.acked() == Ticket{1});
  sink.write(batch_of(2, {"a"}));
  sink.write(batch_of(3, {}));
  CHECK(sink.acked() == Ticket{1});
  sink.flush();
  CHECK(sink.acked() == Ticket{3});
}

// Those of even numbers, so that no two of them are neighbours in memory.
Batch every_other(std::uint64_t ticket, const Strings& lines) {
  Batch batch = batch_of(ticket, lines);
  batch.retain([](std::size_t i) { return i % 2 == 0; });
  return batch;
}

std::string joined(const Strings& lines) {
  std::string all;
  for (const std::string& line : lines) all += line + "\n";
  return all;
}

TEST_CASE("a batch larger than the output block arrives whole, and counts only when all of it is written") {
  TempFile file;
  LineSink sink = LineSink::open(file.path(), LineSink::Existing::truncate);
  const Batch large = every_other(2, Strings(20, std::string(60'000, 'x')));
  sink.write(batch_of(1, {"first"}));
  sink.write(large);
  CHECK(sink.acked() == Ticket{1});
  sink.flush();
  CHECK(sink.acked() == Ticket{2});
  CHECK(file.bytes() == "first\n" + joined(rows(large)));
}

TEST_CASE("rows that lie together are written at once, behind what waits, where there are many of them") {
  std::string expected;
  TempFile file;
  LineSink sink = LineSink::open(file.path(), LineSink::Existing::truncate);
  std::uint64_t ticket = 0;
  for (const std::size_t waiting : {0u, 1u, 65'534u, 262'142u, 262'143u, 262'144u}) {
    for (const std::size_t size : {65'534u, 65'535u, 65'536u, 262'142u, 262'143u, 262'144u, 1'000'000u}) {
      const Strings before(waiting > 0 ? 2 : 0, std::string(waiting / 2, 'w'));
      const Strings together = {std::string(size / 3, 'a'), "", std::string(size - size / 3 - 2, 'b')};
      sink.write(every_other(++ticket, before));
      sink.write(batch_of(++ticket, together));
      CHECK((size < 65'536 || sink.acked() == Ticket{ticket}));
      if (!before.empty()) expected += before[0] + "\n";
      expected += joined(together);
    }
  }
  sink.flush();
  CHECK((file.bytes() == expected));
  CHECK(sink.bytes() == expected.size());
}

TEST_CASE("a reader that goes away within rows that lie together is a stop, and they do not count") {
  Pipe pipe;
  LineSink sink(pipe.write_end(), "stdout");
  sink.write(batch_of(1, {"first"}));
  sink.flush();
  pipe.close_read();
  CHECK(sink.write(batch_of(2, Strings(1000, std::string(1000, 'x')))) == Flow::stop);
  sink.flush();
  CHECK(sink.acked() == Ticket{1});
}

TEST_CASE("a slow reader loses nothing: short writes are carried on") {
  Pipe pipe;
  ::fcntl(pipe.write_end(), F_SETPIPE_SZ, 4096);
  std::string got;
  Strings lines;
  for (int i = 0; i < 20'000; ++i) lines.push_back("line number " + std::to_string(i));
  const Batch apart = every_other(2, lines);
  std::thread reader([&] {
    char some[777];
    for (ssize_t n; (n = ::read(pipe.read_end(), some, sizeof some)) > 0;)
      got.append(some, static_cast<std::size_t>(n));
  });
  SUBCASE("blocking") {}
  SUBCASE("made non-blocking by somebody else") {
    ::fcntl(pipe.write_end(), F_SETFL, O_NONBLOCK);
  }
  LineSink sink(pipe.write_end(), "stdout");
  sink.write(batch_of(1, lines));
  sink.write(apart);
  sink.flush();
  pipe.close_write();
  reader.join();
  CHECK((got == joined(lines) + joined(rows(apart))));
}

TEST_CASE("the descriptor's flags stay as they were") {
  Pipe pipe;
  const int before = ::fcntl(pipe.write_end(), F_GETFL);
  LineSink sink(pipe.write_end(), "stdout");
  sink.write(batch_of(1, {"a"}));
  sink.flush();
  CHECK(::fcntl(pipe.write_end(), F_GETFL) == before);
}

TEST_CASE("a reader that went away is a stop, after any number of lines, and acknowledges nothing more") {
  for (int count = 0; count <= 100; ++count) {
    Pipe pipe;
    LineSink sink(pipe.write_end(), "stdout");
    for (int i = 1; i <= count; ++i) {
      CHECK(sink.write(batch_of(static_cast<std::uint64_t>(i), {"x"})) == Flow::more);
      sink.flush();
    }
    pipe.close_read();
    sink.write(batch_of(static_cast<std::uint64_t>(count) + 1, {"x"}));
    sink.flush();
    CHECK(sink.gone());
    CHECK(sink.write(batch_of(static_cast<std::uint64_t>(count) + 2, {"x"})) == Flow::stop);
    CHECK(sink.acked() == Ticket{static_cast<std::uint64_t>(count)});
  }
}

TEST_CASE("on a terminal no event can play with the screen, and text stays as it is") {
  const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY);
  REQUIRE(terminal >= 0);
  REQUIRE(::grantpt(terminal) == 0);
  REQUIRE(::unlockpt(terminal) == 0);
  const int screen = ::open(::ptsname(terminal), O_RDWR | O_NOCTTY);
  REQUIRE(screen >= 0);
  const std::vector<std::pair<std::string, std::string>> shown = {
      {"plain \xc3\xa9 \xf0\x9f\x98\x80\ttab", "plain \xc3\xa9 \xf0\x9f\x98\x80\ttab"},
      {"\x1b[31m\x07\x7f\r", "\\x1b[31m\\x07\\x7f\\x0d"},
      {"\xc2\x9b"
       "31m",
       "\\xc2\\x9b31m"},  // U+009B is the escape and the bracket in one
      {"\xc2\xa0", "\xc2\xa0"},
      {"\x9b"
       "31m \xff",
       "\\x9b31m \\xff"},
      {"cut \xf0\x9f", "cut \\xf0\\x9f"},
  };
  LineSink sink(screen, "stdout");
  for (const auto& [text, expected] : shown) {
    sink.write(batch_of(sink.acked().value + 1, {text}));
    sink.flush();
    std::string seen;
    while (!seen.ends_with("\r\n")) {
      char bytes[256];
      const ssize_t got = ::read(terminal, bytes, sizeof bytes);
      REQUIRE(got > 0);
      seen.append(bytes, static_cast<std::size_t>(got));
    }
    CHECK(seen == expected + "\r\n");
  }
  ::close(screen);
  ::close(terminal);
}

TEST_CASE("a full disk is an error that names the output") {
  LineSink sink = LineSink::open("/dev/full", LineSink::Existing::append);
  sink.write(batch_of(1, {"a"}));
  try {
    sink.flush();
    FAIL("wrote to a full device");
  } catch (const base::Error& error) {
    CHECK(error.kind() == base::Kind::io);
    CHECK(std::string(error.what()) == "cannot write to /dev/full: disk full");
  }
}

TEST_CASE("a closed descriptor is an error") {
  LineSink sink(987, "stdout");
  sink.write(batch_of(1, {"a"}));
  CHECK_THROWS_AS(sink.flush(), base::Error);
}

TEST_CASE("a file is emptied or continued, as asked") {
  TempFile file("old\n");
  {
    LineSink sink = LineSink::open(file.path(), LineSink::Existing::append);
    sink.write(batch_of(1, {"a"}));
    sink.flush();
  }
  CHECK(file.bytes() == "old\na\n");
  {
    LineSink sink = LineSink::open(file.path(), LineSink::Existing::truncate);
    sink.write(batch_of(1, {"b"}));
    sink.flush();
  }
  CHECK(file.bytes() == "b\n");
  CHECK_THROWS_AS(LineSink::open("/nonexistent/file", LineSink::Existing::append), base::Error);
}

TEST_CASE("a line that somebody left without its newline is ended before the first row is appended") {
  TempFile file("whole\ntor");
  {
    LineSink sink = LineSink::open(file.path(), LineSink::Existing::append);
    sink.write(batch_of(1, {}));
    sink.flush();
    CHECK(file.bytes() == "whole\ntor");
    sink.write(batch_of(2, {"a"}));
    sink.write(batch_of(3, {"b"}));
    sink.flush();
  }
  CHECK(file.bytes() == "whole\ntor\na\nb\n");
}

TEST_CASE("several that append to one file do not mix within a row, however long it is") {
  TempFile file;
  LineSink one = LineSink::open(file.path(), LineSink::Existing::append);
  LineSink other = LineSink::open(file.path(), LineSink::Existing::append);
  std::size_t rows_wanted = 0;
  for (std::uint64_t i = 1; i <= 100; ++i) {
    // More than fits a block from time to time, in the middle of it and at its start.
    const std::size_t size = i % 17 == 0 ? 700'000 : 9'000 + i;
    one.write(batch_of(i, {std::string(size, 'x')}));
    other.write(batch_of(i, {std::string(size + 1, 'y'), ""}));
    rows_wanted += 3;
    if (i % 50 == 0) one.flush();
  }
  one.flush();
  other.flush();
  CHECK(one.acked() == Ticket{100});
  std::size_t found = 0, mixed = 0, at = 0;
  const std::string bytes = file.bytes();
  for (std::size_t end; (end = bytes.find('\n', at)) != std::string::npos; at = end + 1, ++found) {
    const std::string row = bytes.substr(at, end - at);
    if (!row.empty() && row.find_first_not_of(row[0]) != std::string::npos) ++mixed;
  }
  CHECK(at == bytes.size());
  CHECK(found == rows_wanted);
  CHECK(mixed == 0);
}

// A reader that takes nothing until the writer has been found waiting three times.
template <typename ReadAll>
void check_that_it_attends(int write_end, ReadAll read_all) {
  const int flags = ::fcntl(write_end, F_GETFL);
  LineSink sink(write_end, "stdout");
  int attended = 0;
  std::string got;
  std::thread reader;
  sink.while_blocked([&] {
    if (++attended == 3) reader = std::thread([&] { got = read_all(); });
  });
  std::string expected;
  for (unsigned i = 1; i <= 64; ++i) {
    const Strings lines(i % 2 == 0 ? 40 : 100, std::string(1000, 'x'));  // to be copied, and not
    sink.write(batch_of(i, lines));
    expected += joined(lines);
  }
  sink.flush();
  CHECK(sink.acked() == Ticket{64});
  CHECK(::fcntl(write_end, F_GETFL) == flags);  // others share the descriptor
  ::shutdown(write_end, SHUT_WR);
  ::close(write_end);
  REQUIRE(attended >= 3);
  // What is ours alone is closed with the sink, and only then does a reader of the pipe see its end.
  { const LineSink ended = std::move(sink); }
  reader.join();
  CHECK(got == expected);
}

std::string read_to_end(int fd) {
  std::string all;
  char some[65536];
  for (ssize_t count; (count = ::read(fd, some, sizeof some)) > 0;)
    all.append(some, static_cast<std::size_t>(count));
  ::close(fd);
  return all;
}

TEST_CASE("while a pipe is full the sink attends to what was asked for, and loses nothing") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  check_that_it_attends(ends[1], [&] { return read_to_end(ends[0]); });
}

TEST_CASE("while a socket is full the sink attends to what was asked for, and loses nothing") {
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  check_that_it_attends(ends[1], [&] { return read_to_end(ends[0]); });
}

TEST_CASE("a file is written as ever, whatever is to be attended to") {
  const TempFile file;
  LineSink sink = LineSink::open(file.path(), LineSink::Existing::truncate);
  sink.while_blocked([] { FAIL("a file has no reader to wait for"); });
  sink.write(batch_of(1, Strings(100'000, "some line or other")));
  sink.flush();
  CHECK(file.bytes().size() == 1'900'000);
}

}  // namespace
}  // namespace weir::stream
