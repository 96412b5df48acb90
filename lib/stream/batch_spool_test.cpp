#include "stream/batch_spool.h"

#include <doctest/doctest.h>

#include "stream/errors.h"
#include "stream/stream_test_words.h"

namespace weir::stream {
namespace {

using namespace testing;

// Batches as a LineSource would cut them out of one input: line numbers and positions go on.
class Cutter {
 public:
  Batch cut(const Strings& lines, std::string mark = {}) {
    Batch batch = batch_of(++ticket_, lines, std::move(mark));
    batch.first_line = line_;
    batch.first_byte = byte_;
    line_ += lines.size();
    for (const std::string& line : lines) byte_ += line.size() + 1;
    return batch;
  }

 private:
  std::uint64_t ticket_ = 0, line_ = 1, byte_ = 0;
};

// Every row with its number and position in the input, and what stands behind the rows.
Strings described(BatchSpool& spool) {
  Strings all;
  while (!spool.empty()) {
    Batch batch;
    spool.pop(batch);
    for (const Line& line : batch.lines) {
      const auto byte = batch.first_byte + static_cast<std::uint64_t>(line.data - batch.first_data);
      all.push_back(std::to_string(batch.first_line + line.index) + "@" + std::to_string(byte) + " " +
                    std::string(line.view()));
    }
    if (batch.mark) all.push_back(batch.mark->line);
    if (batch.unread != nullptr) all.push_back("unread " + batch.unread->bytes);
  }
  return all;
}

TEST_CASE("rows come back in order with their numbers and positions, wherever they were kept") {
  for (const std::size_t memory : {std::size_t{0}, std::size_t{2000}, std::size_t{1} << 20}) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{30}, std::size_t{1} << 20}) {
      CAPTURE(memory);
      CAPTURE(piece);
      BatchSpool spool({.memory_bytes = memory, .piece_bytes = piece});
      Cutter cutter;
      Strings expected;
      std::uint64_t line = 1, byte = 0;
      for (int i = 0; i < 20; ++i) {
        Strings lines;
        for (int j = 0; j <= i % 3; ++j)
          lines.push_back(std::string(static_cast<std::size_t>(i * j), 'x') + "\r");
        for (const std::string& one : lines) {
          expected.push_back(std::to_string(line++) + "@" + std::to_string(byte) + " " + one);
          byte += one.size() + 1;
        }
        const std::string mark = i % 7 == 3 ? R"({"_weir":"wm","t":1,"p":""})" : "";
        if (!mark.empty()) expected.push_back(mark);
        spool.push(cutter.cut(lines, mark));
      }
      CHECK(described(spool) == expected);
    }
  }
}

TEST_CASE("beyond the limit rows lie in the file, and its room is used again") {
  BatchSpool spool({.memory_bytes = 0, .piece_bytes = 10});
  Cutter cutter;
  for (int round = 0; round < 3; ++round) {
    spool.push(cutter.cut({"0123456789"}));
    CHECK(spool.file_bytes() == 11);
    Batch batch;
    spool.pop(batch);
    CHECK(rows(batch) == Strings{"0123456789"});
    CHECK(spool.file_bytes() == 0);
  }
}

TEST_CASE("rows that do not follow each other without a gap stay apart") {
  BatchSpool spool({.memory_bytes = 0});
  Cutter cutter;
  spool.push(cutter.cut({"a"}));
  (void)cutter.cut({"a line that was too long"});
  Batch after = cutter.cut({"b"});
  after.unread = std::make_shared<UnreadEvent>(UnreadEvent{.place = {}, .bytes = "c", .fault = {}});
  spool.push(std::move(after));
  spool.push(cutter.cut({"d"}));
  CHECK(described(spool) == Strings{"1@0 a", "3@27 b", "unread c", "4@29 d"});
}

TEST_CASE("a place where no file can be made is told, with the way out") {
  BatchSpool spool({.memory_bytes = 0, .piece_bytes = 1, .directory = "/nowhere"});
  Cutter cutter;
  try {
    spool.push(cutter.cut({"a"}));
    FAIL("nothing was thrown");
  } catch (const base::Error& error) {
    CHECK(std::string(error.what()).find("cannot make a temporary file in /nowhere") == 0);
  }
}

}  // namespace
}  // namespace weir::stream
