#include "record/envelope.h"

#include <doctest/doctest.h>

#include <string>

#include "json/cursor.h"
#include "json/validate.h"
#include "support/random_records.h"
#include "support/records.h"

namespace weir::record {
namespace {

using namespace testing;

std::string line_of(const Envelope& envelope) {
  base::Buffer line;
  encode(envelope, line);
  return std::string(line.view());
}

std::string line_of(const Record& record) {
  Envelope envelope;
  envelope.record = record;
  return line_of(envelope);
}

// A decoded line with what it points into.
struct Read {
  explicit Read(std::string text) : line(std::move(text)), fault(decode(line, arena, envelope)) {}
  Read(const Read&) = delete;

  Owned owned() const { return own(envelope.record, envelope.offset); }
  std::string value() const { return std::string(envelope.record.value.view()); }
  std::string key() const { return std::string(envelope.record.key.view()); }

  std::string line;
  HeapArena arena;
  Envelope envelope;
  EnvelopeFault fault;
};

std::string fault_of(const std::string& line) {
  return Read(line).fault.what;
}

TEST_CASE("what is known of a line changes nothing of what is read") {
  for (const std::string value : {"1", "-1.50", "true", "null", "\"\"", "\"x\\\"}\"", "{}", "[]",
                                  "{\"value\":{\"a\":[1, 2]}}", "[ {\"]\":\"}\"} ]"}) {
    for (const std::string& line : {"{\"value\":" + value + "}",
                                    " { \"key\" : \"k\" , \"value\" : " + value + " , \"x\":{\"value\":7} } ",
                                    "{\"value\":[3],\"v\\u0061lue\":" + value + ",\"y\":[1]}",
                                    "{\"a\":" + value + ",\"value\":" + value + "}\r"}) {
      CAPTURE(line);
      const Read alone(line);
      CHECK(alone.fault.what.empty());
      HeapArena arena;
      Envelope envelope;
      const KnownOfLine known{true, json::find(json::parse_value(line), "value")};
      CHECK_FALSE(decode(line, arena, envelope, known));
      CHECK(line_of(envelope) == line_of(alone.envelope));
      CHECK(envelope.record.value.view() == alone.envelope.record.value.view());
    }
  }
}

TEST_CASE("an envelope has its members in the documented order") {
  HeadersBuilder headers;
  headers.add("name", Bytes("text"));
  Envelope envelope;
  envelope.record = record("k1", R"({"id":1})");
  envelope.record.headers = headers.headers();
  envelope.topic = "orders";
  envelope.partition = {0};
  envelope.offset = {42};
  CHECK(
      line_of(envelope) ==
      R"({"topic":"orders","partition":0,"offset":42,"ts":1700000000000,"key":"k1","headers":[["name","text"]],"value":{"id":1}})");
}

TEST_CASE("a value stands verbatim only where it is JSON that nothing around would change") {
  const auto shown = [](std::string_view value) {
    const std::string line = line_of(record("", value));
    return line.substr(line.find("\"key\":\"\",") + 9);
  };
  CHECK(shown("{\"a\" : 1}") == R"("value":{"a" : 1}})");
  CHECK(shown("12.50") == R"("value":12.50})");
  CHECK(shown("\"x\"") == R"("value":"x"})");
  CHECK(shown("{\"a\":1,\"a\":2}") == R"("value":{"a":1,"a":2}})");
  CHECK(shown("null") == R"("value_text":"null"})");
  CHECK(shown("") == R"("value_text":""})");
  CHECK(shown(" 1") == R"("value_text":" 1"})");
  CHECK(shown("1\r") == R"("value_text":"1\r"})");
  CHECK(shown("[1,\n2]") == R"("value_text":"[1,\n2]"})");
  CHECK(shown("01") == R"("value_text":"01"})");
  CHECK(shown("tru\x01") == R"("value_text":"tru\u0001"})");
  CHECK(shown("\xff\xfe") == R"("value_base64":"//4="})");
  CHECK(shown("\"\xed\xa0\x80\"") == R"("value_base64":"Iu2ggCI="})");
}

TEST_CASE("a tombstone, an empty value and the text null are three things") {
  Record tombstone = record("k", "");
  tombstone.value = {};
  CHECK(Read(line_of(tombstone)).envelope.record.value.null());
  CHECK(line_of(tombstone).ends_with(R"("value":null})"));
  const Read empty(line_of(record("k", "")));
  CHECK_FALSE(empty.envelope.record.value.null());
  CHECK(empty.value().empty());
  CHECK(Read(line_of(record("k", "null"))).value() == "null");
}

TEST_CASE("a key is null, text or base64") {
  Record keyless = record("", "1");
  keyless.key = {};
  CHECK(line_of(keyless).find(R"("key":null,)") != std::string::npos);
  CHECK(Read(line_of(keyless)).envelope.record.key.null());
  CHECK(line_of(record("\xff", "1")).find(R"("key_base64":"/w==",)") != std::string::npos);
  CHECK(Read(line_of(record("\xff", "1"))).key() == "\xff");
  CHECK(Read(R"({"value":1})").envelope.record.key.null());
}

TEST_CASE("a key that is no string stands for its compact canonical JSON") {
  CHECK(Read(R"({"key":7,"value":1})").key() == "7");
  CHECK(Read(R"({"key":true,"value":1})").key() == "true");
  CHECK(Read(R"({"key": [1, "a"],"value":1})").key() == R"([1,"a"])");
  CHECK(Read(R"({"key":{"b" : 2, "a":1},"value":1})").key() == R"({"a":1,"b":2})");
}

TEST_CASE("a time is a number, null or absent, and never -1") {
  CHECK(Read(R"({"ts":0,"value":1})").envelope.record.ts.ms == 0);
  CHECK(Read(R"({"ts":-5,"value":1})").envelope.record.ts.ms == -5);
  CHECK(Read(R"({"ts":1.7e12,"value":1})").envelope.record.ts.ms == 1700000000000);
  const Read null(R"({"ts":null,"value":1})");
  CHECK(null.envelope.has_ts);
  CHECK(null.envelope.record.ts == base::kNoTime);
  const Read absent(R"({"value":1})");
  CHECK_FALSE(absent.envelope.has_ts);
  CHECK(absent.envelope.record.ts == base::kNoTime);

  for (const std::string bad :
       {"-1", "1.5", "\"1\"", "true", "99999999999999999999", "1e300", "-1e0", "{}"}) {
    CAPTURE(bad);
    const Read read("{\"value\":1,\"ts\":" + bad + "}");
    CHECK(read.fault.code == "bad_time");
    CHECK(read.fault.at == 16);
  }
  CHECK(line_of(record("k", "1", -1)).find(R"("ts":null,)") != std::string::npos);
}

TEST_CASE("the log's append time is marked and read back") {
  Record stamped = record("k", "1");
  stamped.append_time = true;
  CHECK(line_of(stamped).find(R"("ts_type":"append")") != std::string::npos);
  CHECK(Read(line_of(stamped)).envelope.record.append_time);
  CHECK_FALSE(Read(line_of(record("k", "1"))).envelope.record.append_time);
}

TEST_CASE("headers keep order, duplicates, nulls and bytes that are no text") {
  HeadersBuilder headers;
  headers.add("a", Bytes("1"));
  headers.add("a", Bytes{});
  headers.add("", Bytes(""));
  headers.add("\xff", Bytes("\xfe"));
  Record with = record("k", "1");
  with.headers = headers.headers();
  const std::string line = line_of(with);
  CHECK(line.find(R"("headers":[["a","1"],["a",null],["",""],[{"base64":"/w=="},{"base64":"/g=="}]],)") !=
        std::string::npos);
  CHECK(Read(line).owned().headers == own(with, {}).headers);
  CHECK(Read(line).owned().header_count == 4);
}

TEST_CASE("what kcat writes is read") {
  const Read read(
      R"({"topic":"t","partition":3,"offset":9,"tstype":"logappend","ts":5,"broker":1,"headers":["a","1","b",null],"key":"k","payload":"{\"x\":1}"})");
  REQUIRE_FALSE(read.fault);
  CHECK(read.envelope.topic == "t");
  CHECK(read.envelope.partition.value == 3);
  CHECK(read.envelope.offset.value == 9);
  CHECK(read.envelope.record.append_time);
  CHECK(read.value() == R"({"x":1})");
  CHECK_FALSE(read.envelope.value_is_json);
  CHECK(read.owned().header_count == 2);
  CHECK(read.envelope.extra == R"("broker":1)");
  CHECK(Read(R"({"key":"k","payload":null})").envelope.record.value.null());
  CHECK(Read(R"({"payload":{"a":1}})").value() == R"({"a":1})");
}

TEST_CASE("unknown members are carried along, in their order") {
  const Read one(R"({"a":[1, 2],"value":1})");
  CHECK(one.envelope.extra == R"("a":[1, 2])");
  const Read several(R"({"window" : {"start":1}, "value":1, "pane":"final","\u0061":null})");
  CHECK(several.envelope.extra == R"("window" : {"start":1},"pane":"final","\u0061":null)");
  Envelope again = several.envelope;
  CHECK(line_of(again) == R"({"key":null,"window" : {"start":1},"pane":"final","\u0061":null,"value":1})");
}

TEST_CASE("of a member given twice the last counts, and escaped names are the same names") {
  CHECK(Read(R"({"value":1,"value":2})").value() == "2");
  CHECK(Read(R"({"k\u0065y":"a","value":1})").key() == "a");
  CHECK(Read(R"({"value_text":"a","value_text":null,"value":3})").value() == "3");
}

TEST_CASE("a line that is no envelope says why and where") {
  CHECK(fault_of(R"({"value":1)").starts_with("line is not valid JSON"));
  CHECK(Read(R"({"value":1)").fault.code == "bad_json");
  CHECK(fault_of("[1]") == "line is no envelope: not an object");
  CHECK(fault_of(R"({"price":3})") == "line is no envelope: it has no value");
  CHECK(fault_of(R"({"value":1,"value_text":"x"})") == "both value and value_text are given");
  CHECK(fault_of(R"({"key":"a","key_base64":"","value":1})") == "both key and key_base64 are given");
  CHECK(fault_of(R"({"value_text":1})") == "value_text is no string");
  CHECK(fault_of(R"({"value_base64":"a"})") == "value_base64 is not base64");
  CHECK(fault_of(R"({"value":1,"headers":{}})") == "headers are no array of [name, value] pairs");
  CHECK(fault_of(R"({"value":1,"headers":["a"]})") == "header is no [name, value] pair");
  CHECK(fault_of(R"({"value":1,"headers":[["a"]]})") == "header is no [name, value] pair");
  CHECK(fault_of(R"({"value":1,"headers":[["a","b","c"]]})") == "header is no [name, value] pair");
  CHECK(fault_of(R"({"value":1,"headers":[[null,"b"]]})") == "header name is no string");
  CHECK(fault_of(R"({"value":1,"headers":[["a",1]]})") == "header value is no string");
  CHECK(fault_of(R"({"value":1,"headers":[["a",{"b64":""}]]})") ==
        R"(header value is neither text nor {"base64":...})");
  CHECK(fault_of(R"({"value":1,"partition":2147483648})") == "partition is no whole number in its range");
  CHECK(fault_of(R"({"value":1,"partition":"0"})") == "partition is no whole number in its range");
  CHECK(fault_of(R"({"value":1,"offset":-2})") == "offset is no whole number in its range");
  CHECK(fault_of(R"({"value":1,"topic":1})") == "topic is no string");
  CHECK(Read(R"({"value":1,"topic":1})").fault.at == 19);
  CHECK_FALSE(Read("[1]").fault.hint.empty());
}

TEST_CASE("half of a surrogate pair is refused, since no bytes stand for it") {
  for (const std::string bad :
       {R"(\ud800)", R"(\udc00)", R"(\ud800x)", R"(\ud800\n)", R"(\ud800\ud800)", R"(x\uDFFF)"}) {
    CAPTURE(bad);
    CHECK(fault_of("{\"value_text\":\"" + bad + "\"}") ==
          "value_text holds half of a surrogate pair, which no bytes stand for");
  }
  CHECK(Read(R"({"value_text":"\ud83d\ude00"})").value() == "\xf0\x9f\x98\x80");
  CHECK(Read(R"({"value_text":"\\ud800"})").value() == "\\ud800");
  CHECK(Read(R"({"value":"\ud800"})").value() == R"("\ud800")");  // verbatim: nobody unescapes it
}

TEST_CASE("a value nested as deeply as a line may be goes as text, one level less goes verbatim") {
  const auto nested = [](std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); };
  const std::string deepest = nested(json::kMaxDepth);
  const std::string fits = nested(json::kMaxDepth - 1);
  CHECK(line_of(record("k", deepest)).find("value_text") != std::string::npos);
  CHECK(line_of(record("k", nested(5000))).find("value_text") != std::string::npos);
  CHECK(line_of(record("k", fits)).find("\"value\":[[") != std::string::npos);
  for (const std::string& value : {deepest, fits, nested(5000)}) {
    const Read read(line_of(record("k", value)));
    REQUIRE_FALSE(read.fault);
    CHECK(read.value() == value);
  }
  // Brackets in text are no levels.
  const std::string text = "[\"" + std::string(3000, '[') + "\\\"[\"]";
  CHECK(line_of(record("k", text)).find("\"value\":[") != std::string::npos);
}

// The same record after a line, and a line that is one valid JSON object without a newline.
void check_round_trip(const Record& sent) {
  Envelope envelope;
  envelope.record = sent;
  envelope.topic = "t";
  envelope.partition = {1};
  envelope.offset = {7};
  const std::string line = line_of(envelope);
  REQUIRE(line.find('\n') == std::string::npos);
  REQUIRE(json::valid_bare(line));
  const Read read(line);
  CAPTURE(line);
  REQUIRE_MESSAGE(!read.fault, read.fault.what);
  REQUIRE(read.owned() == own(sent, {7}));
  Envelope again = read.envelope;
  REQUIRE(line_of(again) == line);
  again.value_is_json = false;
  REQUIRE(line_of(again) == line);
}

TEST_CASE("any record comes back from its envelope byte for byte") {
  RandomRecords records(4711);
  for (int round = 0; round < 30000; ++round) {
    CAPTURE(round);
    check_round_trip(records.next());
  }
}

TEST_CASE("values of a mebibyte come back from their envelopes") {
  std::mt19937_64 random(5);
  std::string bytes(1u << 20, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  const std::string text(1u << 20, '\n');
  const std::string json = "{\"a\":\"" + std::string(1u << 20, 'x') + "\"}";
  for (const std::string& value : {bytes, text, json}) check_round_trip(record(value, value));
}

TEST_CASE("records go through log and envelopes twice and stay as they were, with every codec") {
  RandomRecords records(99);
  for (int round = 0; round < 200; ++round) {
    CAPTURE(round);
    std::vector<Owned> expected;
    BatchBuilder builder;
    for (int i = 0; i < 20; ++i) {
      const Record& next = records.next();
      REQUIRE(builder.append(next));
      expected.push_back(own(next, {i}));
    }
    BatchBuilder::Seal seal;
    seal.codec = static_cast<Codec>(round % kCodecs);
    std::string batch = text(builder.finish(seal));

    for (int pass = 0; pass < 2; ++pass) {
      BatchView view;
      REQUIRE_FALSE(view.open(batch));
      Codecs codecs;
      base::Buffer scratch;
      std::string_view encoded;
      REQUIRE_FALSE(view.records(codecs, scratch, &encoded));
      RecordCursor cursor(view.header(), encoded);
      BatchBuilder next;
      Record found;
      base::Offset offset;
      while (cursor.next(found, offset)) {
        const Read read(line_of(found));
        REQUIRE_MESSAGE(!read.fault, read.fault.what);
        REQUIRE(next.append(read.envelope.record));
      }
      batch = text(next.finish(seal));
    }
    const Decoded decoded = decode_batch(batch);
    REQUIRE_FALSE(decoded.fault);
    REQUIRE(decoded.records == expected);
  }
}

TEST_CASE("an arena hands out bytes that stay, and begins again when it is cleared") {
  HeapArena arena;
  std::vector<std::pair<char*, char>> taken;
  for (int i = 0; i < 1000; ++i) {
    char* const bytes = arena.allocate(static_cast<std::size_t>(1 + i * 7 % 500));
    *bytes = static_cast<char>(i);
    taken.push_back({bytes, static_cast<char>(i)});
  }
  char* const big = arena.allocate(1u << 20);
  big[(1u << 20) - 1] = 'x';
  for (const auto& [bytes, value] : taken) CHECK(*bytes == value);
  arena.clear();
  CHECK(arena.allocate(10) == taken[0].first);
}

}  // namespace
}  // namespace weir::record
