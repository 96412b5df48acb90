#include "ops/table.h"

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ops/ops_test_words.h"
#include "state/map_backing_test_words.h"
#include "support/random.h"

namespace weir::ops {
namespace {

using testing::batch_of;
using testing::KeepSink;
using testing::Lines;
using testing::records_of;
using Form = stream::Batch::Form;
using Show = Table::Show;

// What a table is made of. Bare lines unless `envelope`.
struct Asked {
  std::string key = ".k";
  std::string where = {}, delete_when = {};
  bool envelope = false;
  bool timed = false;  // --ts .t, or the envelope's
  std::vector<RowFields::Group> groups = {};
  std::vector<std::string> aggregates = {};
  Table::Settings table = {};
  std::size_t memory_max = std::size_t{1} << 30;
  state::MapDisk* saved = nullptr;  // where it is saved; null: nowhere
};

class Bench {
 public:
  explicit Bench(const Asked& asked)
      : asked_(asked),
        events_(event_settings(asked)),
        store_(asked.saved == nullptr ? state::Store(store_settings(asked, disk_))
                                      : state::Store(store_settings(asked, disk_),
                                                     std::make_unique<state::MapBacking>(*asked.saved))),
        fields_(row_settings(asked, events_.key_form())),
        before_(row_settings(asked, events_.key_form())),
        output_(asked.groups.empty() ? events_.key_form() : KeyForm::canonical, asked.envelope),
        table_(events_, fields_, groups_of(asked), output_, asked.timed ? &clock_ : nullptr, store_,
               asked.table) {}

  void feed(const Lines& lines) {
    stream::Batch batch = batch_of(lines, asked_.envelope ? Form::envelopes : Form::lines);
    feed(batch);
  }
  void feed(stream::Batch& batch) {
    context_.taken = context_.late = 0;
    flow_ = table_.on_batch(batch, context_);
    CHECK(batch.lines.empty());
    taken_ += context_.taken;
    late_ += context_.late;
  }
  void catch_up() { (void)table_.on_mark(stream::Mark{}, context_); }
  Lines end() {
    (void)table_.on_end(context_);
    return take();
  }
  Lines suspend() {
    (void)table_.on_suspend(context_);
    return take();
  }
  void resume() {
    store_.keep("table", table_);
    (void)store_.resume();
  }
  Lines take() { return std::exchange(sink_.lines, {}); }

  stream::Flow flow_ = stream::Flow::more;
  std::uint64_t taken_ = 0, late_ = 0;
  KeepSink sink_;
  stream::Errors errors_{{.tool = "table", .policy = stream::Errors::Policy::skip}};
  state::Store& store() { return store_; }
  Table& table() { return table_; }

 private:
  static expr::Setup setup(const Asked& asked) {
    expr::Setup made;
    made.envelope = asked.envelope;
    return made;
  }
  static RowFields::Settings row_settings(const Asked& asked, KeyForm keys) {
    RowFields::Settings settings;
    settings.where = asked.where;
    settings.groups = asked.groups;
    for (const std::string& text : asked.aggregates) settings.aggregates.push_back(parse_aggregate(text));
    settings.keys = keys;
    settings.setup = setup(asked);
    return settings;
  }
  static TableEvents::Settings event_settings(const Asked& asked) {
    TableEvents::Settings settings;
    settings.key = asked.key;
    settings.delete_when = asked.delete_when;
    settings.setup = setup(asked);
    if (!asked.timed) return settings;
    settings.times.emplace().envelope = asked.envelope;
    if (!asked.envelope) settings.times->ts = base::Field{.expression = ".t", .format = {}};
    return settings;
  }

  static state::Store::Settings store_settings(const Asked& asked, state::MapDisk& disk) {
    state::Store::Settings settings;
    settings.memory_max = asked.memory_max;
    settings.open_spill = [&disk] { return std::make_unique<state::MapBacking>(disk); };
    return settings;
  }
  TableGroups* groups_of(const Asked& asked) {
    return asked.groups.empty() ? nullptr : &groups_.emplace(before_, store_);
  }

  Asked asked_;
  EventClock clock_{{1, 0}};
  TableEvents events_;
  state::MapDisk disk_;
  state::Store store_;
  RowFields fields_, before_;
  std::optional<TableGroups> groups_;
  TableOutput output_;
  Table table_;
  stream::Context context_{sink_, errors_};
};

TEST_CASE("the last event of a key is its row, and rows come in key order") {
  Bench bench({});
  bench.feed({R"({"k":2,"n":1})", R"({"k":10,"n":2})", R"({"k":2,"n":3})", R"( {"k":"2"} )"});
  CHECK(bench.end() == Lines{R"({"k":2,"n":3})", R"({"k":10,"n":2})", R"({"k":"2"})"});
  CHECK(bench.taken_ == 4);
}

TEST_CASE("where events are cut into batches makes no difference") {
  const Lines events{R"({"k":1,"n":1})", R"({"k":2,"n":2})", R"({"k":1,"n":3})", R"({"k":3})",
                     R"({"k":2,"d":true})"};
  Asked asked;
  asked.delete_when = ".d";
  for (const Show show : {Show::rows, Show::changes}) {
    asked.table.show = show;
    Bench whole(asked);
    whole.feed(events);
    const Lines wanted = whole.end();
    Bench parts(asked);
    for (const std::string& event : events) parts.feed({event});
    CHECK(parts.end() == wanted);
  }
}

TEST_CASE("a row that grows and shrinks is always the whole one") {
  Bench bench({});
  for (const std::size_t size : {1u, 1000u, 3u, 100'000u, 2u}) {
    const std::string row = R"({"k":1,"v":")" + std::string(size, 'x') + "\"}";
    bench.feed({row});
    CHECK(bench.end() == Lines{row});
  }
}

TEST_CASE("records are rows by their own keys, and what has no value deletes") {
  stream::Batch batch = records_of({R"({"n":0})", R"({"n":1})", R"({"n":2})"});
  batch.records[1].value = {};
  batch.records[2].key = batch.records[0].key;
  batch.lines[1] = {"", 0, 1};
  Asked asked;
  asked.key = "";
  asked.table.show = Show::changes;
  Bench bench(asked);
  bench.feed(batch);
  CHECK(bench.take() == Lines{R"({"op":"u","key":"k0","old":null,"new":{"n":0},"ts":0})",
                              R"({"op":"u","key":"k0","old":{"n":0},"new":{"n":2},"ts":2})"});
}

TEST_CASE("without -J a value that is no JSON is a bad event, and with it it is a row") {
  for (const bool envelope : {false, true}) {
    stream::Batch batch = records_of({"plain text"});
    Asked asked;
    asked.key = "";
    asked.envelope = envelope;
    asked.table.show = Show::changes;
    Bench bench(asked);
    bench.feed(batch);
    CHECK(bench.errors_.skipped() == (envelope ? 0 : 1));
    CHECK(
        bench.take() ==
        (envelope ? Lines{R"({"ts":0,"key":"k0","op":"u","old":null,"value_text":"plain text"})"} : Lines{}));
  }
}

TEST_CASE("followed, the rows come when all that was there has been read, and then every change") {
  Asked asked;
  asked.key = "";
  asked.envelope = true;
  asked.table.show = Show::followed;
  Bench bench(asked);
  bench.feed({R"({"key":"b","value":1})", R"({"key":"a","value":2})"});
  CHECK(bench.take().empty());
  bench.catch_up();
  CHECK(bench.take() == Lines{R"({"ts":null,"key":"a","value":2})", R"({"ts":null,"key":"b","value":1})"});
  bench.feed({R"({"key":"a","value":3})", R"({"key":"b","value":null})", R"({"key":"b","value":null})"});
  CHECK(bench.take() == Lines{R"({"ts":null,"key":"a","value":3})", R"({"ts":null,"key":"b","value":null})"});
  CHECK(bench.end().empty());
}

TEST_CASE("followed and stopped before that, the rows come at the end") {
  Asked asked;
  asked.table.show = Show::followed;
  Bench bench(asked);
  bench.feed({R"({"k":1})"});
  CHECK(bench.end() == Lines{R"({"k":1})"});
}

TEST_CASE("a bare delete that is followed names its key") {
  Asked asked;
  asked.delete_when = ".d";
  asked.table.show = Show::followed;
  Bench bench(asked);
  bench.feed({R"({"k":"a"})"});
  bench.catch_up();
  bench.take();
  bench.feed({R"({"k":"a","d":true})"});
  CHECK(bench.take() == Lines{R"({"_op":"d","_key":"a"})"});
}

TEST_CASE("rows that expire at one time go in key order, whatever the order they came in") {
  Asked asked;
  asked.timed = true;
  asked.table.show = Show::changes;
  asked.table.ttl = 5;
  Bench bench(asked);
  bench.feed({R"({"k":10,"t":0})", R"({"k":"b","t":0})", R"({"k":9,"t":0})", R"({"k":"a","t":0})"});
  bench.take();
  bench.feed({R"({"k":0,"t":5})"});
  CHECK(bench.take().size() == 1);  // at the edge they live
  bench.feed({R"({"k":0,"t":6})"});
  Lines keys;
  for (const std::string& line : bench.take()) keys.push_back(line.substr(0, line.find(",\"old\"")));
  CHECK(keys == Lines{R"({"op":"d","key":9)", R"({"op":"d","key":10)", R"({"op":"d","key":"a")",
                      R"({"op":"d","key":"b")", R"({"op":"u","key":0)"});
}

TEST_CASE("a key that expired and came back lives as long as any other") {
  Asked asked;
  asked.timed = true;
  asked.table.ttl = 5;
  Lines events{R"({"k":1,"t":0})", R"({"k":2,"t":6})", R"({"k":1,"t":7})", R"({"k":1,"t":9})",
               R"({"k":2,"t":14})"};
  Bench alive(asked);
  alive.feed(events);
  CHECK(alive.end() == Lines{R"({"k":1,"t":9})", R"({"k":2,"t":14})"});
  events.push_back(R"({"k":2,"t":15})");
  Bench gone(asked);
  gone.feed(events);
  CHECK(gone.end() == Lines{R"({"k":2,"t":15})"});
}

TEST_CASE("versions: what is older than the end of a key does not bring it back") {
  Asked asked;
  asked.timed = true;
  asked.delete_when = ".d";
  asked.table.versioned = true;
  Bench bench(asked);
  bench.feed({R"({"k":1,"t":5,"d":true})", R"({"k":1,"t":4})"});
  CHECK(bench.end().empty());
  bench.feed({R"({"k":1,"t":5,"n":1})", R"({"k":1,"t":4,"d":true})"});
  CHECK(bench.end() == Lines{R"({"k":1,"t":5,"n":1})"});
}

TEST_CASE("versions that expire: what is as old as what may be forgotten is late") {
  Asked asked;
  asked.timed = true;
  asked.table.versioned = true;
  asked.table.ttl = 5;
  Bench bench(asked);
  bench.feed({R"({"k":1,"t":0})", R"({"k":2,"t":100})", R"({"k":3,"t":94})", R"({"k":4,"t":95})"});
  CHECK(bench.end() == Lines{R"({"k":2,"t":100})", R"({"k":4,"t":95})"});
  CHECK(bench.late_ == 1);
}

TEST_CASE("events whose key is null, and bad ones, still move time") {
  for (const char* const mover : {R"({"t":10})", R"({"k":1,"t":10,"w":"x"})"}) {
    CAPTURE(mover);
    Asked asked;
    asked.timed = true;
    asked.where = ".w - 0 != 5";
    asked.table.show = Show::changes;
    asked.table.ttl = 5;
    Bench bench(asked);
    bench.feed({R"({"k":1,"t":0,"w":1})"});
    bench.take();
    bench.feed({mover});
    CHECK(bench.take() == Lines{R"({"op":"d","key":1,"old":{"k":1,"t":0,"w":1},"new":null,"ts":5})"});
  }
}

TEST_CASE("only the rows that are asked for are kept") {
  Asked asked;
  asked.table.get = {"\"7\"", "7"};
  Bench bench(asked);
  bench.feed({R"({"k":7})", R"({"k":8})"});
  CHECK_FALSE(bench.table().found());
  CHECK(bench.end() == Lines{R"({"k":7})"});
  CHECK(bench.table().found());
}

TEST_CASE("a row of one size takes no more memory however often it changes") {
  Bench bench({});
  bench.feed({R"({"k":1,"n":1})"});
  const std::size_t before = bench.store().memory();
  for (int i = 0; i < 100; ++i) bench.feed({R"({"k":1,"n":2})"});
  CHECK(bench.store().memory() == before);
}

// Events of few keys, groups and times.
Lines random_events(std::uint64_t seed, std::size_t count) {
  weir::testing::Random random(seed);
  Lines events;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t time = i / 2 + random.below(10);
    std::string event = R"({"k":)" + std::to_string(random.below(40)) + R"(,"t":)" + std::to_string(time);
    if (random.chance(20)) event += R"(,"d":true)";
    if (random.chance(90)) event += R"(,"g":"g)" + std::to_string(random.below(4)) + '"';
    event += R"(,"n":)" + std::to_string(random.below(9)) + (random.chance(30) ? ".25}" : "}");
    events.push_back(std::move(event));
  }
  return events;
}

Asked with_groups() {
  Asked asked;
  asked.delete_when = ".d";
  asked.groups = {{"g", ".g"}};
  asked.aggregates = {"rows=count()",        "sum=sum(.n)",          "min=min(.n)",
                      "last=last(.n)",       "first=first_seen(.n)", "ids=collect(.k)",
                      "set=collect_set(.n)", "p=percentile(.n, 50)", "sd=stddev_pop(.n)"};
  return asked;
}

TEST_CASE("a group that took back and added is what it would be had it only added") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    const Lines events = random_events(seed, 200);
    Bench bench(with_groups());
    bench.feed(events);
    const Lines found = bench.end();
    // The last event of each key, in the order in which these came.
    Lines last;
    for (std::size_t i = 0; i < events.size(); ++i) {
      const auto key = [](const std::string& event) { return event.substr(0, event.find(",\"t\"")); };
      const bool replaced =
          std::any_of(events.begin() + static_cast<std::ptrdiff_t>(i) + 1, events.end(),
                      [&](const std::string& later) { return key(later) == key(events[i]); });
      if (!replaced) last.push_back(events[i]);
    }
    Bench fresh(with_groups());
    fresh.feed(last);
    CHECK(fresh.end() == found);
    CHECK(found.size() == 4);
  }
}

TEST_CASE("changes of groups fit together: what was old is what was new before") {
  Asked asked = with_groups();
  asked.table.show = Show::changes;
  Bench bench(asked);
  bench.feed(random_events(7, 500));
  std::map<std::string, std::string> rows;
  const auto part = [](const std::string& line, std::string_view from, std::string_view to) {
    const std::size_t begin = line.find(from) + from.size();
    return line.substr(begin, line.find(to, begin) - begin);
  };
  for (const std::string& line : bench.take()) {
    CAPTURE(line);
    std::string& row = rows.try_emplace(part(line, "\"key\":", ",\"old\":"), "null").first->second;
    CHECK(part(line, ",\"old\":", ",\"new\":") == row);
    row = part(line, ",\"new\":", ",\"ts\":");
    CHECK(line.starts_with(row == "null" ? R"({"op":"d")" : R"({"op":"u")"));
  }
  CHECK(rows.size() == 4);
}

TEST_CASE("where rows lie makes no difference: in memory or on disk") {
  const Lines events = random_events(3, 2000);
  for (const bool grouped : {false, true}) {
    for (const Show show : {Show::rows, Show::changes}) {
      Asked asked = grouped ? with_groups() : Asked();
      asked.delete_when = ".d";
      asked.timed = true;
      asked.table.ttl = 15;
      asked.table.show = show;
      Bench in_memory(asked);
      in_memory.feed(events);
      const Lines wanted = in_memory.end();
      asked.memory_max = 3000;
      Bench on_disk(asked);
      on_disk.feed(events);
      CHECK(on_disk.store().sweeps() > 0);
      CHECK(on_disk.end() == wanted);
      CHECK_FALSE(wanted.empty());
    }
  }
}

TEST_CASE("a table goes on from where it was saved, wherever that was") {
  const Lines events = random_events(5, 300);
  for (const bool grouped : {false, true}) {
    for (const Show show : {Show::rows, Show::changes, Show::followed}) {
      Asked asked = grouped ? with_groups() : Asked();
      asked.delete_when = ".d";
      asked.timed = true;
      asked.table.ttl = 15;
      asked.table.show = show;
      Bench in_one_go(asked);
      in_one_go.catch_up();
      in_one_go.feed(events);
      const Lines wanted = in_one_go.suspend();
      asked.memory_max = 3000;
      for (std::size_t cut = 0; cut <= events.size(); cut += 7) {
        CAPTURE(cut);
        state::MapDisk disk;
        asked.saved = &disk;
        Lines written;
        {
          Bench before(asked);
          before.resume();
          before.catch_up();
          before.feed({events.begin(), events.begin() + static_cast<std::ptrdiff_t>(cut)});
          before.store().save();
          written = before.take();
        }
        Bench after(asked);
        after.resume();
        after.catch_up();
        after.feed({events.begin() + static_cast<std::ptrdiff_t>(cut), events.end()});
        const Lines rest = after.suspend();
        written.insert(written.end(), rest.begin(), rest.end());
        CHECK(written == wanted);
      }
    }
  }
}

TEST_CASE("a suspended table is printed each time, and its time has not ended") {
  Asked asked;
  asked.timed = true;
  asked.table.versioned = true;
  asked.table.ttl = 5;
  Bench bench(asked);
  bench.feed({R"({"k":1,"t":10})"});
  CHECK(bench.suspend() == Lines{R"({"k":1,"t":10})"});
  bench.feed({R"({"k":2,"t":11})"});
  CHECK(bench.suspend() == Lines{R"({"k":1,"t":10})", R"({"k":2,"t":11})"});
  CHECK(bench.late_ == 0);
}

TEST_CASE("followed by whoever has not seen its rows, a table that goes on begins with them") {
  state::MapDisk disk;
  Asked asked;
  asked.saved = &disk;
  asked.table.show = Show::followed;
  {
    Bench before(asked);
    before.resume();
    before.feed({R"({"k":1})", R"({"k":2})"});
    before.catch_up();
    CHECK(before.take().size() == 2);
    before.store().save();
  }
  for (const bool again : {false, true}) {
    asked.table.rows_again = again;
    Bench after(asked);
    after.resume();
    after.feed({R"({"k":2,"n":2})"});
    after.catch_up();
    after.feed({R"({"k":0})"});
    CHECK(after.suspend() == (again ? Lines{R"({"k":1})", R"({"k":2})", R"({"k":2,"n":2})", R"({"k":0})"}
                                    : Lines{R"({"k":2,"n":2})", R"({"k":0})"}));
  }
  asked.table.show = Show::rows;  // asked in between, it says what it has
  Bench asking(asked);
  asking.resume();
  CHECK(asking.suspend() == Lines{R"({"k":1})", R"({"k":2})"});
}

TEST_CASE("a reader that went away stops the table") {
  Asked asked;
  asked.table.show = Show::changes;
  Bench bench(asked);
  bench.sink_.gone_ = true;
  bench.feed({R"({"k":1})"});
  CHECK(bench.flow_ == stream::Flow::stop);
}

TEST_CASE("a row is on disk what it was") {
  LatestRow row;
  row.ts = {-7};
  row.arrival = 9;
  row.there = row.json = true;
  row.timer = 12;
  row.set_value("{\"a\":1}");
  base::Buffer bytes;
  row.encode(bytes);
  LatestRow back;
  CHECK(LatestRow::decode(bytes.view(), back));
  CHECK(back.ts == row.ts);
  CHECK(back.arrival == 9);
  CHECK(back.there);
  CHECK_FALSE(back.shown);
  CHECK(back.json);
  CHECK(back.timer == 12);
  CHECK(back.value() == row.value());
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    LatestRow other;
    CHECK_FALSE(LatestRow::decode(bytes.view().substr(0, cut), other));
  }
}

}  // namespace
}  // namespace weir::ops
