#include <doctest/doctest.h>

#include "ops/escapes.h"
#include "ops/print_envelopes.h"
#include "ops/print_values.h"
#include "ops/watermarks.h"
#include "stream/run.h"
#include "stream/stream_test_words.h"

namespace weir::ops {
namespace {

using namespace stream::testing;
using stream::Batch;

// Rows as a log hands them out; a null pointer is a tombstone. The time of row i is times[i], else 100.
Batch records(std::uint64_t ticket, const std::vector<const char*>& values,
              const std::vector<std::int64_t>& times = {}, std::int32_t partition = 0) {
  static const stream::Input input{.name = "topic:t", .topics = {"t"}};
  Strings texts;
  for (const char* value : values) texts.emplace_back(value == nullptr ? "" : value);
  Batch batch = batch_of(ticket, texts);
  batch.form = Batch::Form::records;
  batch.input = &input;
  for (std::size_t i = 0; i < values.size(); ++i) {
    record::Record record;
    record.ts = {i < times.size() ? times[i] : 100};
    if (values[i] != nullptr) record.value = record::Bytes(batch.lines[i].view());
    batch.records.push_back(record);
    batch.origins.push_back({.offset = {static_cast<std::int64_t>(i)}, .partition = {partition}, .topic = 0});
  }
  return batch;
}

struct Printed {
  Strings lines;
  stream::Outcome outcome;
};

Printed print(stream::Operator& op, std::vector<Batch> batches,
              stream::Errors::Policy policy = stream::Errors::Policy::skip) {
  FakeSource source;
  for (Batch& batch : batches) source.add(std::move(batch));
  FakeSink sink;
  stream::Errors errors({.tool = "consume", .policy = policy});
  stream::Outcome outcome = stream::run(source, {&op}, sink, errors, {});
  return {sink.lines, std::move(outcome)};
}

std::vector<Batch> one(Batch batch) {
  std::vector<Batch> batches;
  batches.push_back(std::move(batch));
  return batches;
}

TEST_CASE("a value is its line; null and empty are empty lines") {
  PrintValues op;
  CHECK(print(op, one(records(1, {"a", nullptr, "", "{\"b\":1}"}))).lines ==
        Strings{"a", "", "", "{\"b\":1}"});
}

TEST_CASE("newlines between the tokens of a JSON value become spaces, and nothing else changes") {
  PrintValues op;
  CHECK(print(op, one(records(1, {"{\n  \"a\": \"x\\n\",\r\n  \"b\": 2\n}"}))).lines ==
        Strings{"{   \"a\": \"x\\n\",\r   \"b\": 2 }"});
}

TEST_CASE(
    "a value with a newline that is no JSON, or one like a control line, is a bad event with the hint -J") {
  for (const char* value : {"a\nb", "\n", "{\"a\":\"\n\"}", "{\"_weir\":\"wm\",\"t\":1}"}) {
    CAPTURE(value);
    PrintValues op;
    const Printed skipped = print(op, one(records(1, {"before", value, "after"})));
    CHECK(skipped.lines == Strings{"before", "after"});
    CHECK(skipped.outcome.totals.skipped == 1);
    PrintValues again;
    const Printed failed =
        print(again, one(records(1, {"before", value, "after"})), stream::Errors::Policy::fail);
    CHECK(failed.lines == Strings{"before"});
    CHECK(failed.outcome.error->hint() == "write envelopes: -J");
    CHECK(failed.outcome.error->place() == "t-0, offset 1");
  }
}

TEST_CASE("lines pass as they are, unless they are values of records") {
  PrintValues pass, values(PrintValues::Lines::are_values);
  CHECK(print(pass, one(batch_of(1, {"a\nb"}))).lines == Strings{"a\nb"});
  CHECK(print(values, one(batch_of(1, {"a\nb", "[1,\n2]"}))).lines == Strings{"[1, 2]"});
}

TEST_CASE("a record is printed as the envelope it is") {
  PrintEnvelopes op;
  CHECK(print(op, one(records(1, {"{\"a\":1}", nullptr, "text"}))).lines ==
        Strings{R"({"topic":"t","partition":0,"offset":0,"ts":100,"key":null,"value":{"a":1}})",
                R"({"topic":"t","partition":0,"offset":1,"ts":100,"key":null,"value":null})",
                R"({"topic":"t","partition":0,"offset":2,"ts":100,"key":null,"value_text":"text"})"});
}

std::string wm(std::int64_t t, int partition = 0) {
  return "{\"_weir\":\"wm\",\"t\":" + std::to_string(t) + ",\"p\":\"t/" + std::to_string(partition) + "\"}";
}

TEST_CASE("a watermark stands behind the record that moved it by a step, whatever the batches are") {
  const std::vector<const char*> values{"a", "b", "c", "d", "e", "f"};
  const std::vector<std::int64_t> times{1000, 1500, 2000, 1900, -1, 3500};
  const Strings expected{"a", wm(1000), "b", "c", wm(2000), "d", "e", "f", wm(3500)};
  for (std::size_t cut = 0; cut <= values.size(); ++cut) {
    const auto at = static_cast<std::ptrdiff_t>(cut);
    std::vector<Batch> batches;
    batches.push_back(records(1, {values.begin(), values.begin() + at}, {times.begin(), times.begin() + at}));
    batches.push_back(records(2, {values.begin() + at, values.end()}, {times.begin() + at, times.end()}));
    Watermarks op(1000);
    const Printed printed = print(op, std::move(batches));
    CHECK(printed.lines == expected);
    CHECK(printed.outcome.totals.read == 6);
    CHECK(printed.outcome.totals.written == 6);
    CHECK(printed.outcome.totals.dropped == 0);
  }
}

TEST_CASE("each partition has its own watermark") {
  std::vector<Batch> batches;
  batches.push_back(records(1, {"a"}, {1000}, 0));
  batches.push_back(records(2, {"b"}, {500}, 1));
  batches.push_back(records(3, {"c"}, {1100}, 0));
  Watermarks op(200);
  CHECK(print(op, std::move(batches)).lines == Strings{"a", wm(1000), "b", wm(500, 1), "c"});
}

TEST_CASE("escapes stand for their bytes, and an unknown one is refused") {
  CHECK(unescape("a\\tb\\n\\r\\\\\\x41\\xff") == "a\tb\n\r\\A\xff");
  CHECK(unescape("\\0") == std::string(1, '\0'));
  CHECK(unescape("") == "");
  for (const char* bad : {"\\", "\\q", "\\x", "\\x4", "\\xg1", "\\x-1"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(unescape(bad), base::Error);
  }
}

}  // namespace
}  // namespace weir::ops
