#include "tools/produce/shape.h"

#include <doctest/doctest.h>

#include "stream/stream_test_words.h"
#include "tools/produce/envelopes.h"

namespace weir::produce {
namespace {

using namespace stream::testing;
using stream::Batch;

constexpr base::EventTime kNow{1'700'000'000'000};

// What the sink would get of a record.
struct Got {
  std::string key = "(none)", value = "(none)", headers;
  std::int64_t ts = 0;
  std::string topic;
  int partition = -1;
  bool operator==(const Got&) const = default;
};

struct Bench {
  TopicTable topics;
  stream::Errors errors{{.tool = "produce", .policy = stream::Errors::Policy::skip}};
  FakeSink unused;

  std::vector<Got> shape(Shape::Settings settings, Batch batch) {
    settings.now = [] { return kNow; };
    Shape shape(std::move(settings), topics);
    return through(shape, std::move(batch));
  }
  std::vector<Got> parse(Envelopes::Settings settings, const Strings& lines) {
    settings.now = [] { return kNow; };
    Envelopes envelopes(std::move(settings), topics);
    Batch batch = batch_of(1, lines);
    batch.form = Batch::Form::envelopes;
    return through(envelopes, std::move(batch));
  }
  std::vector<Got> through(stream::Operator& op, Batch batch) {
    stream::Context context{unused, errors};
    CHECK(op.on_batch(batch, context) == stream::Flow::more);
    CHECK(batch.form == Batch::Form::records);
    CHECK(batch.records.size() == batch.lines.size());
    std::vector<Got> all;
    for (std::size_t i = 0; i < batch.records.size(); ++i) {
      const record::Record& record = batch.records[i];
      Got got;
      if (!record.key.null()) got.key = record.key.view();
      if (!record.value.null()) got.value = record.value.view();
      got.ts = record.ts.ms;
      record::HeaderCursor cursor(record.headers);
      for (record::Header header; cursor.next(header);)
        got.headers.append(header.name).append("=").append(header.value.view()).append(";");
      if (!batch.routes.empty()) {
        got.topic = batch.route_topics->at(batch.routes[i].topic);
        got.partition = batch.routes[i].partition.value;
      }
      all.push_back(got);
    }
    return all;
  }
};

TEST_CASE("a bare line becomes a record of now, with the key in front of the delimiter") {
  Bench bench;
  const auto got = bench.shape({.key_delimiter = "::"}, batch_of(1, {"k::v", "k::v::w", "::v", "v", ""}));
  REQUIRE(got.size() == 5);
  CHECK(got[0] == Got{.key = "k", .value = "v", .headers = "", .ts = kNow.ms, .topic = ""});
  CHECK(got[1].value == "v::w");
  CHECK(got[2].key == "");
  CHECK(got[3] == Got{.key = "(none)", .value = "v", .headers = "", .ts = kNow.ms, .topic = ""});
  CHECK(got[4].value == "");
}

TEST_CASE("a key out of the event is the string's bytes, else canonical JSON, and null is none") {
  Bench bench;
  const auto got =
      bench.shape({.key = "k"}, batch_of(1, {R"({"k":"a\u00e9"})", R"({"k":5.0})", R"({"k":{"b":1,"a":[ ]}})",
                                             R"({"k":null})", R"({})", R"({"k":""})"}));
  Strings keys;
  for (const Got& one : got) keys.push_back(one.key);
  CHECK(keys == Strings{"a\xc3\xa9", "5", R"({"a":[],"b":1})", "(none)", "(none)", ""});
}

TEST_CASE("an event that an expression cannot be run on, or that has several results, is a bad one") {
  Bench bench;
  CHECK(bench.shape({.key = ".k[]"}, batch_of(1, {R"({"k":[1,2]})", R"({"k":[3]})", "no json", R"({"k":5})"}))
            .size() == 1);
  CHECK(bench.errors.skipped() == 3);
}

TEST_CASE("a time out of the event is read by its format, and one that is none is a bad event") {
  Bench bench;
  const auto got = bench.shape({.ts = base::parse_field(".t:s")},
                               batch_of(1, {R"({"t":1.5})", R"({"t":"x"})", R"({})", R"({"t":-2})"}));
  REQUIRE(got.size() == 2);
  CHECK(got[0].ts == 1500);
  CHECK(got[1].ts == -2000);
  CHECK(bench.errors.skipped() == 2);
}

TEST_CASE("topics out of the event are numbered as they come, and an impossible name is a bad event") {
  Bench bench;
  const auto got = bench.shape(
      {.topic = ".to"},
      batch_of(1, {R"({"to":"a"})", R"({"to":"b"})", R"({"to":"a"})", R"({"to":"../x"})", R"({"to":5})"}));
  REQUIRE(got.size() == 3);
  CHECK(got[0].topic == "a");
  CHECK(got[1].topic == "b");
  CHECK(got[2].topic == "a");
  CHECK(bench.errors.skipped() == 2);
}

TEST_CASE(
    "headers are added behind those that are there, an empty value may be a tombstone, JSON may be "
    "demanded") {
  Bench bench;
  const auto got =
      bench.shape({.fixed_key = "all", .headers = {{"h", "1"}, {"h", ""}}, .empty_is_tombstone = true},
                  batch_of(1, {"x", ""}));
  REQUIRE(got.size() == 2);
  CHECK(got[0].headers == "h=1;h=;");
  CHECK(got[0].key == "all");
  CHECK(got[1].value == "(none)");
  CHECK(bench.shape({.json = true}, batch_of(1, {"1", "", "01", "  "})).size() == 1);
  CHECK(bench.errors.skipped() == 1);
}

TEST_CASE("an envelope says key, time, headers, topic and partition") {
  Bench bench;
  const Strings lines{R"({"topic":"a","partition":4,"ts":5,"key":"k","headers":[["h","v"]],"value":{"x":1}})",
                      R"({"topic":"b","value":null})"};
  const auto got = bench.parse({.route_by_topic = true, .keep_partition = true, .now = {}}, lines);
  REQUIRE(got.size() == 2);
  CHECK(got[0] ==
        Got{.key = "k", .value = R"({"x":1})", .headers = "h=v;", .ts = 5, .topic = "a", .partition = 4});
  CHECK(got[1] == Got{.key = "(none)", .value = "(none)", .headers = "", .ts = kNow.ms, .topic = "b"});
  CHECK(bench.parse({}, lines)[0].topic == "");
}

TEST_CASE(
    "a line that is no envelope, names no topic or an impossible one is a bad event, and blank lines are "
    "none") {
  Bench bench;
  const Strings lines{
      "{}", "5", "}", R"({"value":1})", R"({"topic":"a/b","value":1})", "", R"({"topic":"t","value":1})"};
  CHECK(bench.parse({.route_by_topic = true, .now = {}}, lines).size() == 1);
  CHECK(bench.errors.skipped() == 5);
}

}  // namespace
}  // namespace weir::produce
