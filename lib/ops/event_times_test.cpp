#include "ops/event_times.h"

#include <doctest/doctest.h>

#include "ops/ops_test_words.h"

namespace weir::ops {
namespace {

using namespace testing;
using Form = stream::Batch::Form;

// The time of a line, or "!" and why it has none.
std::string time_of_line(const EventTimes::Settings& settings, const std::string& line,
                         std::int64_t arrived = 0) {
  EventTimes times(settings);
  expr::Fields fields(times.fields(), {settings.envelope, {}}, {});
  stream::Batch batch = batch_of({line}, settings.envelope ? Form::envelopes : Form::lines);
  batch.arrived.ms = arrived;
  const std::string_view view = batch.lines[0].view();
  REQUIRE((settings.envelope ? fields.of_envelope(view) : fields.of_line(view)) != expr::Fields::Seen::bad);
  if (!times.read(batch, 0, fields, 0)) return "!" + times.fault().message;
  return times.timed() ? std::to_string(times.ts()) : "none";
}

EventTimes::Settings by_field(const std::string& field) {
  EventTimes::Settings settings;
  settings.ts = base::parse_field(field);
  return settings;
}

TEST_CASE("the time is that of --ts, in its format") {
  CHECK(time_of_line(by_field(".t"), R"({"t":1700000000000})") == "1700000000000");
  CHECK(time_of_line(by_field("t"), R"({"t":-5})") == "-5");
  CHECK(time_of_line(by_field(".t"), R"({"t":-0.5})") ==
        "!time -0.5 of --ts .t " + std::string(base::time_of_number("-0.5", {}, {}).fault));
  CHECK(time_of_line(by_field(".t"), R"({"t":-1.5})") == "-2");
  CHECK(time_of_line(by_field(".t:s"), R"({"t":2})") == "2000");
  CHECK(time_of_line(by_field(".t"), R"({"t":"1970-01-01T00:00:01Z"})") == "1000");
}

TEST_CASE("what is no time is a fault") {
  CHECK(time_of_line(by_field(".t"), R"({"t":null})").starts_with("!time null of --ts .t "));
  CHECK(time_of_line(by_field(".t"), R"({"t":[1]})").starts_with("!time [1] of --ts .t "));
  CHECK(time_of_line(by_field(".t"), R"({"t":-1})").starts_with("!"));
  CHECK(time_of_line(by_field(".t"), R"({"t":253402300800000})").starts_with("!"));
  CHECK(time_of_line(by_field(".t"), R"({"t":253402300799999})") == "253402300799999");
  CHECK(time_of_line(by_field(".t.x"), R"({"t":1})").starts_with("!--ts: expression failed"));
  CHECK(time_of_line({}, R"({"t":1})") == "!a bare line has no time of its own");
}

TEST_CASE("an envelope has its own time, unless --ts says otherwise") {
  EventTimes::Settings settings;
  settings.envelope = true;
  CHECK(time_of_line(settings, R"({"ts":7,"value":{"t":9}})") == "7");
  CHECK(time_of_line(settings, R"({"ts":null,"value":1})") == "!the envelope has no ts");
  CHECK(time_of_line(settings, R"({"ts":7,"value":null})") == "7");
  settings.ts = base::parse_field(".t");
  CHECK(time_of_line(settings, R"({"ts":7,"value":{"t":9}})") == "9");
}

TEST_CASE("where no time is needed an event may do without") {
  EventTimes::Settings settings;
  settings.optional = true;
  CHECK(time_of_line(settings, "{}") == "none");
}

TEST_CASE("a time may not be further ahead than it is allowed to, and may be the arrival") {
  EventTimes::Settings settings = by_field(".t");
  settings.max_ahead_ms = 10;
  CHECK(time_of_line(settings, R"({"t":110})", 100) == "110");
  CHECK(time_of_line(settings, R"({"t":111})", 100) == "!the time is further ahead than --max-ahead");
  settings = {};
  settings.arrival = true;
  CHECK(time_of_line(settings, "{}", 100) == "100");
}

TEST_CASE("seconds where milliseconds are read are noticed once") {
  int notices = 0;
  EventTimes::Settings settings = by_field(".t");
  settings.notice = [&](const std::string&) { ++notices; };
  EventTimes times(settings);
  expr::Fields fields(times.fields(), {}, {});
  const stream::Batch batch = batch_of({R"({"t":1700000000})", R"({"t":1700000001})"});
  for (std::size_t row = 0; row < 2; ++row) {
    REQUIRE(fields.of_line(batch.lines[row].view()) == expr::Fields::Seen::all);
    REQUIRE(times.read(batch, row, fields, 0));
  }
  CHECK(notices == 1);
}

TEST_CASE("each partition is a source of its own, and lines without one are one source") {
  EventTimes::Settings settings;
  settings.envelope = true;
  EventTimes times(settings);
  expr::Fields fields(times.fields(), {true, {}}, {});
  EventClock clock({1, 0});
  const auto source_of = [&](const std::string& line) {
    const stream::Batch batch = batch_of({line}, Form::envelopes);
    REQUIRE(fields.of_envelope(batch.lines[0].view()) == expr::Fields::Seen::all);
    return times.source(batch, 0, fields, 0, clock);
  };
  const auto a0 = source_of(R"({"topic":"a","partition":0,"ts":1,"value":1})");
  CHECK(source_of(R"({"topic":"a","partition":1,"ts":1,"value":1})") != a0);
  CHECK(source_of(R"({"topic":"b","partition":0,"ts":1,"value":1})") != a0);
  CHECK(source_of(R"({"topic":"a","partition":0,"ts":1,"value":1})") == a0);
  CHECK(source_of(R"({"topic":"a","ts":1,"value":1})") == source_of(R"({"topic":"b","ts":1,"value":1})"));
}

TEST_CASE("records of a log have their own times and partitions") {
  EventTimes times({});
  expr::Fields fields(times.fields(), {}, {});
  EventClock clock({1, 0});
  stream::Batch batch = records_of({"{}", "{}"});
  REQUIRE(times.read(batch, 1, fields, 0));
  CHECK(times.ts() == 1);
  batch.origins[1].partition = base::Partition{3};
  CHECK(times.source(batch, 0, fields, 0, clock) != times.source(batch, 1, fields, 0, clock));
  batch.records[0].ts = base::kNoTime;
  CHECK_FALSE(times.read(batch, 0, fields, 0));
  CHECK(times.fault().message == "the record has no time");
}

}  // namespace
}  // namespace weir::ops
