#include "ops/map.h"

#include <doctest/doctest.h>

#include <utility>

#include "base/error.h"
#include "ops/ops_test_words.h"
#include "stream/errors.h"

namespace weir::ops {
namespace {

using namespace testing;
using Form = stream::Batch::Form;

struct Run {
  Lines rows;    // those handed on by itself first
  Lines faults;  // codes of what was bad
  stream::Flow flow = stream::Flow::more;
  std::size_t handed_on = 0;
  bool fanned_out = false;
  std::optional<std::uint32_t> unread_from;
  bool last_in_part = false;
};

struct Letters final : stream::Sink {
  Lines codes;
  stream::Flow write(const stream::Batch& batch) override {
    for (const stream::Line& line : batch.lines) {
      const std::string text(line.view());
      const std::string_view name = "\"error\":{\"code\":\"";
      const std::size_t at = text.find(name) + name.size();
      codes.push_back(text.substr(at, text.find('"', at) - at));
    }
    return stream::Flow::more;
  }
  stream::Ticket acked() override { return {}; }
  int wait_fd() const override { return -1; }
  void flush() override {}
};

Run run(const std::string& expression, stream::Batch batch, const Map::Settings& settings = {},
        bool envelope = false, std::unique_ptr<EnvelopeRest> rest = nullptr) {
  const expr::Program program({expression}, {envelope, {}});
  Map map(program, settings, std::move(rest));
  Letters letters;
  stream::Errors errors(
      {.tool = "map", .policy = stream::Errors::Policy::dead_letter, .dead_letters = &letters});
  KeepSink sink;
  stream::Context context{sink, errors};
  Run result;
  result.flow = map.on_batch(batch, context);
  result.rows = sink.lines;
  result.handed_on = sink.lines.size();
  for (const stream::Line& line : batch.lines) result.rows.emplace_back(line.view());
  (void)errors.deliver({}, letters);
  result.faults = letters.codes;
  result.fanned_out = batch.fanned_out;
  result.unread_from = context.unread_from;
  result.last_in_part = context.last_in_part;
  return result;
}

Lines rows(const std::string& expression, const Lines& lines, const Map::Settings& settings = {}) {
  return run(expression, batch_of(lines), settings).rows;
}

Lines envelopes(const std::string& expression, const Lines& lines, const Map::Settings& settings = {},
                std::unique_ptr<EnvelopeRest> rest = nullptr) {
  return run(expression, batch_of(lines, Form::envelopes), settings, true, std::move(rest)).rows;
}

TEST_CASE("every result is a row of compact text, in order; an event without one is dropped") {
  CHECK(rows(".a", {R"({"a": {"x" : 1.50, "y":[ 1 , 2 ]}})", R"({"a":"\u00e9\/"})"}) ==
        Lines{R"({"x":1.5,"y":[1,2]})", "\"é/\""});
  CHECK(rows(".[]", {"[1,2]", "[]", "[3]"}) == Lines{"1", "2", "3"});
  CHECK(rows(".a, .b", {R"({"b":1})"}) == Lines{"null", "1"});
  CHECK(rows(".", {"", "7", " ", "\r"}) == Lines{"7"});
}

TEST_CASE("rows of one event share its index, so that they count as one") {
  const Run several = run(".[]", batch_of({"[1,2]", "[]", "[3]"}));
  CHECK(several.fanned_out);
  CHECK_FALSE(run(".[]", batch_of({"[1]", "[]", "[3]"})).fanned_out);
}

TEST_CASE("with raw a string is its text, and everything else is as without") {
  Map::Settings raw;
  raw.raw = true;
  CHECK(rows(".[]", {R"(["a","\"b\"\t",1,null,{"a":"x"},""])"}, raw) ==
        Lines{"a", "\"b\"\t", "1", "null", R"({"a":"x"})", ""});
}

TEST_CASE("a raw string of two lines is a bad event, since it would be two events") {
  Map::Settings raw;
  raw.raw = true;
  const Run result = run(".[]", batch_of({R"(["a","b\nc"])", R"(["d\\n"])"}), raw);
  CHECK(result.rows == Lines{"d\\n"});
  CHECK(result.faults == Lines{"result_has_newline"});
}

TEST_CASE("a result that begins as a control line is a bad event, also when its input did not") {
  const Run result = run(".", batch_of({R"({ "_weir":"wm"})", R"({"_weir2":1})"}));
  CHECK(result.rows == Lines{R"({"_weir2":1})"});
  CHECK(result.faults == Lines{"value_is_control_line"});
  Map::Settings raw;
  raw.raw = true;
  CHECK(run(".", batch_of({R"("{\"_weir\":1}")"}), raw).faults == Lines{"value_is_control_line"});
}

TEST_CASE("an event with an error gives none of its results, also not those before the error") {
  const Run result = run(".[] | .a", batch_of({R"([{"a":1},2])", R"([{"a":3},{"a":4}])", "{"}));
  CHECK(result.rows == Lines{"3", "4"});
  CHECK(result.faults == Lines{"expression_error", "bad_json"});
}

TEST_CASE("after the results that are wanted nothing further is needed") {
  const Lines lines{"[1]", "[]", "[2,3]", "[4]"};
  Map::Settings settings;
  const auto limited = [&](std::uint64_t limit) {
    settings.limit = limit;
    return run(".[]", batch_of(lines), settings);
  };
  const Run none = limited(0);
  CHECK(none.rows.empty());
  CHECK(none.unread_from == 0u);
  const Run one = limited(1);
  CHECK(one.rows == Lines{"1"});
  CHECK(one.flow == stream::Flow::stop);
  CHECK(one.unread_from == 1u);
  CHECK_FALSE(one.last_in_part);
  const Run part = limited(2);
  CHECK(part.rows == Lines{"1", "2"});
  CHECK(part.unread_from == 3u);
  CHECK(part.last_in_part);
  const Run whole = limited(3);
  CHECK(whole.rows == Lines{"1", "2", "3"});
  CHECK(whole.unread_from == 3u);
  CHECK_FALSE(whole.last_in_part);
  CHECK(limited(4).flow == stream::Flow::stop);
  CHECK(limited(5).flow == stream::Flow::more);
}

TEST_CASE("a result longer than a line may be, and more of them than fit, are bad events") {
  Map::Settings settings;
  settings.max_line = 100;
  const auto text = [](std::size_t size) { return "\"" + std::string(size - 2, 'x') + "\""; };
  CHECK(run(".", batch_of({text(100)}), settings).faults.empty());
  CHECK(run(".", batch_of({text(101)}), settings).faults == Lines{"result_too_long"});
  std::string many = "[" + text(60);
  for (int i = 0; i < 9; ++i) many += "," + text(60);
  CHECK(run(".[]", batch_of({many + "]"}), settings).faults == Lines{"results_too_long"});
  std::string small = "[1";
  for (int i = 0; i < 30; ++i) small += ",1";
  CHECK(run(".[]", batch_of({small + "]"}), settings).faults == Lines{"results_too_long"});
}

TEST_CASE(
    "envelopes longer than can be read back, and short results that make many long ones, are bad events") {
  Map::Settings settings;
  settings.max_line = 1000;
  const auto with_key = [](std::size_t size, const std::string& value) {
    return batch_of({R"({"ts":1,"key":")" + std::string(size, 'k') + R"(","value":)" + value + "}"},
                    Form::envelopes);
  };
  const std::size_t around = std::string(R"({"ts":1,"key":"","value":1})").size();
  CHECK(run(".", with_key(6000 - around, "1"), settings, true).faults.empty());
  CHECK(run(".", with_key(6001 - around, "1"), settings, true).faults == Lines{"result_too_long"});
  CHECK(run("range(8)", with_key(6000 - around, "1"), settings, true).rows.size() == 8);
  const Run many = run("range(9)", with_key(6000 - around, "1"), settings, true);
  CHECK(many.rows.empty());
  CHECK(many.faults == Lines{"results_too_long"});
}

TEST_CASE("rows are handed on as they become many, and each comes once") {
  std::string line = "[";
  for (int i = 0; i < 1000; ++i) line += (i > 0 ? "," : "") + std::to_string(i);
  line += "]";
  const Run result = run(".[], length", batch_of(Lines(200, line)));
  REQUIRE(result.rows.size() == 200 * 1001);
  CHECK(result.handed_on > 100000);
  CHECK(result.handed_on < result.rows.size());
  for (std::size_t i = 0; i < result.rows.size(); ++i) {
    const std::size_t in_event = i % 1001;
    if (result.rows[i] != std::to_string(in_event)) {
      CAPTURE(i);
      CHECK(result.rows[i] == std::to_string(in_event));
      break;
    }
  }
}

TEST_CASE("of an envelope the value changes and nothing else; unknown members stay") {
  CHECK(envelopes(".n", {R"({"topic":"t","partition":1,"offset":2,"ts":3,"ts_type":"append","key":"k",)"
                         R"("headers":[["h","v"],["h",null]],"mine":[1, 2],"value":{"n":5}})"}) ==
        Lines{R"({"topic":"t","partition":1,"offset":2,"ts":3,"ts_type":"append","key":"k",)"
              R"("headers":[["h","v"],["h",null]],"mine":[1, 2],"value":5})"});
  CHECK(envelopes(".", {R"({"value_text":"x","key":null})", R"({"payload":"x","key":"k"})"}) ==
        Lines{R"({"key":null,"value":"x"})", R"({"key":"k","value":"x"})"});
  CHECK(envelopes("$key", {R"({"key":"k","value_base64":"/w=="})"}) == Lines{R"({"key":"k","value":"k"})"});
}

TEST_CASE("whatever the value was, the rest of the envelope is found on both sides of it") {
  for (const std::string value :
       {"1", "-0.5", "true", "\"\"", "\"}\\\"\"", "{}", "[]", "{\"value\":[{}]}", "[\"]\", {\"k\":2}]"}) {
    for (const json::Check check : {json::Check::whole_line, json::Check::read_values}) {
      Map::Settings settings;
      settings.evaluator.check = check;
      CAPTURE(value);
      for (const std::string expression : {"7", ". | 7", "[.] | 7"}) {
        CHECK(envelopes(expression,
                        {" {\"topic\":\"t\",\"x\":[1],\"value\" : " + value + " ,\"y\":\"z\",\"key\":\"k\"} ",
                         "{\"value\":[2],\"value\":" + value + ",\"v\":1}"},
                        settings) == Lines{R"({"topic":"t","key":"k","x":[1],"y":"z","value":7})",
                                           R"({"key":null,"v":1,"value":7})"});
      }
    }
  }
}

TEST_CASE("several results are several envelopes, none is none") {
  CHECK(envelopes(".[]", {R"({"key":"a","value":[1,2]})", R"({"key":"b","value":[]})"}) ==
        Lines{R"({"key":"a","value":1})", R"({"key":"a","value":2})"});
}

TEST_CASE("a null result is the text null; tombstones pass as they came unless they are asked for") {
  const Lines lines{R"({"key":"a","value":{}})", R"({"value":null, "key":"b"})"};
  CHECK(envelopes(".n", lines) ==
        Lines{R"({"key":"a","value_text":"null"})", R"({"value":null, "key":"b"})"});
  Map::Settings settings;
  settings.evaluator.tombstones = true;
  CHECK(envelopes(". == null", lines, settings) ==
        Lines{R"({"key":"a","value":false})", R"({"key":"b","value":true})"});
}

TEST_CASE("with raw the bytes of a string are the value") {
  Map::Settings raw;
  raw.raw = true;
  CHECK(envelopes(".[]", {R"({"key":null,"value":["a\nb","{\"x\":1}","null",2]})"}, raw) ==
        Lines{R"({"key":null,"value_text":"a\nb"})", R"({"key":null,"value":{"x":1}})",
              R"({"key":null,"value_text":"null"})", R"({"key":null,"value":2})"});
}

TEST_CASE("a value nested too deeply for an envelope is a text in it") {
  const std::string deep = std::string(512, '[') + std::string(512, ']');
  const Lines made = envelopes("$envelope.mine | .[0]", {R"({"key":null,"mine":[)" + std::string(509, '[') +
                                                         std::string(509, ']') + R"(],"value":1})"});
  REQUIRE(made.size() == 1);
  CHECK(made[0].ends_with("\"value\":" + std::string(509, '[') + std::string(509, ']') + "}"));
  stream::Batch batch = records_of({deep});
  CHECK(run(".", batch, {}, true).rows ==
        Lines{R"({"topic":"t","partition":0,"offset":0,"ts":0,"key":"k0","value_text":")" + deep + "\"}"});
}

TEST_CASE("a log's records become envelopes, or lines when nobody asked for more") {
  CHECK(run(".n", records_of({R"({"n":1})", R"({"n":2})"}), {}, true).rows ==
        Lines{R"({"topic":"t","partition":0,"offset":0,"ts":0,"key":"k0","value":1})",
              R"({"topic":"t","partition":0,"offset":1,"ts":1,"key":"k1","value":2})"});
  CHECK(run(".n", records_of({R"({"n":1})", R"({"n":2})"})).rows == Lines{"1", "2"});
  stream::Batch batch = records_of({"", "3"});
  batch.records[0].value = {};
  CHECK(run(".", batch, {}, true).rows ==
        Lines{R"({"topic":"t","partition":0,"offset":0,"ts":0,"key":"k0","value":null})",
              R"({"topic":"t","partition":0,"offset":1,"ts":1,"key":"k1","value":3})"});
  CHECK(run(".", batch).rows == Lines{"3"});
}

EnvelopeRest::Settings rest_settings() {
  EnvelopeRest::Settings settings;
  settings.setup.envelope = true;
  return settings;
}

Lines with_rest(const EnvelopeRest::Settings& settings, const std::string& value,
                const std::string& expression = ".") {
  return envelopes(expression,
                   {R"({"ts":5,"ts_type":"append","key":"k","headers":[["a","1"],["b","2"],)"
                    R"(["a","3"]],"value":)" +
                    value + "}"},
                   {}, std::make_unique<EnvelopeRest>(settings));
}

TEST_CASE("key, time and headers are what their expressions say of the event as it came in") {
  EnvelopeRest::Settings settings = rest_settings();
  settings.key = "id";
  settings.ts = base::parse_field(".at");
  settings.headers = {{"a", "$key"}, {"c", ".n"}, {"c", "null"}};
  CHECK(with_rest(settings, R"({"id":"x","at":7,"n":{"y":1,"x":2}})", ".n.y, .n.x") ==
        Lines{R"({"ts":7,"key":"x","headers":[["b","2"],["a","k"],["c","{\"x\":2,\"y\":1}"],["c",null]],)"
              R"("value":1})",
              R"({"ts":7,"key":"x","headers":[["b","2"],["a","k"],["c","{\"x\":2,\"y\":1}"],["c",null]],)"
              R"("value":2})"});
  CHECK(with_rest(settings, R"({"at":"1970-01-01T00:00:02Z","id":12.50,"n":"t"})", "1") ==
        Lines{R"({"ts":2000,"key":"12.5","headers":[["b","2"],["a","k"],["c","t"],["c",null]],"value":1})"});
}

TEST_CASE("null, or no result, is no key and no time") {
  EnvelopeRest::Settings settings = rest_settings();
  settings.key = ".id";
  settings.ts = base::parse_field(".times[]");
  CHECK(with_rest(settings, R"({"times":[]})", "1") ==
        Lines{R"({"ts":null,"key":null,"headers":[["a","1"],["b","2"],["a","3"]],"value":1})"});
}

TEST_CASE("several results for a key, and a time that is none, are bad events") {
  const auto fault = [](const EnvelopeRest::Settings& settings) {
    return run(".", batch_of({R"({"key":"k","value":[1,2]})"}, Form::envelopes), {}, true,
               std::make_unique<EnvelopeRest>(settings))
        .faults;
  };
  EnvelopeRest::Settings settings = rest_settings();
  settings.key = ".[]";
  CHECK(fault(settings) == Lines{"several_results"});
  settings.key = ".a";
  CHECK(fault(settings) == Lines{"expression_error"});
  settings.key = {};
  settings.ts = base::parse_field(".");
  CHECK(fault(settings) == Lines{"bad_time"});
  settings.ts.reset();
  settings.headers = {{"h", ".[]"}};
  CHECK(fault(settings) == Lines{"several_results"});
}

TEST_CASE("the rest is set for a log's records as for lines") {
  EnvelopeRest::Settings settings = rest_settings();
  settings.key = "$offset";
  settings.headers = {{"was", "$key"}};
  CHECK(
      run(".", records_of({"1", "2"}), {}, true, std::make_unique<EnvelopeRest>(settings)).rows ==
      Lines{R"({"topic":"t","partition":0,"offset":0,"ts":0,"key":"0","headers":[["was","k0"]],"value":1})",
            R"({"topic":"t","partition":0,"offset":1,"ts":1,"key":"1","headers":[["was","k1"]],"value":2})"});
}

TEST_CASE("an envelope that cannot be is a bad event when it would be written") {
  const Run result = run(
      ".", batch_of({R"({"ts":-1,"value":1})", R"({"ts":"x","value":1})", "5"}, Form::envelopes), {}, true);
  CHECK(result.rows.empty());
  CHECK(result.faults == Lines{"bad_time", "bad_time", "bad_envelope"});
}

TEST_CASE("a reader that left while rows were handed on ends the run") {
  const expr::Program program({".[]"}, {});
  Map map(program, {});
  stream::Errors errors({.tool = "map"});
  KeepSink sink;
  sink.gone_ = true;
  stream::Context context{sink, errors};
  std::string line = "[0";
  for (int i = 0; i < 100000; ++i) line += ",12345";
  stream::Batch batch = batch_of({line + "]", "[1]"});
  CHECK(map.on_batch(batch, context) == stream::Flow::stop);
  CHECK(batch.lines.empty());
}

}  // namespace
}  // namespace weir::ops
