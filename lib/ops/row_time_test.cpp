#include "ops/row_time.h"

#include <doctest/doctest.h>

#include "ops/ops_test_words.h"

namespace weir::ops {
namespace {

using namespace testing;
using Times = std::vector<std::int64_t>;

Times times_of(RowTime& reader, const stream::Batch& batch) {
  std::vector<base::EventTime> times;
  reader.append(batch, times);
  Times all;
  for (const base::EventTime time : times) all.push_back(time.ms);
  return all;
}

TEST_CASE("the time of a line is what --ts says, and none where that is no time") {
  RowTime reader("--ts", base::parse_field(".t:s"), {}, {}, {});
  CHECK(times_of(reader, batch_of({R"({"t":1})", R"({"t":-2.5,"x":1})", "", R"({"x":1})", "no JSON",
                                   R"({"t":"now"})"})) == Times{1000, -2500, -1, -1, -1, -1});
}

TEST_CASE("the time of an envelope or a record is its own, unless --ts says another") {
  const expr::Setup setup{.envelope = true};
  RowTime own("--ts", std::nullopt, setup, {}, {});
  RowTime other("--ts", base::parse_field(".t"), setup, {}, {});
  const stream::Batch envelopes =
      batch_of({R"({"ts":5,"value":{"t":7}})", R"({"ts":null,"value":{"t":8}})", R"({"ts":6,"value":null})"},
               stream::Batch::Form::envelopes);
  CHECK(times_of(own, envelopes) == Times{5, -1, 6});
  CHECK(times_of(other, envelopes) == Times{7, 8, -1});
  const stream::Batch records = records_of({R"({"t":7})", R"({"t":8})"});
  CHECK(times_of(own, records) == Times{0, 1});
  CHECK(times_of(other, records) == Times{7, 8});
  RowTime bare("--ts", std::nullopt, {}, {}, {});
  CHECK(times_of(bare, records) == Times{0, 1});
  CHECK(times_of(bare, batch_of({"1"})) == Times{-1});
}

}  // namespace
}  // namespace weir::ops
