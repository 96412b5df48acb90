#include "ops/late_events.h"

#include <doctest/doctest.h>

#include "ops/ops_test_words.h"
#include "stream/errors.h"

namespace weir::ops {
namespace {

using namespace testing;
using Form = stream::Batch::Form;

struct Bench {
  KeepSink out, side;
  stream::Errors errors{{.tool = "window"}};
  stream::Context context{out, errors};

  void late(LateEvents& late, const stream::Batch& batch) {
    context.late_out = &side;
    OutputRows rows(batch.form);
    for (std::size_t row = 0; row < batch.lines.size(); ++row) late.add(batch, row, 5, rows, context);
    (void)rows.flush(context);
    late.flush(context);
  }
};

TEST_CASE("late events are counted, and by default go nowhere") {
  Bench bench;
  LateEvents late(LateEvents::To::drop, false);
  bench.late(late, batch_of({"{}", "1"}));
  CHECK(bench.context.late == 2);
  CHECK(bench.out.lines.empty());
  CHECK(bench.side.lines.empty());
}

TEST_CASE("inline they stand among the results and say so") {
  Bench bench;
  LateEvents late(LateEvents::To::results, false);
  bench.late(late, batch_of({R"({"a":1})", "{ }", R"( {"b":{}} )", "[1]"}));
  CHECK(bench.out.lines == Lines{R"({"a":1,"_late":true})", R"({ "_late":true})", R"({"b":{},"_late":true})",
                                 R"({"value":[1],"_late":true})"});
}

TEST_CASE("in a file they are as they came, also what was a record") {
  Bench bench;
  LateEvents bare(LateEvents::To::lines, false), enveloped(LateEvents::To::lines, true);
  bench.late(bare, batch_of({R"( {"a":1})"}));
  bench.late(bare, records_of({"{\"b\":\n2}"}));
  bench.late(enveloped, records_of({R"({"c":3})"}));
  CHECK(bench.side.lines ==
        Lines{R"( {"a":1})", R"({"b": 2})",
              R"({"topic":"t","partition":0,"offset":0,"ts":0,"key":"k0","value":{"c":3}})"});
  CHECK(bench.out.lines.empty());
}

class RecordSink final : public stream::Sink {
 public:
  Lines seen;
  stream::Flow write(const stream::Batch& batch) override {
    REQUIRE(batch.form == Form::records);
    for (const record::Record& record : batch.records) {
      seen.push_back(std::string(record.key.view()) + "|" + std::string(record.value.view()) + "|" +
                     std::to_string(record.ts.ms));
    }
    return stream::Flow::more;
  }
  stream::Ticket acked() override { return {}; }
  int wait_fd() const override { return -1; }
  void flush() override {}
};

TEST_CASE("in a topic they are records: the line and its time, or what the envelope says") {
  RecordSink sink;
  stream::Errors errors({.tool = "window"});
  KeepSink out;
  stream::Context context{out, errors};
  context.late_out = &sink;
  OutputRows rows(Form::lines);
  LateEvents bare(LateEvents::To::records, false), enveloped(LateEvents::To::records, true);
  bare.add(batch_of({"{}"}), 0, 7, rows, context);
  bare.flush(context);
  enveloped.add(batch_of({R"({"key":"k","ts":9,"value":{"a":1}})"}, Form::envelopes), 0, 9, rows, context);
  enveloped.flush(context);
  enveloped.add(records_of({"1"}), 0, 0, rows, context);
  enveloped.flush(context);
  CHECK(sink.seen == Lines{"|{}|7", "k|{\"a\":1}|9", "k0|1|0"});
}

}  // namespace
}  // namespace weir::ops
