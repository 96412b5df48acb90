#include "tools/produce/in_format.h"

#include <doctest/doctest.h>

#include "base/error.h"
#include "stream/stream_test_words.h"

namespace weir::produce {
namespace {

using namespace stream::testing;

// "topic/partition key=value headers @ts" of each record that fits.
Strings read(const char* format, const Strings& lines, std::uint64_t bad = 0) {
  TopicTable topics;
  stream::Errors errors{{.tool = "produce", .policy = stream::Errors::Policy::skip}};
  FakeSink unused;
  InFormat op(format, topics, [] { return base::EventTime{7}; });
  stream::Batch batch = batch_of(1, lines);
  stream::Context context{unused, errors};
  op.on_batch(batch, context);
  CHECK(errors.skipped() == bad);
  CHECK(batch.records.size() == batch.lines.size());
  Strings all;
  for (std::size_t i = 0; i < batch.records.size(); ++i) {
    const record::Record& record = batch.records[i];
    std::string text;
    if (!batch.routes.empty()) {
      text += topics.names().empty() ? "" : topics.names().at(batch.routes[i].topic);
      text += "/" + std::to_string(batch.routes[i].partition.value) + " ";
    }
    text += record.key.null() ? std::string("(none)") : std::string(record.key.view());
    text += "=" + std::string(record.value.view());
    record::HeaderCursor cursor(record.headers);
    for (record::Header header; cursor.next(header);)
      text += " " + std::string(header.name) + ":" + std::string(header.value.view());
    all.push_back(text + " @" + std::to_string(record.ts.ms));
  }
  return all;
}

TEST_CASE("a field ends where the text behind it comes first, the last one at the end of the record") {
  CHECK(read("%v\\n", {"a", ""}) == Strings{"(none)=a @7", "(none)= @7"});
  CHECK(read("%k\\t%v\\n", {"k\tv\tw", "\t"}) == Strings{"k=v\tw @7", "= @7"});
  CHECK(read("<%k>:%v;", {"<k>:v"}) == Strings{"k=v @7"});
}

TEST_CASE("topic, partition, time and headers are read") {
  CHECK(read("%t %p %d %v\\n", {"a 3 99 v w", "b 0 -5 x"}) ==
        Strings{"a/3 (none)=v w @99", "b/0 (none)=x @-5"});
  CHECK(read("%h{%k=%v,}|%v\\n", {"a=1,b=,|v", "|v"}) == Strings{"(none)=v a:1 b: @7", "(none)=v @7"});
}

TEST_CASE("texts may be hexadecimal or base64") {
  CHECK(read("%k{hex} %v{base64}\\n", {"6B31 dg=="}) == Strings{"k1=v @7"});
}

TEST_CASE("a record that does not fit is a bad event") {
  CHECK(read("%k\\t%v\\n", {"no tab", "k\tv"}, 1) == Strings{"k=v @7"});
  CHECK(read("<%k>%v\\n", {"k>v", "<kv", "<k>v"}, 2) == Strings{"k=v @7"});
  CHECK(read("%p %v\\n", {"x v", "-1 v", " v"}, 3).empty());
  CHECK(read("%d %v\\n", {"1.5 v"}, 1).empty());
  CHECK(read("%t %v\\n", {"../x v"}, 1).empty());
  CHECK(read("%k{hex} %v\\n", {"6 v", "zz v"}, 2).empty());
  CHECK(read("%v{base64}\\n", {"dg="}, 1).empty());
}

TEST_CASE("a format that cannot be read back is refused") {
  TopicTable topics;
  for (const char* bad : {"", "%v", "%k%v\\n", "%o %v\\n", "%h{%k=%v} %v\\n", "%h{%t }%v\\n",
                          "%v{base64raw}\\n", "%d{strftime[%F]} %v\\n", "%h %v\\n", "%z\\n"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(InFormat(bad, topics, [] { return base::EventTime{0}; }), base::Error);
  }
}

}  // namespace
}  // namespace weir::produce
