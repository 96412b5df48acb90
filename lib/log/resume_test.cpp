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
