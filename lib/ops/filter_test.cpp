#include "ops/filter.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "ops/envelope_hint.h"
#include "ops/ops_test_words.h"
#include "stream/errors.h"

namespace weir::ops {
namespace {

using namespace testing;

struct Run {
  Lines passed;
  stream::Flow flow;
  std::uint64_t matched;
  std::uint64_t bad;
};

Run run(const std::string& expression, stream::Batch batch, Filter::Settings settings = {},
        stream::Errors::Policy policy = stream::Errors::Policy::skip, bool envelope = false) {
  const expr::Program program({expression}, {envelope, {}});
  Filter filter(program, settings);
  stream::Errors::Options options;
  options.tool = "filter";
  options.policy = policy;
  stream::Errors errors(options);
  KeepSink sink;
  stream::Context context{sink, errors};
  Run result{{}, filter.on_batch(batch, context), filter.matched(), errors.bad_rows()};
  for (const stream::Line& line : batch.lines) result.passed.emplace_back(line.view());
  return result;
}

const Lines kEvents = {R"({"n":1})", R"({"n":5})", R"({"n":9, "x" : 1.0})", R"({"n":5})"};

TEST_CASE("the lines for which the expression is true pass, byte for byte") {
  const Run result = run(".n >= 5", batch_of(kEvents));
  CHECK(result.passed == Lines{kEvents[1], kEvents[2], kEvents[3]});
  CHECK(result.flow == stream::Flow::more);
  CHECK(result.matched == 3);
}

TEST_CASE("inverted, the others pass; an event with an error passes neither way") {
  const Lines events = {R"({"a":{"b":1}})", R"({"a":3})", R"({"a":{"b":2}})", "{broken"};
  Filter::Settings settings;
  CHECK(run(".a.b == 1", batch_of(events), settings).passed == Lines{events[0]});
  settings.invert = true;
  const Run result = run(".a.b == 1", batch_of(events), settings);
  CHECK(result.passed == Lines{events[2]});
  CHECK(result.bad == 2);
}

TEST_CASE("after the last match that is wanted nothing further is needed") {
  Filter::Settings settings;
  settings.limit = 2;
  const Run result = run(".n == 5 or .n == 1", batch_of(kEvents), settings);
  CHECK(result.passed == Lines{kEvents[0], kEvents[1]});
  CHECK(result.flow == stream::Flow::stop);
  settings.limit = 0;
  CHECK(run("true", batch_of(kEvents), settings).passed.empty());
}

TEST_CASE("counting passes nothing on") {
  Filter::Settings settings;
  settings.count_only = true;
  const Run result = run(".n == 5", batch_of(kEvents), settings);
  CHECK(result.passed.empty());
  CHECK(result.matched == 2);
}

TEST_CASE("blank lines vanish without being bad") {
  const Run result = run("true", batch_of({"", kEvents[0], "  ", "\r"}));
  CHECK(result.passed == Lines{kEvents[0]});
  CHECK(result.bad == 0);
}

TEST_CASE("under the policy fail the first bad event ends the run") {
  const Run result = run("true", batch_of({kEvents[0], "{", kEvents[1]}), {}, stream::Errors::Policy::fail);
  CHECK(result.flow == stream::Flow::stop);
  CHECK(result.passed == Lines{kEvents[0]});
}

TEST_CASE("envelopes pass whole, and tombstones pass unjudged") {
  const Lines envelopes = {R"({"key":"a","value":{"n":1}})", R"({"key":"b","value":null})",
                           R"({"key":"c","value":{"n":5},"mine":[1]})"};
  const Run result = run(".n == 5", batch_of(envelopes, stream::Batch::Form::envelopes), {},
                         stream::Errors::Policy::skip, true);
  CHECK(result.passed == Lines{envelopes[1], envelopes[2]});
  CHECK(result.matched == 1);
}

TEST_CASE("records of a log are judged by their value, and keep their place beside the lines") {
  stream::Batch batch = records_of(kEvents);
  const expr::Program program({".n == 5"}, {});
  Filter filter(program, {});
  stream::Errors::Options options;
  options.tool = "filter";
  stream::Errors errors(options);
  KeepSink sink;
  stream::Context context{sink, errors};
  filter.on_batch(batch, context);
  REQUIRE(batch.lines.size() == 2);
  REQUIRE(batch.records.size() == 2);
  CHECK(batch.records[0].ts.ms == 1);
  CHECK(batch.records[1].ts.ms == 3);
  CHECK(batch.origins[1].offset == base::Offset{3});
}

TEST_CASE("bare lines that look like envelopes are noticed once, by the first line") {
  int found = 0;
  EnvelopeHint hint([&] { ++found; });
  stream::Errors::Options options;
  options.tool = "filter";
  stream::Errors errors(options);
  KeepSink sink;
  stream::Context context{sink, errors};
  const std::string envelope = R"({"topic":"t","partition":0,"offset":1,"value":1})";
  stream::Batch batch = batch_of({envelope, envelope});
  hint.on_batch(batch, context);
  hint.on_batch(batch, context);
  CHECK(found == 1);
  CHECK(batch.lines.size() == 2);

  EnvelopeHint none([&] { ++found; });
  stream::Batch bare = batch_of({R"({"value":1})", envelope});
  none.on_batch(bare, context);
  none.on_batch(batch, context);
  CHECK(found == 1);
}

}  // namespace
}  // namespace weir::ops
