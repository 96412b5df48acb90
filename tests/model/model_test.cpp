// The models against the tables of the semantics.
#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "model/case.h"

namespace {

using namespace weir::model;

// "L5 k=A" and the like: side, time, key, value; a value of n is null.
struct Told {
  std::size_t side;
  Time ts;
  std::string key, value;
};

std::vector<std::vector<Record>> inputs(const std::vector<Told>& all) {
  std::vector<std::vector<Record>> made(2);
  for (const Told& one : all) {
    Record record{.input = one.side,
                  .side = one.side,
                  .topic = {},
                  .partition = {},
                  .ts = one.ts,
                  .key = one.key,
                  .value = {}};
    if (one.value != "n") record.value = one.value;
    made[one.side].push_back(record);
  }
  return made;
}

// "A,a B,- d": a row for each word, - for a side that is absent, d for a delete.
std::string rows(const Outcome& outcome) {
  std::string all;
  for (const std::string& line : outcome.lines) {
    std::string row = line.substr(line.find("\"value\":") + 8);
    row.pop_back();
    const auto side = [&](const std::string& name) {
      const std::size_t at = row.find("\"" + name + "\":") + name.size() + 3;
      return row[at] == '"' ? std::string(1, row[at + 1]) : std::string("-");
    };
    all += (all.empty() ? "" : " ") + (row == "null" ? "d" : side("left") + "," + side("right"));
  }
  return all;
}

JoinSpec spec(JoinSpec::Kind kind, JoinSpec::Type type) {
  JoinSpec made;
  made.kind = kind;
  made.type = type;
  made.envelope = true;
  return made;
}

TEST_CASE("a stream joins a stream as the table has it") {
  const auto all = inputs({{0, 1000, "k", "n"},
                           {1, 2000, "k", "n"},
                           {0, 3000, "k", "A"},
                           {1, 4000, "k", "a"},
                           {0, 5000, "k", "B"},
                           {1, 6000, "k", "b"},
                           {0, 7000, "k", "n"},
                           {1, 8000, "k", "n"},
                           {0, 9000, "k", "C"},
                           {1, 10000, "k", "c"},
                           {1, 14000, "k", "d"},
                           {0, 15000, "k", "D"},
                           {0, 40000, "k", "E"},
                           {0, 60000, "k", "F"},
                           {1, 61000, "x", "x"},
                           {1, 80001, "k", "f"},
                           {0, 101000, "k", "G"}});
  const std::string matches = "A,a B,a A,b B,b C,a C,b A,c B,c C,c A,d B,d C,d D,a D,b D,c D,d";
  for (const auto& [type, wanted] :
       {std::pair{JoinSpec::Type::inner, matches}, std::pair{JoinSpec::Type::left, matches + " E,- F,- G,-"},
        std::pair{JoinSpec::Type::outer, matches + " E,- F,- -,x -,f G,-"}}) {
    JoinSpec one = spec(JoinSpec::Kind::stream, type);
    one.before = one.after = 15000;
    one.grace = 5000;
    CHECK(rows(joined(one, all)) == wanted);
  }
}

TEST_CASE("the bounds of a stream join are inclusive and measured from the left") {
  JoinSpec one = spec(JoinSpec::Kind::stream, JoinSpec::Type::inner);
  one.before = 5;
  one.after = 3;
  one.bound = 100;
  CHECK(rows(joined(one, inputs({{0, 100, "k", "l"},
                                 {1, 94, "k", "a"},
                                 {1, 95, "k", "b"},
                                 {1, 103, "k", "c"},
                                 {1, 104, "k", "d"}}))) == "l,b l,c");
}

// In the order of arrival, as one who reads both sides together sees it.
struct Step {
  std::size_t side;
  Time ts;
  std::string value, inner, left, outer;
};

std::string column(const std::vector<Step>& steps, std::string Step::*member) {
  std::string all;
  for (const Step& step : steps) {
    if (!(step.*member).empty()) all += (all.empty() ? "" : " ") + step.*member;
  }
  return all;
}

TEST_CASE("a table joins a table as the table has it") {
  std::vector<Step> steps{
      {0, 0, "n", "", "", ""},          {1, 0, "n", "", "", ""},          {0, 0, "A", "", "A,-", "A,-"},
      {1, 0, "a", "A,a", "A,a", "A,a"}, {0, 0, "B", "B,a", "B,a", "B,a"}, {1, 0, "b", "B,b", "B,b", "B,b"},
      {0, 0, "n", "d", "d", "-,b"},     {1, 0, "n", "", "", "d"},         {0, 0, "C", "", "C,-", "C,-"},
      {1, 0, "c", "C,c", "C,c", "C,c"}, {1, 0, "n", "d", "C,-", "C,-"},   {0, 0, "n", "", "d", "d"},
      {1, 0, "d", "", "", "-,d"},       {0, 0, "D", "D,d", "D,d", "D,d"}};
  std::vector<Told> all;
  Time ts = 0;
  for (const Step& step : steps) all.push_back({step.side, ++ts, "k", step.value});
  using Type = JoinSpec::Type;
  CHECK(rows(joined(spec(JoinSpec::Kind::tables, Type::inner), inputs(all))) == column(steps, &Step::inner));
  CHECK(rows(joined(spec(JoinSpec::Kind::tables, Type::left), inputs(all))) == column(steps, &Step::left));
  CHECK(rows(joined(spec(JoinSpec::Kind::tables, Type::outer), inputs(all))) == column(steps, &Step::outer));
}

TEST_CASE("a stream sees the version of a table that was current at its time") {
  // The inputs are merged by time, so what is out of order comes late on its own side only.
  const auto all = inputs({{1, 4, "k", "a"},
                           {0, 5, "k", "B"},
                           {1, 6, "k", "b"},
                           {1, 8, "k", "n"},
                           {0, 9, "k", "C"},
                           {1, 9, "k", "d"},
                           {0, 6, "k", "D"},
                           {1, 14, "k", "e"},
                           {0, 15, "k", "E"},
                           {0, 3, "k", "F"}});
  JoinSpec one = spec(JoinSpec::Kind::as_of, JoinSpec::Type::left);
  CHECK(rows(joined(one, all)) == "B,a C,d D,b E,e F,-");
  one.type = JoinSpec::Type::inner;
  CHECK(rows(joined(one, all)) == "B,a C,d D,b E,e");
}

TEST_CASE("a stream joins a table in the order of arrival, or as of its time, as the table has it") {
  std::vector<Record> all;
  for (const auto& [side, ts, value] : std::vector<std::tuple<std::size_t, Time, std::string>>{{1, 4, "a"},
                                                                                               {0, 5, "B"},
                                                                                               {1, 6, "b"},
                                                                                               {1, 8, "n"},
                                                                                               {0, 9, "C"},
                                                                                               {1, 7, "d"},
                                                                                               {0, 6, "D"},
                                                                                               {1, 14, "e"},
                                                                                               {0, 15, "E"},
                                                                                               {1, 9, "n"},
                                                                                               {0, 4, "F"}}) {
    all.push_back(inputs({{side, ts, "k", value}})[side][0]);
    all.back().input = 0;
  }
  const auto rows_of = [&](JoinSpec::Kind kind, JoinSpec::Type type) {
    JoinSpec one = spec(kind, type);
    one.tagged = true;
    return rows(joined(one, {all}));
  };
  using Type = JoinSpec::Type;
  CHECK(rows_of(JoinSpec::Kind::table, Type::inner) == "B,a D,d E,e");
  CHECK(rows_of(JoinSpec::Kind::table, Type::left) == "B,a C,- D,d E,e F,-");
  CHECK(rows_of(JoinSpec::Kind::as_of, Type::inner) == "B,a D,b E,e F,a");
  CHECK(rows_of(JoinSpec::Kind::as_of, Type::left) == "B,a C,- D,b E,e F,a");
}

TEST_CASE("a foreign key is followed as it changes") {
  const auto record = [](std::size_t side, Time ts, const char* key, Value value) {
    return Record{.input = side,
                  .side = side,
                  .topic = {},
                  .partition = {},
                  .ts = ts,
                  .key = key,
                  .value = std::move(value)};
  };
  std::vector<std::vector<Record>> all(2);
  all[0] = {record(0, 1, "l", Object{{"f", "x"}}), record(0, 4, "l", Object{{"f", "y"}}),
            record(0, 6, "l", Value())};
  all[1] = {record(1, 2, "x", "a"), record(1, 5, "y", "b"), record(1, 7, "y", Value())};
  const auto lines = joined(spec(JoinSpec::Kind::foreign, JoinSpec::Type::inner), all).lines;
  REQUIRE(lines.size() == 4);
  CHECK(lines[0] == R"({"key":"l","ts":2,"value":{"left":{"f":"x"},"right":"a"}})");
  CHECK(lines[1] == R"({"key":"l","ts":4,"value":null})");
  CHECK(lines[2] == R"({"key":"l","ts":5,"value":{"left":{"f":"y"},"right":"b"}})");
  CHECK(lines[3] == R"({"key":"l","ts":6,"value":null})");
}

std::string windows_of(const WindowSpec& one, const std::vector<Time>& times) {
  std::vector<Record> records;
  for (const Time ts : times)
    records.push_back({.input = 0,
                       .side = 0,
                       .topic = {},
                       .partition = {},
                       .ts = ts,
                       .key = {},
                       .value = Object{{"t", ts}}});
  std::ostringstream all;
  const Outcome outcome = windows(one, {records});
  for (const std::string& line : outcome.lines) all << line << ' ';
  all << outcome.late;
  return all.str();
}

TEST_CASE("half-open windows close at their end, inclusive ones past it") {
  WindowSpec one;
  one.aggregates = {{"n", "count", "", "", {}, ""}};
  CHECK(windows_of(one, {0, 10, 9}) ==
        R"({"window_start":0,"window_end":10,"n":1} {"window_start":10,"window_end":20,"n":1} 1)");
  one.kind = WindowSpec::Kind::session;
  one.size = 5;
  CHECK(windows_of(one, {0, 5, 10, 16}) ==
        R"({"window_start":0,"window_end":15,"n":3} {"window_start":16,"window_end":21,"n":1} 0)");
  one.kind = WindowSpec::Kind::sliding;
  CHECK(
      windows_of(one, {0, 5, 11}) ==
      R"({"window_start":-5,"window_end":0,"n":1} {"window_start":0,"window_end":5,"n":2} {"window_start":6,"window_end":11,"n":1} 0)");
}

TEST_CASE("windows before the epoch are floored") {
  WindowSpec one;
  one.aggregates = {{"n", "count", "", "", {}, ""}};
  CHECK(windows_of(one, {-1}) == R"({"window_start":-10,"window_end":0,"n":1} 0)");
}

TEST_CASE("a case made small is less, and a seed makes the same case again") {
  for (const std::string& kind : kinds()) {
    CAPTURE(kind);
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
      const Case one = random_case(kind, seed);
      CHECK(shown(one) == shown(random_case(kind, seed)));
      CHECK(wanted(one).lines == wanted(random_case(kind, seed)).lines);
      for (const Case& less : smaller(one)) CHECK(shown(less).size() < shown(one).size());
    }
  }
}

}  // namespace
