#include "stream/mark.h"

#include <doctest/doctest.h>

#include <cstdint>

namespace weir::stream {
namespace {

TEST_CASE("a control line says its kind, and a watermark its time") {
  CHECK(parse_mark(R"({"_weir":"wm","t":1700000000000,"p":"a/0"})")->watermark ==
        base::EventTime{1'700'000'000'000});
  CHECK(parse_mark(R"({"_weir":"wm","t":"max"})")->watermark == base::EventTime{INT64_MAX});
  CHECK(parse_mark(R"({"_weir":"idle","p":"a/0"})")->kind == Mark::Kind::idle);
  CHECK(parse_mark(R"({"_weir":"begin"})")->kind == Mark::Kind::begin);
  CHECK(parse_mark(R"({"_weir":"barrier","n":1})")->kind == Mark::Kind::barrier);
  CHECK(parse_mark(R"({"_weir":"end"})")->kind == Mark::Kind::end);
  CHECK(parse_mark(R"({"_weir":"of the future"})")->kind == Mark::Kind::other);
}

TEST_CASE("a mark keeps its line byte for byte") {
  const std::string line = R"({"_weir":"idle" , "p" :"a\u0062/0"} )";
  CHECK(parse_mark(line)->line == line);
}

TEST_CASE("what is not a control line is none") {
  for (const char* line : {"", "{", R"({"_weir":)", R"({"_weir":5})", R"({"_weir":"wm"})",
                           R"({"_weir":"wm","t":"soon"})", R"({"_weir":"wm","t":1.5})", R"({"_weir":"idle")",
                           R"({"_weir":"idle"}})", R"( {"_weir":"idle"})", R"({"a":1})"}) {
    CAPTURE(line);
    CHECK_FALSE(parse_mark(line));
  }
}

}  // namespace
}  // namespace weir::stream
