#include "expr/evaluator.h"

#include <doctest/doctest.h>

#include <string>

#include "expr/expr_test_words.h"
#include "expr/one_result.h"

namespace weir::expr {
namespace {

const Setup kEnvelope{true, {}};

Verdict judge(std::string_view expression, std::string_view line) {
  return testing::judge(expression, line, kEnvelope);
}

std::string fault(std::string_view expression, std::string_view line) {
  const Program program({std::string(expression)}, kEnvelope);
  Evaluator evaluator(program, {});
  const std::string bytes = testing::padded(line);
  if (evaluator.judge_envelope({bytes.data(), line.size()}) != Verdict::bad) return "not bad";
  const stream::Fault found = evaluator.fault();
  return std::string(found.code) + ": " + found.message;
}

TEST_CASE("under -J the value is what the expression sees") {
  CHECK(judge(".a > 1", R"({"topic":"t","value":{"a":2}})") == Verdict::yes);
  CHECK(judge(".a > 1", R"({"a":5,"value":{"a":1}})") == Verdict::no);
  CHECK(judge(". == 5", R"({"value":5})") == Verdict::yes);
  CHECK(judge(".value", R"({"value":{"b":1}})") == Verdict::no);
}

TEST_CASE("value_text and kcat's payload are strings") {
  CHECK(judge(". == \"hello\"", R"({"value_text":"hello"})") == Verdict::yes);
  CHECK(judge(". == \"null\"", R"({"value_text":"null"})") == Verdict::yes);
  CHECK(judge("length == 2", R"({"payload":"\u00e9x","key":"k"})") == Verdict::yes);
  CHECK(fault(".a", R"({"value_text":"hello"})") ==
        "expression_error: expression failed: Cannot index string with string \"a\"");
}

TEST_CASE("a value_base64 is an event error when . is read, and only then") {
  CHECK(fault(". == 1", R"({"value_base64":"/w=="})") ==
        "binary_value: expression failed: the value is not text (value_base64), so '.' cannot be read");
  CHECK(judge("$key == \"k\"", R"({"key":"k","value_base64":"/w=="})") == Verdict::yes);
}

TEST_CASE("tombstones are not judged, unless asked for") {
  CHECK(judge(".a", R"({"key":"k","value":null})") == Verdict::tombstone);
  CHECK(judge(".a", R"({"key":"k","payload":null})") == Verdict::tombstone);
  const Program program({". == null"}, kEnvelope);
  Evaluator::Settings settings;
  settings.tombstones = true;
  Evaluator evaluator(program, settings);
  const std::string line = testing::padded(R"({"key":"k","value":null})");
  CHECK(evaluator.judge_envelope({line.data(), line.size() - json::kPadding}) == Verdict::yes);
}

TEST_CASE("the other members have names of their own") {
  constexpr std::string_view kLine =
      R"({"topic":"t","partition":3,"offset":42,"ts":1700000000000,"key":"k1","headers":[["h","v"],["h",null]],"value":{}})";
  CHECK(
      judge(
          "$topic == \"t\" and $partition == 3 and $offset == 42 and $ts > 1699999999999 and $key == \"k1\"",
          kLine) == Verdict::yes);
  CHECK(judge("$headers == [[\"h\",\"v\"],[\"h\",null]]", kLine) == Verdict::yes);
  CHECK(judge("$envelope.offset == 42 and ($envelope | has(\"value\"))", kLine) == Verdict::yes);
  CHECK(judge("$headers | .[0] | .[1] == \"v\"", kLine) == Verdict::yes);
  CHECK(judge("$key == null and $ts == null and $topic == null", R"({"value":1})") == Verdict::yes);
}

TEST_CASE("kcat's flat headers read as pairs") {
  CHECK(judge("$headers == [[\"a\",\"1\"],[\"b\",\"2\"]]", R"({"headers":["a","1","b","2"],"value":1})") ==
        Verdict::yes);
  CHECK(judge("$headers == []", R"({"headers":[],"value":1})") == Verdict::yes);
}

TEST_CASE("a key that is no string stands for its canonical text, one that is no text cannot be read") {
  CHECK(judge("$key == \"{\\\"a\\\":1,\\\"b\\\":2}\"", R"({"key":{"b":2, "a":1},"value":1})") ==
        Verdict::yes);
  CHECK(judge("$key == \"5\"", R"({"key":5,"value":1})") == Verdict::yes);
  CHECK(fault("$key", R"({"key_base64":"/w==","value":1})") ==
        "binary_value: expression failed: the key is not text (key_base64), so $key cannot be read");
}

TEST_CASE("a line that is no envelope is a bad event") {
  CHECK(fault("true", "[1]") == "bad_envelope: line is not an envelope: no JSON object");
  CHECK(fault("true", "{\"a\":1}") == "bad_envelope: line is not an envelope: it has no value");
  CHECK(fault("true", R"({"value_text":5})") == "bad_envelope: value_text of the envelope is no string");
  CHECK(fault("true", R"({"value_base64":5})") == "bad_envelope: value_base64 of the envelope is no string");
  CHECK(fault("true", R"({"value":1,})").starts_with("bad_json: line is not valid JSON: "));
}

TEST_CASE("blank lines are no events") {
  CHECK(judge("true", "") == Verdict::blank);
  CHECK(testing::judge("true", " \t\r") == Verdict::blank);
}

TEST_CASE("a bad line is described with its column") {
  const Program program({"."}, {});
  Evaluator evaluator(program, {});
  const std::string line = testing::padded(R"({"a":1 "b":2})");
  REQUIRE(evaluator.judge({line.data(), line.size() - json::kPadding}) == Verdict::bad);
  CHECK(evaluator.fault().code == "bad_json");
  CHECK(evaluator.fault().message == "line is not valid JSON: expected ',' or '}' after a value");
  CHECK(evaluator.fault().column == 8);
}

TEST_CASE("--arg and --argjson are constants") {
  const Setup setup{false, {{"name", "\"x\""}, {"limit", "10"}, {"keys", "{\"k\":[1]}"}}};
  CHECK(testing::results(".a == $name", R"({"a":"x"})", setup) == "true");
  CHECK(testing::results(".a > $limit", R"({"a":11})", setup) == "true");
  CHECK(testing::results(".[$name]", R"({"x":7})", setup) == "7");
  CHECK(testing::results("$keys.k[0]", "null", setup) == "1");
}

TEST_CASE("a log's record is seen as the envelope it would be") {
  const Program program({"$key == \"k\" and .a == 1 and $partition == 2 and $offset == 7"}, kEnvelope);
  Evaluator evaluator(program, {});
  record::Envelope envelope;
  const std::string value = testing::padded(R"({"a":1})");
  envelope.record.key = record::Bytes(std::string_view("k"));
  envelope.record.value = record::Bytes(value.data(), 7);
  envelope.topic = "t";
  envelope.partition = base::Partition{2};
  envelope.offset = base::Offset{7};
  CHECK(evaluator.judge_record(envelope) == Verdict::yes);
  envelope.record.value = {};
  CHECK(evaluator.judge_record(envelope) == Verdict::tombstone);
}

TEST_CASE("in a flag a lone name means the member") {
  CHECK(with_dot({"host"}).text == ".host");
  CHECK(with_dot({" host "}).text == " .host ");
  CHECK(with_dot({"and"}).text == ".and");
  CHECK(with_dot({"length"}).text == "length");
  CHECK(with_dot({".host"}).text == ".host");
  CHECK(with_dot({"host.name"}).text == "host.name");
  CHECK(with_dot({"1"}).text == "1");
}

std::string each_of_envelope(std::string_view expression, std::string_view line, Verdict& verdict) {
  const Program program({std::string(expression)}, kEnvelope);
  Evaluator evaluator(program, {});
  const std::string bytes = testing::padded(line);
  std::string out;
  verdict = evaluator.each_of_envelope({bytes.data(), line.size()}, [&](const Value& value) {
    out += std::string(value.raw()) + ";";
    return Status::more;
  });
  return out;
}

TEST_CASE("every result of an envelope's value is handed on, false and null too") {
  Verdict verdict;
  CHECK(each_of_envelope(".[], $key", R"({"key":"k","value":[1,null,false]})", verdict) ==
        "1;null;false;\"k\";");
  CHECK(verdict == Verdict::yes);
  CHECK(each_of_envelope(".[]", R"({"value":[]})", verdict).empty());
  CHECK(verdict == Verdict::no);
  CHECK(each_of_envelope(".", R"({"value":null})", verdict).empty());
  CHECK(verdict == Verdict::tombstone);
  CHECK(each_of_envelope(".[] | .a", R"({"value":[{"a":1},2]})", verdict) == "1;");
  CHECK(verdict == Verdict::bad);
}

TEST_CASE("where one value is wanted, no result is null and a second one is an error") {
  OneResult one("--key", "[.[] | . > 1]", {});
  const auto of = [](OneResult& what, std::string_view line) {
    const std::string bytes = testing::padded(line);
    const Value* const value = what.of_line({bytes.data(), line.size()});
    return value == nullptr ? "!" + what.fault().message : std::string(value->raw());
  };
  CHECK(of(one, "[1,2]") == "[false,true]");
  OneResult host("--key", "host", {});
  CHECK(of(host, R"({"host":"a"})") == "\"a\"");
  CHECK(of(host, "7") == "!expression failed: Cannot index number with string \"host\"");
  OneResult many("--key", ".[]", {});
  CHECK(of(many, "[]") == "null");
  CHECK(of(many, "[5]") == "5");
  CHECK(of(many, "[5,6]") == "!--key has several results for this event");
  CHECK(of(many, "[5") == "!line is not valid JSON: the line ends inside an array");
  CHECK(of(many, "") != "null");
}

}  // namespace
}  // namespace weir::expr
