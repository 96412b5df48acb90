#include "stream/errors.h"

#include <doctest/doctest.h>

#include "json/validate.h"
#include "record/envelope.h"
#include "stream/cut_letter.h"
#include "stream/stream_test_words.h"

namespace weir::stream {
namespace {

using namespace testing;

const Fault kFault{.code = "bad_json", .message = "line is not valid JSON: bad number", .column = 6};

struct Bench {
  FakeClock clock;
  FakeSink sink;
  Errors::Options options{.tool = "filter", .policy = Errors::Policy::dead_letter};

  Bench() {
    options.dead_letters = &sink;
    options.clock = &clock;
  }
  // The letters of one batch whose rows are all bad.
  Strings letters(const Batch& batch) {
    Errors errors(options);
    for (std::size_t i = 0; i < batch.lines.size(); ++i) CHECK(errors.bad(batch, i, kFault));
    CHECK(errors.dead() == batch.lines.size());
    errors.deliver(batch.ticket, sink);
    for (const std::string& line : sink.lines) CHECK(json::valid(line));
    return sink.lines;
  }
};

record::Envelope decoded(const std::string& line, record::Arena& arena) {
  record::Envelope envelope;
  const record::EnvelopeFault fault = record::decode(line, arena, envelope);
  CHECK(fault.what == "");
  return envelope;
}

TEST_CASE("the message under fail says what, where, and how to keep going") {
  Errors errors({.tool = "filter"});
  Batch batch = batch_of(1, {"{}", R"({"a":01})"});
  batch.first_line = 1158;
  CHECK_FALSE(errors.bad(batch, 1, kFault));
  REQUIRE(errors.halted());
  CHECK(errors.halted()->kind() == base::Kind::data);
  CHECK(std::string(errors.halted()->what()) == "line is not valid JSON: bad number");
  CHECK(errors.halted()->place() == "stdin:1159:6");
  CHECK(errors.halted()->excerpt() == R"({"a":01})");
  CHECK(errors.halted()->caret() == 5);
  CHECK(errors.halted()->hint() == "keep going and save bad lines: --dead-letter bad.ndjson");
  CHECK(errors.halted()->code() == "bad_json");
  CHECK(errors.halted_at() == 1);
  CHECK(errors.bad_rows() == 0);
}

TEST_CASE("a message as long as the event is cut between two characters, on the terminal and in the letter") {
  std::string e_acute;
  for (int i = 0; i < 100'000; ++i) e_acute += "\xc3\xa9";
  for (const std::string& before : {std::string(), std::string("x")}) {
    const Fault fault{.code = "expression_error", .message = before + e_acute};
    Errors failing({.tool = "filter"});
    const Batch batch = batch_of(1, {"1"});
    CHECK_FALSE(failing.bad(batch, 0, fault));
    const std::string told = failing.halted()->what();
    CHECK(told == fault.message.substr(0, 2000 - before.size()) + "...");

    Bench bench;
    Errors keeping(bench.options);
    CHECK(keeping.bad(batch, 0, fault));
    keeping.deliver(batch.ticket, bench.sink);
    CHECK(bench.sink.lines.at(0).find("\"message\":\"" + told + "\"") != std::string::npos);
  }
}

TEST_CASE("the excerpt of a long line is what stands around the fault") {
  Errors errors({.tool = "filter"});
  const std::string line = std::string(500, 'a') + "!" + std::string(500, 'b');
  errors.bad(batch_of(1, {line}), 0, {.code = "x", .message = "x", .column = 501});
  CHECK(errors.halted()->excerpt().size() < 80);
  CHECK(errors.halted()->excerpt()[errors.halted()->caret()] == '!');
}

TEST_CASE("a record is placed by its topic, partition and offset") {
  Errors errors({.tool = "filter"});
  Batch batch = batch_of(1, {"x"});
  const Input input{.name = "topic:orders", .topics = {"orders"}};
  batch.input = &input;
  batch.form = Batch::Form::records;
  batch.records.resize(1);
  batch.origins = {{.offset = {42}, .partition = {3}, .topic = 0}};
  errors.bad(batch, 0, kFault);
  CHECK(errors.halted()->place() == "orders-3, offset 42, byte 6");
}

TEST_CASE("once the run is to end, later rows count for nothing and an earlier one counts instead") {
  Errors errors({.tool = "filter"});
  const Batch batch = batch_of(1, {"a", "b", "c"});
  CHECK_FALSE(errors.bad(batch, 1, {.code = "x", .message = "second"}));
  CHECK_FALSE(errors.bad(batch, 2, {.code = "x", .message = "third"}));
  CHECK(std::string(errors.halted()->what()) == "second");
  CHECK_FALSE(errors.bad(batch, 0, {.code = "x", .message = "first"}));
  CHECK(std::string(errors.halted()->what()) == "first");
  CHECK(errors.halted_at() == 0);
}

TEST_CASE("a dead letter is an envelope that holds the line byte for byte and says what was wrong") {
  for (const std::string& line :
       {std::string("{\"a\":01}"), std::string("\xff\xfe"), std::string("a\0b", 3), std::string(""),
        std::string("null"), std::string("[1, 2]"), std::string("caf\xc3\xa9\r")}) {
    CAPTURE(line);
    Bench bench;
    Batch batch = batch_of(7, {line});
    batch.first_line = 12;
    batch.first_byte = 345;
    const Strings letters = bench.letters(batch);
    REQUIRE(letters.size() == 1);
    record::HeapArena arena;
    const record::Envelope envelope = decoded(letters[0], arena);
    CHECK_FALSE(envelope.record.value.null());
    CHECK(envelope.record.value.view() == line);
    CHECK(envelope.record.key.null());
    CHECK(envelope.record.ts == bench.clock.wall());
    CHECK(envelope.extra == R"("error":{"code":"bad_json","message":"line is not valid JSON: bad number"},)"
                            R"("tool":"filter","source":"stdin","line":12,"byte":345)");
    CHECK(bench.sink.given == Ticket{7});
  }
}

TEST_CASE("an envelope stays the envelope it is, and of an earlier failure only the last remains") {
  Bench bench;
  const std::string line =
      R"({"topic":"t","partition":2,"offset":9,"ts":5,"key":"k","headers":[["h","1"]],"value":{"a":1},"more":[1],"error":{"code":"old"},"tool":"map"})";
  Batch batch = batch_of(1, {line});
  batch.form = Batch::Form::envelopes;
  const Strings letters = bench.letters(batch);
  record::HeapArena arena;
  const record::Envelope envelope = decoded(letters.at(0), arena);
  CHECK(envelope.record.value.view() == R"({"a":1})");
  CHECK(envelope.record.key.view() == "k");
  CHECK(envelope.record.headers.count == 1);
  CHECK(envelope.record.ts == base::EventTime{5});
  CHECK(envelope.topic == "t");
  CHECK(envelope.offset == base::Offset{9});
  CHECK(envelope.extra.starts_with(R"("more":[1],"error":{"code":"bad_json")"));
  CHECK(envelope.extra.find("old") == std::string_view::npos);
  CHECK(envelope.extra.find("map") == std::string_view::npos);
}

TEST_CASE("what claims to be an envelope and is none is kept as a line") {
  Bench bench;
  Batch batch = batch_of(1, {R"({"key":1})", "}{"});
  batch.form = Batch::Form::envelopes;
  const Strings letters = bench.letters(batch);
  record::HeapArena arena;
  CHECK(decoded(letters.at(0), arena).record.value.view() == R"({"key":1})");
  CHECK(decoded(letters.at(1), arena).record.value.view() == "}{");
}

TEST_CASE("in a topic a dead letter is the record itself, and headers say what was wrong") {
  Bench bench;
  bench.options.form = Errors::Form::records;
  record::HeadersBuilder headers;
  headers.add("mine", record::Bytes(std::string_view("1")));
  headers.add("weir-error-code", record::Bytes(std::string_view("old")));
  Batch batch = batch_of(1, {"value"});
  const Input input{.name = "topic:orders", .topics = {"orders"}};
  batch.input = &input;
  batch.form = Batch::Form::records;
  record::Record record;
  record.key = record::Bytes(std::string_view("key"));
  record.value = record::Bytes(batch.lines[0].view());
  record.headers = headers.headers();
  record.ts = {77};
  batch.records = {record};
  batch.origins = {{.offset = {42}, .partition = {3}, .topic = 0}};

  struct Take final : Sink {
    Flow write(const Batch& given) override {
      REQUIRE(given.records.size() == 1);
      const record::Record& letter = given.records[0];
      CHECK(letter.key.view() == "key");
      CHECK(letter.value.view() == "value");
      CHECK(letter.ts == base::EventTime{77});
      record::HeaderCursor cursor(letter.headers);
      for (record::Header header; cursor.next(header);)
        found.push_back(std::string(header.name) + "=" + std::string(header.value.view()));
      return Flow::more;
    }
    Ticket acked() override { return {}; }
    int wait_fd() const override { return -1; }
    void flush() override {}
    Strings found;
  } take;
  Errors errors(bench.options);
  errors.bad(batch, 0, kFault);
  errors.deliver({1}, take);
  CHECK(take.found == Strings{"mine=1", "weir-error-code=bad_json",
                              "weir-error-message=line is not valid JSON: bad number",
                              "weir-error-tool=filter", "weir-error-source=topic:orders",
                              "weir-error-topic=orders", "weir-error-partition=3", "weir-error-offset=42"});
}

TEST_CASE("a line too long to keep leaves a letter that says where it is and is no tombstone") {
  Bench bench;
  Errors errors(bench.options);
  const Input input{.name = "events.ndjson", .topics = {}};
  CHECK(errors.bad_unread({.input = &input, .line = 3, .byte = 99, .index = 0},
                          {"", Errors::Unread::Read::beginning}, kFault));
  errors.deliver({1}, bench.sink);
  record::HeapArena arena;
  const record::Envelope envelope = decoded(bench.sink.lines.at(0), arena);
  CHECK_FALSE(envelope.record.value.null());
  CHECK(envelope.record.value.size == 0);
  CHECK(envelope.extra.ends_with(R"("source":"events.ndjson","line":3,"byte":99)"));
  CHECK(errors.unread() == 1);
}

TEST_CASE(
    "of an event that was too long a letter has the beginning, cut between two characters, and says so") {
  const Input input{.name = "events.ndjson", .topics = {}};
  const std::string kept(Errors::kBeginningBytes - 1, 'x');
  const std::string binary(Errors::kBeginningBytes * 2, '\x80');
  for (const auto& [bytes, left] : std::vector<std::pair<std::string, std::string>>{
           {"short", "short"},
           {kept + "\xe2\x82\xac" + "more", kept},
           {binary, binary.substr(0, Errors::kBeginningBytes)}}) {
    Bench bench;
    Errors errors(bench.options);
    CHECK(errors.bad_unread({.input = &input, .line = 3}, {bytes, Errors::Unread::Read::beginning},
                            {.code = "line_too_long", .message = "line is longer than 1KiB"}));
    errors.deliver({1}, bench.sink);
    record::HeapArena arena;
    const record::Envelope letter = decoded(bench.sink.lines.at(0), arena);
    CHECK(letter.record.value.view() == left);
    CHECK(letter.extra.find("\"kept\":" + std::to_string(left.size()) + "}") != std::string_view::npos);
    CHECK(is_cut_letter(letter));
  }
}

TEST_CASE("a letter about anything else, and an event that has an error of its own, is whole") {
  for (const char* line :
       {R"({"value":1,"error":{"code":"bad_json","message":"line_too_long"},"tool":"map"})",
        R"({"value":{"error":{"code":"line_too_long"}}})", R"({"value":1,"error":"line_too_long"})",
        R"({"value":1,"error":["code","line_too_long"]})", R"({"value":1,"error":null})", R"({"value":1})"}) {
    CAPTURE(line);
    record::HeapArena arena;
    CHECK_FALSE(is_cut_letter(decoded(line, arena)));
  }
  record::HeapArena arena;
  CHECK(is_cut_letter(decoded(R"({"value":1,"error":{"code":"cut_letter"}})", arena)));
}

TEST_CASE("letters outlive the batch they came from") {
  Bench bench;
  Errors errors(bench.options);
  {
    const Batch batch = batch_of(1, {"gone"});
    errors.bad(batch, 0, kFault);
  }
  errors.deliver({1}, bench.sink);
  CHECK(bench.sink.lines.at(0).find("gone") != std::string::npos);
  errors.deliver({2}, bench.sink);
  CHECK(bench.sink.lines.size() == 1);
  CHECK(bench.sink.given == Ticket{2});
}

}  // namespace
}  // namespace weir::stream
