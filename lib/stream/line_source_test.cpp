#include "stream/line_source.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <memory>

#include "stream/stream_test_words.h"

namespace weir::stream {
namespace {

using namespace testing;

struct Read {
  Strings lines;
  Strings marks;
  bool would_block = false;
};

// Everything the source has now.
Read pull(Source& source) {
  Read read;
  Batch batch;
  for (;;) {
    switch (source.next(batch)) {
      case Pull::batch:
        for (std::size_t i = 0; i < batch.lines.size(); ++i) CHECK(batch.lines[i].index == i);
        read.lines += rows(batch);
        if (batch.mark) read.marks.push_back(batch.mark->line);
        break;
      case Pull::would_block:
        read.would_block = true;
        return read;
      case Pull::end:
      case Pull::torn_end:
        return read;
    }
  }
}

struct Bench {
  Errors errors{{.tool = "filter", .policy = Errors::Policy::skip}};
  LineSource::Options options;

  LineSource from(const Pipe& pipe) { return {{{"stdin", pipe.read_end()}}, options, errors}; }
  LineSource from(const TempFile& file) { return {{{file.path()}}, options, errors}; }
};

Strings split(std::string_view text) {
  Strings lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

TEST_CASE("lines keep every byte but the newline") {
  const std::string text("plain\ncarriage\r\n\nwith\0nul\nlast", 30);
  const TempFile file(text);
  Bench bench;
  LineSource source = bench.from(file);
  CHECK(pull(source).lines == split(text));
}

TEST_CASE("a newline at the end adds no empty line, and an empty input has none") {
  Bench bench;
  const TempFile one("a\n"), none(""), blank("\n");
  LineSource a = bench.from(one), b = bench.from(none), c = bench.from(blank);
  CHECK(pull(a).lines == Strings{"a"});
  CHECK(pull(b).lines == Strings{});
  CHECK(pull(c).lines == Strings{""});
}

TEST_CASE("however the bytes arrive, the lines are the same") {
  const std::string text = "one\n\nthree is longer\r\nf\nlast";
  for (std::size_t block : {1, 2, 3, 5, 8, 13, 64}) {
    for (std::size_t first = 0; first <= text.size(); ++first) {
      for (std::size_t second = first; second <= text.size(); ++second) {
        CAPTURE(block);
        CAPTURE(first);
        CAPTURE(second);
        Pipe pipe;
        Bench bench;
        bench.options.block_bytes = block;
        LineSource source = bench.from(pipe);
        Strings lines;
        for (const auto& part :
             {text.substr(0, first), text.substr(first, second - first), text.substr(second)}) {
          pipe.put(part);
          const Read read = pull(source);
          CHECK(read.would_block);
          lines += read.lines;
        }
        pipe.close_write();
        lines += pull(source).lines;
        CHECK(lines == split(text));
      }
    }
  }
}

TEST_CASE("a line is handed on as soon as its newline is there, one byte at a time") {
  Pipe pipe;
  Bench bench;
  LineSource source = bench.from(pipe);
  for (int i = 0; i < 1000; ++i) {
    for (const char byte : {'a', 'b', '\n'}) {
      pipe.put({&byte, 1});
      const Read read = pull(source);
      CHECK(read.would_block);
      CHECK(read.lines == (byte == '\n' ? Strings{"ab"} : Strings{}));
    }
  }
}

TEST_CASE("lines around the length of a block come whole") {
  constexpr std::size_t kBlock = 4096;
  for (std::size_t size : {kBlock / 2 - 1, kBlock / 2, kBlock / 2 + 1, kBlock - 2, kBlock - 1, kBlock,
                           kBlock + 1, 2 * kBlock - 1, 2 * kBlock, 2 * kBlock + 1, 10 * kBlock}) {
    CAPTURE(size);
    const std::string text =
        "before\n" + std::string(size, 'x') + "\nafter\n" + std::string(size, 'y') + "\nend\n";
    const TempFile file(text);
    Bench bench;
    bench.options.block_bytes = kBlock;
    LineSource source = bench.from(file);
    CHECK(pull(source).lines == split(text));
    CHECK(bench.errors.unread() == 0);
  }
}

TEST_CASE("a line of exactly max_line passes, one byte more is a bad event and costs no other line") {
  for (std::size_t limit : {1, 7, 100, 5000}) {
    for (std::size_t block : {16, 4096}) {
      for (int over = -1; over <= 1; ++over) {
        for (const bool last : {false, true}) {
          CAPTURE(limit);
          CAPTURE(block);
          CAPTURE(over);
          CAPTURE(last);
          const std::string line(limit + static_cast<std::size_t>(over), 'x');
          const TempFile file("a\n" + line + (last ? "" : "\nb\nc"));
          Bench bench;
          bench.options.block_bytes = block;
          bench.options.max_line = limit;
          LineSource source = bench.from(file);
          Strings expected{"a"};
          if (over <= 0 && !(last && line.empty())) expected.push_back(line);
          if (!last) expected += {"b", "c"};
          CHECK(pull(source).lines == expected);
          CHECK(bench.errors.skipped() == (over > 0 ? 1 : 0));
        }
      }
    }
  }
}

TEST_CASE("a line far too long is skipped in bounded memory, and the numbers behind it are right") {
  Pipe pipe;
  Bench bench;
  bench.options.block_bytes = 1024;
  bench.options.max_line = 2000;
  LineSource source = bench.from(pipe);
  pipe.put("first\n");
  CHECK(pull(source).lines == Strings{"first"});
  for (int i = 0; i < 1000; ++i) {
    pipe.put(std::string(1000, 'x'));
    CHECK(pull(source).lines.empty());
  }
  pipe.put("\nlast\n");
  Batch batch;
  Pull pulled = source.next(batch);
  while (pulled == Pull::batch && batch.lines.empty()) pulled = source.next(batch);
  CHECK(rows(batch) == Strings{"last"});
  CHECK(batch.first_line == 3);
  CHECK(batch.first_byte == 6 + 1'000'000 + 1);
  CHECK(bench.errors.skipped() == 1);
}

TEST_CASE("a line too long is told in a batch without rows, which stands behind it") {
  for (const std::size_t length : {20, 3000}) {
    Bench bench;
    bench.options.max_line = 10;
    bench.options.block_bytes = 1024;
    const TempFile file("a\nb\n" + std::string(length, 'x') + "\nc\n");
    LineSource source({{file.path()}}, bench.options, bench.errors);
    Batch batch;
    CHECK(source.next(batch) == Pull::batch);
    CHECK(rows(batch) == Strings{"a", "b"});
    CHECK(bench.errors.skipped() == 0);
    CHECK(source.next(batch) == Pull::batch);
    CHECK(rows(batch).empty());
    CHECK(bench.errors.skipped() == 1);
    CHECK(batch.first_byte == 4 + length + 1);
    CHECK(batch.first_line == 4);
    CHECK(source.next(batch) == Pull::batch);
    CHECK(rows(batch) == Strings{"c"});
  }
}

TEST_CASE("a line too long at the end of a file costs no line of the next file") {
  Bench bench;
  bench.options.max_line = 10;
  bench.options.block_bytes = 16;
  const TempFile first("a\n" + std::string(100, 'x')), second("b\nc\n");
  LineSource source({{first.path()}, {second.path()}}, bench.options, bench.errors);
  CHECK(pull(source).lines == Strings{"a", "b", "c"});
  CHECK(bench.errors.skipped() == 1);
}

TEST_CASE("under fail a line too long says where it is and how to allow it") {
  const TempFile file("ok\n" + std::string(2000, 'x') + "\n");
  Errors errors({.tool = "filter"});
  LineSource source({{file.path()}}, {.max_line = 1024}, errors);
  CHECK(pull(source).lines == Strings{"ok"});
  REQUIRE(errors.halted());
  CHECK(std::string(errors.halted()->what()) == "line is longer than 1KiB");
  CHECK(errors.halted()->place() == file.path() + ":2");
  CHECK(errors.halted()->hint() == "allow longer ones: --max-line 4KiB");
  CHECK(errors.halted_at() == 0);  // in a batch of its own
}

TEST_CASE(
    "the hint for a line too long never allows more than can be, and what an envelope may be fits its line") {
  const TempFile file("ok\n");
  struct Limits {
    std::size_t record, envelope;
  };
  for (const auto& [record, envelope] :
       {Limits{1, 6}, Limits{16u << 20, 96u << 20}, Limits{600u << 20, 3600u << 20},
        Limits{kRecordBytesMax, kLineBytesMax / 6 * 6}, Limits{SIZE_MAX, kLineBytesMax / 6 * 6}}) {
    CHECK(envelope_limit(record) == envelope);
    Errors errors({.tool = "filter"});
    LineSource source({{file.path()}}, {.max_line = envelope_limit(record), .form = Batch::Form::envelopes},
                      errors);
    CHECK(pull(source).lines == Strings{"ok"});
  }
}

TEST_CASE("every batch knows the number and the position of its first line") {
  const TempFile file("a\nbb\n{\"_weir\":\"idle\"}\nccc\nd\n");
  Bench bench;
  LineSource source = bench.from(file);
  Batch batch;
  REQUIRE(source.next(batch) == Pull::batch);
  CHECK(batch.first_line == 1);
  CHECK(batch.first_byte == 0);
  CHECK(batch.lines[1].data - batch.first_data == 2);
  REQUIRE(batch.mark);
  REQUIRE(source.next(batch) == Pull::batch);
  CHECK(batch.first_line == 4);
  CHECK(batch.first_byte == 22);
  CHECK(rows(batch) == Strings{"ccc", "d"});
}

TEST_CASE("a control line ends its batch and stays in its place") {
  const TempFile file("a\n{\"_weir\":\"wm\",\"t\":5}\n{\"_weir\":\"idle\"}\nb\n{\"_weir\":\"end\"}\n");
  Bench bench;
  LineSource source = bench.from(file);
  Batch batch;
  REQUIRE(source.next(batch) == Pull::batch);
  CHECK(rows(batch) == Strings{"a"});
  CHECK(batch.mark->watermark == base::EventTime{5});
  REQUIRE(source.next(batch) == Pull::batch);
  CHECK(rows(batch) == Strings{});
  CHECK(batch.mark->kind == Mark::Kind::idle);
  REQUIRE(source.next(batch) == Pull::batch);
  CHECK(rows(batch) == Strings{"b"});
  CHECK(batch.mark->kind == Mark::Kind::end);
  CHECK(source.next(batch) == Pull::end);
}

TEST_CASE("a line that only begins like a control line is a bad event") {
  const TempFile file("a\n{\"_weir\":\"wm\",\nb\n");
  Bench bench;
  LineSource source = bench.from(file);
  const Read read = pull(source);
  CHECK(read.lines == Strings{"a", "b"});
  CHECK(read.marks.empty());
  CHECK(bench.errors.skipped() == 1);
}

TEST_CASE("tickets rise from batch to batch") {
  const TempFile file(std::string(100'000, '\n'));
  Bench bench;
  LineSource source = bench.from(file);
  Batch batch;
  std::uint64_t last = 0, count = 0;
  while (source.next(batch) == Pull::batch) {
    CHECK(batch.ticket.value > last);
    CHECK(batch.lines.size() <= 8192);
    last = batch.ticket.value;
    count += batch.lines.size();
  }
  CHECK(count == 100'000);
}

TEST_CASE("files come one after the other, each with its own name and numbers") {
  const TempFile first("a\nb"), second("c\n");
  Bench bench;
  LineSource source({{first.path()}, {second.path()}}, {}, bench.errors);
  Batch batch;
  REQUIRE(source.next(batch) == Pull::batch);
  CHECK(batch.input->name == first.path());
  Strings lines = rows(batch);
  while (source.next(batch) == Pull::batch) lines += rows(batch);
  CHECK(lines == Strings{"a", "b", "c"});
  CHECK(source.meter().bytes == 5);
  CHECK(source.meter().size == 5);
}

TEST_CASE("the last line without a newline stays its own line when another file follows") {
  const TempFile first("a"), second("b"), third("");
  Bench bench;
  LineSource source({{first.path()}, {third.path()}, {second.path()}}, {}, bench.errors);
  CHECK(pull(source).lines == Strings{"a", "b"});
}

TEST_CASE("a file that is missing, or a directory, is told before anything is read") {
  Bench bench;
  const TempFile there("a\n");
  CHECK_THROWS_WITH_AS(LineSource({{there.path()}, {"/nonexistent/x"}}, {}, bench.errors),
                       "cannot read /nonexistent/x: no such file or directory", base::Error);
  CHECK_THROWS_WITH_AS(LineSource({{"/tmp"}}, {}, bench.errors), "cannot read /tmp: is a directory",
                       base::Error);
}

TEST_CASE("a closed descriptor is an error and not an empty input") {
  Bench bench;
  CHECK_THROWS_AS(LineSource({{"stdin", 987}}, {}, bench.errors), base::Error);
}

TEST_CASE("a FIFO without a writer neither blocks nor ends") {
  const std::string path = "/tmp/weir_stream_fifo_" + std::to_string(::getpid());
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  Bench bench;
  LineSource source({{path}}, {}, bench.errors);
  CHECK(pull(source).would_block);
  const int writer = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  REQUIRE(::write(writer, "x\ny", 3) == 3);
  CHECK(pull(source).lines == Strings{"x"});
  ::close(writer);
  const Read rest = pull(source);
  CHECK(rest.lines == Strings{"y"});
  CHECK_FALSE(rest.would_block);
  ::unlink(path.c_str());
}

TEST_CASE("asked to drain, it hands out whole lines it has read, and not the beginning of one") {
  Pipe pipe;
  Bench bench;
  LineSource source = bench.from(pipe);
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += "x\n";
  pipe.put(text + "part");
  Batch batch;
  REQUIRE(source.next(batch) == Pull::batch);
  std::size_t count = batch.lines.size();
  CHECK(count < 10'000);
  pipe.put("ial\n");
  CHECK(source.drain());
  while (source.next(batch) == Pull::batch) count += batch.lines.size();
  CHECK(count == 10'000);
}

TEST_CASE("rows of an old batch stay as they are while its blocks are held") {
  Pipe pipe;
  Bench bench;
  bench.options.block_bytes = 64;
  LineSource source = bench.from(pipe);
  std::vector<Batch> held;
  Strings expected;
  for (int i = 0; i < 200; ++i) {
    expected.push_back("line number " + std::to_string(i));
    pipe.put(expected.back() + "\n");
    held.emplace_back();
    REQUIRE(source.next(held.back()) == Pull::batch);
  }
  Strings found;
  for (const Batch& batch : held) found += rows(batch);
  CHECK(found == expected);
}

TEST_CASE("a block is used again as soon as nobody holds it") {
  Pipe pipe;
  Bench bench;
  LineSource source = bench.from(pipe);
  Batch batch;
  const Block* first = nullptr;
  for (int i = 0; i < 100; ++i) {
    pipe.put("x\n");
    REQUIRE(source.next(batch) == Pull::batch);
    if (first == nullptr) first = batch.blocks[0].get();
    CHECK(batch.blocks[0].get() == first);
    CHECK(batch.lines[0].data == first->data());
  }
}

TEST_CASE("a delimiter of several bytes may be cut anywhere") {
  const std::string text = "one--two---three-\n-four--";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    for (std::size_t block : {1, 3, 64}) {
      CAPTURE(cut);
      CAPTURE(block);
      Pipe pipe;
      Bench bench;
      bench.options.delimiter = "--";
      bench.options.block_bytes = block;
      LineSource source = bench.from(pipe);
      pipe.put(text.substr(0, cut));
      Strings lines = pull(source).lines;
      pipe.put(text.substr(cut));
      pipe.close_write();
      lines += pull(source).lines;
      CHECK(lines == Strings{"one", "two", "-three-\n-four"});
    }
  }
}

TEST_CASE("a long line with a delimiter of several bytes is skipped to its end") {
  const std::string text = "a--" + std::string(100, 'x') + "-y--b--";
  for (std::size_t block : {4, 32, 256}) {
    const TempFile file(text);
    Bench bench;
    bench.options = {.max_line = 10, .delimiter = "--", .block_bytes = block};
    LineSource source = bench.from(file);
    CHECK(pull(source).lines == Strings{"a", "b"});
    CHECK(bench.errors.skipped() == 1);
  }
}

TEST_CASE("a descriptor that somebody made non-blocking is read like any other") {
  Pipe pipe;
  ::fcntl(pipe.read_end(), F_SETFL, O_NONBLOCK);
  Bench bench;
  LineSource source = bench.from(pipe);
  CHECK(pull(source).would_block);
  pipe.put("a\n");
  CHECK(pull(source).lines == Strings{"a"});
}

TEST_CASE("blank lines go, and the others keep their numbers") {
  Batch batch = batch_of(1, {"", "1", " \t\r", "\r", " 2 ", ""});
  CHECK(drop_blank_lines(batch) == 4);
  CHECK(rows(batch) == Strings{"1", " 2 "});
  CHECK(batch.lines[1].index == 4);
}

}  // namespace
}  // namespace weir::stream
