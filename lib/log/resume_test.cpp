// What `produce --resume` promises, held against kills and power cuts at every call.
#include "log/resume.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "log/io_test_words.h"
#include "log/sink.h"
#include "support/faulty_sys.h"
#include "support/simulated_disk.h"

using namespace weir;
using namespace weir::log::testing;
using log::Log;
using log::make_sink;
using log::SinkOptions;
using testing::FaultySys;
using testing::SimulatedDisk;

TEST_CASE("--resume goes on behind what is stored, killed at any call, and nothing is lost or doubled") {
  const auto texts = numbered("line", 0, 24);
  const auto session = [&](base::Sys& sys, unsigned boot, bool keyed) {
    Log log = open_log(sys, "/log", boot);
    SinkOptions options = to("orders");
    options.partitions_when_created = 3;
    options.batch_bytes = 200;
    options.resume = "import";
    const auto sink = make_sink(log, options);
    std::uint64_t ticket = 0;
    for (std::size_t i = 0; i < texts.size(); i += 3) {
      const std::vector<std::string> part(texts.begin() + static_cast<std::ptrdiff_t>(i),
                                          texts.begin() + static_cast<std::ptrdiff_t>(i + 3));
      if (keyed) {
        std::vector<record::Record> made;
        for (const std::string& text : part) {
          made.push_back(at(1, text));
          made.back().key = record::Bytes(text);
        }
        sink->write(records(++ticket, made));
      } else {
        sink->write(lines(++ticket, part, i + 1));
      }
      if (i % 2 == 0) sink->flush();
    }
    settle(*sink, ticket);
  };
  for (const bool keyed : {false, true}) {
    std::size_t calls = 0, states = 0;
    {
      SimulatedDisk disk;
      FaultySys sys(disk);
      session(sys, 1, keyed);
      calls = sys.calls();
    }
    for (std::size_t index = 0; index <= calls; ++index) {
      SimulatedDisk disk;
      FaultySys sys(disk);
      sys.die_at(index);
      try {
        session(sys, 1, keyed);
      } catch (const base::Error&) {
      }
      for (const bool power_cut : {false, true}) {
        CAPTURE(keyed);
        CAPTURE(index);
        CAPTURE(power_cut);
        const auto after = power_cut ? disk.after_power_cut(index) : disk.after_kill();
        session(*after, power_cut ? 2 : 1, keyed);
        std::map<std::string, std::vector<std::string>> by_partition;
        Log log = open_log(*after, "/log", power_cut ? 2 : 1);
        std::vector<std::string> all = contents(log, "orders");
        for (const std::string& row : all)
          by_partition[row.substr(0, row.find('@'))].push_back(row.substr(row.find('=') + 1));
        all = values(all);
        std::sort(all.begin(), all.end());
        auto wanted = texts;
        std::sort(wanted.begin(), wanted.end());
        CHECK(all == wanted);
        for (const auto& [folder, in_order] : by_partition) {
          std::size_t last = 0;
          for (const std::string& value : in_order) {
            const std::size_t number = std::stoul(value.substr(4)) + 1;
            CHECK(number > last);
            last = number;
          }
        }
        ++states;
      }
    }
    MESSAGE(states, " states");
  }
}

TEST_CASE("--resume is one run's at a time, and holds a topic to its partitions") {
  SimulatedDisk disk;
  Log log = open_log(disk);
  SinkOptions options = to("orders");
  options.resume = "import";
  options.partitions_when_created = 2;
  {
    const auto sink = make_sink(log, options);
    try {
      make_sink(log, options);
      FAIL("taken twice");
    } catch (const base::Error& error) {
      CHECK(error.kind() == base::Kind::io);
      CHECK(std::string(error.what()) == "another run has --resume import");
    }
  }
  log.add_partitions("orders", 3);
  try {
    make_sink(log, options);
    FAIL("accepted");
  } catch (const base::Error& error) {
    CHECK(error.kind() == base::Kind::usage);
    CHECK(std::string(error.what()) ==
          "topic 'orders' had 2 partitions when --resume import began, and has 3 now: its records would go "
          "elsewhere");
  }
  options.resume = "../x";
  CHECK_THROWS_AS(make_sink(log, options), base::Error);
  disk.set_content("/log/resume-import", "weir-resume 1\nproducer-id 7\ncrc32c 00000000\n");
  options.resume = "import";
  CHECK_THROWS_WITH_AS(make_sink(log, options), "the state of --resume import is damaged", base::Error);
}

namespace {

// One run over a whole file of `texts`, as the loop drives it. Says why it was refused; empty: it was not.
std::string resume(Log& log, const std::vector<std::string>& texts, int partitions,
                   std::size_t batch_bytes = 60) {
  SinkOptions options = to("orders");
  options.partitions_when_created = partitions;
  options.batch_bytes = batch_bytes;
  options.resume = "import";
  const auto sink = make_sink(log, options);
  try {
    std::uint64_t ticket = 0;
    for (std::size_t i = 0; i < texts.size(); ++i) sink->write(lines(++ticket, {texts[i]}, i + 1));
    sink->input_ended();
    settle(*sink, ticket);
    return {};
  } catch (const base::Error& error) {
    CHECK(error.kind() == base::Kind::data);
    CHECK(error.code() == "resume_changed");
    return error.what();
  }
}

}  // namespace

TEST_CASE("--resume refuses a file that was cut short, and stores nothing") {
  for (const int partitions : {1, 3}) {
    SimulatedDisk disk;
    Log log = open_log(disk);
    auto texts = numbered("line", 0, 20);
    REQUIRE(resume(log, texts, partitions).empty());
    for (const std::size_t left : {19, 7, 1, 0}) {
      CAPTURE(left);
      const std::vector<std::string> shorter(texts.begin(),
                                             texts.begin() + static_cast<std::ptrdiff_t>(left));
      CHECK(resume(log, shorter, partitions)
                .starts_with("the input is shorter than it was: it ended before " +
                             std::to_string(20 - left) + " record"));
      CHECK(contents(log, "orders").size() == 20);
    }
    texts.push_back("more");
    CHECK(resume(log, texts, partitions).empty());
    CHECK(contents(log, "orders").size() == 21);
  }
}

TEST_CASE(
    "--resume refuses a file in which the lines before its place moved or changed, and stores nothing "
    "there") {
  const auto texts = numbered("line", 0, 20);
  for (const int partitions : {1, 3}) {
    for (std::size_t row = 0; row < texts.size(); ++row) {
      CAPTURE(partitions);
      CAPTURE(row);
      SimulatedDisk disk;
      Log log = open_log(disk);
      REQUIRE(resume(log, texts, partitions).empty());
      auto inserted = texts;
      inserted.insert(inserted.begin() + static_cast<std::ptrdiff_t>(row), "new");
      CHECK(resume(log, inserted, partitions)
                .starts_with("the input was changed since it was stored up to here"));
      auto removed = texts;
      removed.erase(removed.begin() + static_cast<std::ptrdiff_t>(row));
      removed.insert(removed.end(), {"new", "newer"});
      CHECK(resume(log, removed, partitions).starts_with("the input was changed"));
      auto sorted = values(contents(log, "orders")), wanted = texts;
      std::sort(sorted.begin(), sorted.end());
      std::sort(wanted.begin(), wanted.end());
      CHECK(sorted == wanted);
    }
  }
}

TEST_CASE("--resume compares the whole last batch of each partition with the lines that should be in it") {
  const auto texts = numbered("line", 0, 20);
  SimulatedDisk disk;
  Log log = open_log(disk);
  REQUIRE(resume(log, texts, 1, 1 << 16).empty());  // one batch, or a few
  auto changed = texts;
  changed.back() = "line 19";
  CHECK(resume(log, changed, 1) ==
        "the input was changed since it was stored up to here: record 20 of those for /log/orders-0 is not "
        "the one "
        "that is stored there");
}
