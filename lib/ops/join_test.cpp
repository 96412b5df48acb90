// The kinds of join as operators, driven by batches; their truth tables are in tests/e2e/join.
#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <random>

#include "ops/as_of_join.h"
#include "ops/foreign_join.h"
#include "ops/merge_objects.h"
#include "ops/ops_test_words.h"
#include "ops/stream_join.h"
#include "ops/table_join.h"
#include "ops/tables_join.h"
#include "state/map_backing_test_words.h"

namespace weir::ops {
namespace {

using namespace testing;
using Form = stream::Batch::Form;

// Joins of one tagged input: topics l and r, the envelope's key.
JoinSettings tagged(bool keeps_left, bool keeps_right) {
  JoinSettings settings;
  settings.type = {keeps_left, keeps_right};
  settings.clock.inputs = 1;
  settings.rows.envelope = true;
  settings.reader.setup.envelope = true;
  for (JoinReader::SideSettings* side : {&settings.reader.left, &settings.reader.right}) {
    side->key = "$key";
    side->times.envelope = true;
  }
  settings.reader.left.topic = "l";
  settings.reader.right.topic = "r";
  return settings;
}

enum class Kind { streams, table, as_of, tables, foreign };

std::unique_ptr<Join> made(Kind kind, state::Store& store) {
  JoinSettings join = tagged(true, kind == Kind::streams || kind == Kind::tables);
  switch (kind) {
    case Kind::streams:
      join.grace_ms = 3;
      return std::make_unique<StreamJoin>(StreamJoin::Settings{.join = join, .before_ms = 5, .after_ms = 9},
                                          store);
    case Kind::table:
      return std::make_unique<TableJoin>(join, store);
    case Kind::as_of:
      join.grace_ms = 4;
      return std::make_unique<AsOfJoin>(AsOfJoin::Settings{.join = join, .history_ms = 20}, store);
    case Kind::tables:
      return std::make_unique<TablesJoin>(join, store);
    case Kind::foreign:
      break;
  }
  join.reader.foreign_key = ".f?";
  return std::make_unique<ForeignJoin>(join, store);
}

struct Ran {
  Lines rows;
  std::uint64_t taken = 0, late = 0;
};

// In batches of so many events each; 0: all at once.
enum class Ends { itself, killed };
Ran run(stream::Operator& join, const Lines& events, std::size_t at_once = 0, Ends ends = Ends::itself) {
  Ran ran;
  KeepSink sink;
  stream::Errors errors({.tool = "join", .policy = stream::Errors::Policy::skip});
  stream::Context context{sink, errors};
  if (at_once == 0) at_once = std::max<std::size_t>(1, events.size());
  for (std::size_t i = 0; i < events.size(); i += at_once) {
    const auto from = events.begin() + static_cast<std::ptrdiff_t>(i);
    const auto count = static_cast<std::ptrdiff_t>(std::min(at_once, events.size() - i));
    stream::Batch batch = batch_of({from, from + count}, Form::envelopes);
    CHECK(join.on_batch(batch, context) == stream::Flow::more);
    CHECK(batch.lines.empty());
  }
  if (ends == Ends::itself) CHECK(join.on_end(context) == stream::Flow::more);
  ran.rows = sink.lines;
  ran.taken = context.taken;
  ran.late = context.late;
  return ran;
}

Lines random_events(std::uint32_t seed, std::size_t count) {
  std::mt19937 random(seed);
  Lines events;
  std::int64_t ts = 100;
  for (std::size_t i = 0; i < count; ++i) {
    ts += static_cast<std::int64_t>(random() % 7) - 1;
    std::string event = R"({"topic":")" + std::string(random() % 2 == 0 ? "l" : "r") + R"(","ts":)" +
                        std::to_string(ts - static_cast<std::int64_t>(random() % 12)) + R"(,"key":)";
    event += random() % 20 == 0 ? "null" : "\"k" + std::to_string(random() % 4) + "\"";
    event += R"(,"value":)";
    event += random() % 8 == 0
                 ? "null"
                 : R"({"n":)" + std::to_string(i) + R"(,"f":"k)" + std::to_string(random() % 4) + "\"}";
    events.push_back(event + "}");
  }
  return events;
}

TEST_CASE("how events are cut into batches changes no row of any join") {
  for (const Kind kind : {Kind::streams, Kind::table, Kind::as_of, Kind::tables, Kind::foreign}) {
    CAPTURE(static_cast<int>(kind));
    for (std::uint32_t seed = 0; seed < 40; ++seed) {
      CAPTURE(seed);
      const Lines events = random_events(seed, 80);
      state::Store store;
      const Ran whole = run(*made(kind, store), events);
      for (const std::size_t at_once : {1, 7}) {
        state::Store other_store;
        const Ran cut = run(*made(kind, other_store), events, at_once);
        CHECK(cut.rows == whole.rows);
        CHECK(cut.taken == whole.taken);
        CHECK(cut.late == whole.late);
      }
    }
  }
}

constexpr Kind kKinds[] = {Kind::streams, Kind::table, Kind::as_of, Kind::tables, Kind::foreign};

TEST_CASE("rows are the same when memory has no room for the state") {
  for (const Kind kind : kKinds) {
    CAPTURE(static_cast<int>(kind));
    const Lines events = random_events(11, 200);
    state::Store roomy;
    const Lines expected = run(*made(kind, roomy), events).rows;
    state::MapDisk disk;
    state::Store::Settings small;
    small.memory_max = 1;
    small.open_spill = [&] { return std::make_unique<state::MapBacking>(disk); };
    state::Store store(small);
    CHECK(run(*made(kind, store), events).rows == expected);
    CHECK(store.sweeps() > 0);
  }
}

TEST_CASE("a run that is cut anywhere and goes on from its state writes the same rows") {
  for (const Kind kind : kKinds) {
    CAPTURE(static_cast<int>(kind));
    const Lines events = random_events(12, 90);
    state::Store whole;
    const Lines expected = run(*made(kind, whole), events).rows;
    for (std::size_t cut = 0; cut <= events.size(); cut += 9) {
      CAPTURE(cut);
      const auto middle = events.begin() + static_cast<std::ptrdiff_t>(cut);
      state::MapDisk disk;
      Lines rows;
      {
        state::Store store({}, std::make_unique<state::MapBacking>(disk));
        const auto join = made(kind, store);
        CHECK_FALSE(store.resume());
        rows = run(*join, {events.begin(), middle}, 0, Ends::killed).rows;
        store.save();
      }
      state::Store store({}, std::make_unique<state::MapBacking>(disk));
      const auto join = made(kind, store);
      CHECK(store.resume());
      const Lines rest = run(*join, {middle, events.end()}).rows;
      rows.insert(rows.end(), rest.begin(), rest.end());
      CHECK(rows == expected);
    }
  }
}

TEST_CASE("each pair of streams is found once, and what is padded is in no pair") {
  for (std::uint32_t seed = 0; seed < 40; ++seed) {
    CAPTURE(seed);
    state::Store store;
    Lines rows = run(*made(Kind::streams, store), random_events(seed, 120)).rows;
    std::vector<std::string> left_padded, right_padded, pairs;
    for (const std::string& row : rows) {
      const auto value_of = [&](std::string_view name) {
        const std::size_t at = row.find(name) + name.size();
        return row.compare(at, 4, "null") == 0 ? std::string() : row.substr(at, row.find('}', at) - at);
      };
      if (row.find(R"("key":null)") != std::string::npos) continue;
      const std::string left = value_of(R"("left":)"), right = value_of(R"("right":)");
      if (left.empty()) right_padded.push_back(right);
      if (right.empty()) left_padded.push_back(left);
      if (!left.empty() && !right.empty()) pairs.push_back(left + "|" + right);
    }
    std::sort(pairs.begin(), pairs.end());
    CHECK(std::adjacent_find(pairs.begin(), pairs.end()) == pairs.end());
    for (const std::string& pair : pairs) {
      CHECK(std::find(left_padded.begin(), left_padded.end(), pair.substr(0, pair.find('|'))) ==
            left_padded.end());
      CHECK(std::find(right_padded.begin(), right_padded.end(), pair.substr(pair.find('|') + 1)) ==
            right_padded.end());
    }
  }
}

template <typename Entry>
void check_bytes(const Entry& entry) {
  base::Buffer bytes;
  entry.encode(bytes);
  Entry back;
  REQUIRE(Entry::decode(bytes.view(), back));
  base::Buffer again;
  back.encode(again);
  CHECK(again.view() == bytes.view());
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    Entry part;
    CHECK_FALSE(Entry::decode(bytes.view().substr(0, cut), part));
  }
}

TEST_CASE("what joins keep comes back from its bytes, and from no other") {
  JoinRecords records;
  records.add({-5, 1, true, R"({"a":1})"});
  records.add({INT64_MAX, 2, false, ""});
  check_bytes(records);
  check_bytes(TableRow{R"("x")", 7});
  TableVersions versions;
  versions.add({"1", 5});
  versions.add({"2", 3});
  check_bytes(versions);
  PairOfRows pair;
  pair.left = {"1", -1};
  check_bytes(pair);
  ReferringRow referring;
  referring.row.value = "1";
  referring.reference = R"("k")";
  referring.shown = true;
  check_bytes(referring);
  ReferringKeys keys;
  keys.add("a", R"("a")");
  keys.add("b", R"("b")");
  check_bytes(keys);
}

TEST_CASE("a version is found by its time, and by none before the line but the newest") {
  TableVersions versions;
  versions.add({"b", 20});
  versions.add({"a", 10});
  versions.add({"c", 20});
  const auto at = [&](std::int64_t ts, std::int64_t line) {
    TableVersions copy = versions;
    const TableRow* const found = copy.as_of(ts, line);
    return found == nullptr ? std::string("none") : found->value;
  };
  CHECK(at(9, kBeforeAll) == "none");
  CHECK(at(10, kBeforeAll) == "a");
  CHECK(at(19, 19) == "a");
  CHECK(at(20, kBeforeAll) == "c");
  CHECK(at(19, 20) == "none");
  CHECK(at(20, 25) == "c");
}

std::string merged(std::string_view left, std::string_view right) {
  std::string out;
  append_merged(out, {left, "l"}, {right, "r"});
  return out;
}

TEST_CASE("two objects become one, and names that both have get a prefix") {
  CHECK(merged(R"({"a":1})", R"({"b":2})") == R"({"a":1,"b":2})");
  CHECK(merged(R"({ "a" : 1,"c":[1, 2]})", R"({"a":2})") == R"({"l_a":1,"c":[1, 2],"r_a":2})");
  CHECK(merged(R"({"a":1})", R"({"\u0061":2})") == R"({"l_a":1,"r_a":2})");
  CHECK(merged("", R"({"a":2})") == R"({"a":2})");
  CHECK(merged("{}", "") == "{}");
}

}  // namespace
}  // namespace weir::ops
