#include "ops/aggregates.h"

#include <doctest/doctest.h>

#include <cmath>
#include <deque>

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.h"
#include "json/scanner.h"

namespace weir::ops {
namespace {

using Strings = std::vector<std::string>;
using Use = Aggregates::Use;

// Events with a time of their own, as {"t":TIME,...}, or else by their place.
class Bench {
 public:
  explicit Bench(const Strings& texts, Use use = Use::add)
      : aggregates(specs_of(texts), use), fields_(aggregates.fields(), {}, {}) {}

  bool read(const std::string& line, std::int64_t ts) {
    const std::string bytes = line + std::string(json::kPadding, '\0');
    lines_.push_back(bytes);
    const std::string& kept = lines_.back();
    if (fields_.of_line({kept.data(), line.size()}) == expr::Fields::Seen::bad) return false;
    return aggregates.read(fields_, 0, {ts, next_++});
  }
  std::string row(const AggregateState& state) const {
    std::string out;
    whole = aggregates.write(state, out);
    return out.empty() ? out : out.substr(1);
  }
  static std::vector<AggregateSpec> specs_of(const Strings& texts) {
    std::vector<AggregateSpec> specs;
    for (const std::string& text : texts) specs.push_back(parse_aggregate(text));
    return specs;
  }

  Aggregates aggregates;
  mutable bool whole = true;

 private:
  expr::Fields fields_;
  std::deque<std::string> lines_;
  std::uint64_t next_ = 0;
};

struct Event {
  std::string line;
  std::int64_t ts = 0;
};
using Events = std::vector<Event>;

Events at_once(const Strings& values) {
  Events events;
  for (const std::string& value : values) events.push_back({"{\"a\":" + value + "}"});
  return events;
}

// The only aggregate's value over the events; the same whichever way they are cut into states that are then merged, and
// whether a state went through its bytes or not.
std::string over(const std::string& aggregate, const Events& events) {
  Bench bench({"x=" + aggregate});
  std::string first;
  for (std::size_t cut = 0; cut <= events.size(); ++cut) {
    AggregateState head, tail;
    for (std::size_t i = 0; i < events.size(); ++i) {
      REQUIRE(bench.read(events[i].line, events[i].ts));
      bench.aggregates.add(i < cut ? head : tail);
    }
    base::Buffer bytes;
    tail.encode(bytes);
    AggregateState back;
    REQUIRE(AggregateState::decode(bytes.view(), back));
    for (std::size_t short_by = 1; short_by < bytes.size(); ++short_by) {
      AggregateState torn;
      CHECK_FALSE(AggregateState::decode(bytes.view().substr(0, bytes.size() - short_by), torn));
    }
    bench.aggregates.merge(head, back);
    const std::string row = bench.row(head);
    if (first.empty()) first = row;
    CHECK(row == first);
    CHECK(bench.row(head.copy()) == first);
  }
  return first.substr(std::string("\"x\":").size());
}
std::string value_of(const std::string& aggregate, const Strings& values) {
  return over(aggregate, at_once(values));
}

TEST_CASE("over nothing counts are 0, collections are empty and all else is null") {
  CHECK(value_of("count()", Strings{}) == "0");
  CHECK(value_of("count(.a)", {"null"}) == "0");
  CHECK(value_of("count_distinct(.a)", {"null"}) == "0");
  CHECK(value_of("approx_distinct(.a)", {"null"}) == "0");
  CHECK(value_of("collect(.a)", {"null"}) == "[]");
  CHECK(value_of("collect_set(.a)", {"null"}) == "[]");
  for (const std::string each :
       {"sum(.a)", "avg(.a)", "min(.a)", "max(.a)", "first(.a)", "last(.a)", "first_seen(.a)",
        "last_seen(.a)", "percentile(.a, 50)", "approx_percentile(.a, 50)", "min_by(.a, .a)", "topk(.a, 2)",
        "var_pop(.a)", "stddev_samp(.a)"}) {
    CAPTURE(each);
    CHECK(value_of(each, {"null"}) == "null");
  }
}

TEST_CASE("count without a field counts every event, with one those that have it") {
  CHECK(value_of("count()", {"1", "null", "2"}) == "3");
  CHECK(value_of("count(.a)", {"1", "null", "false"}) == "2");
  CHECK(value_of("count(a)", {"1"}) == "1");
}

TEST_CASE("integers are summed exactly, also beyond 64 bits, and one double makes the sum a double") {
  CHECK(value_of("sum(.a)", {"9007199254740993", "1"}) == "9007199254740994");
  CHECK(value_of("sum(.a)", {"9223372036854775807", "9223372036854775807"}) == "18446744073709551614");
  CHECK(value_of("sum(.a)", {"-9223372036854775808", "-9223372036854775808"}) == "-18446744073709551616");
  CHECK(value_of("sum(.a)", {"1", "-1"}) == "0");
  CHECK(value_of("sum(.a)", {"1", "2.5"}) == "3.5");
  CHECK(value_of("sum(.a)", {"2", "3.0"}) == "5");
  CHECK(value_of("sum(.a)", {"-3", "0.5"}) == "-2.5");
}

TEST_CASE("doubles are summed with what rounding loses, in any order") {
  CHECK(value_of("sum(.a)", {"1e16", "1.0", "-1e16"}) == "1");
  CHECK(value_of("sum(.a)", {"0.1", "0.2", "0.3"}) == "0.6");
  CHECK(value_of("sum(.a)", {"1e100", "1.0", "-1e100", "1.0"}) == "2");
}

TEST_CASE("a sum beyond every double is null, and told") {
  Bench bench({"x=sum(.a)"});
  AggregateState state;
  for (int i = 0; i < 2; ++i) {
    REQUIRE(bench.read("{\"a\":1.5e308}", 0));
    bench.aggregates.add(state);
  }
  CHECK(bench.row(state) == "\"x\":null");
  CHECK_FALSE(bench.whole);
}

TEST_CASE("avg is the sum over the count, as a double") {
  CHECK(value_of("avg(.a)", {"1", "2"}) == "1.5");
  CHECK(value_of("avg(.a)", {"4", "null", "6"}) == "5");
}

TEST_CASE("min and max compare numbers exactly and kinds by their order") {
  CHECK(value_of("max(.a)", {"9007199254740993", "9007199254740992.0"}) == "9007199254740993");
  CHECK(value_of("min(.a)", {"2", "10", "1.5"}) == "1.5");
  CHECK(value_of("min(.a)", {"\"b\"", "\"a\"", "\"c\""}) == "\"a\"");
  CHECK(value_of("max(.a)", {"5", "\"a\"", "true"}) == "\"a\"");
  CHECK(value_of("min(.a)", {"5", "\"a\"", "true"}) == "true");
  CHECK(value_of("max(.a)", {"[1]", "{\"b\":1}", "\"z\""}) == "{\"b\":1}");
  CHECK(value_of("min(.a)", {"{\"b\":1}", "[1,2]", "[1]"}) == "[1]");
}

TEST_CASE("min_by and max_by give one value by another, ties to the earlier") {
  const Events events{{R"({"n":"x","a":2})", 5}, {R"({"n":"y","a":1})", 7}, {R"({"n":"z","a":1})", 6}};
  CHECK(over("min_by(.n, .a)", events) == "\"z\"");
  CHECK(over("max_by(.n, .a)", events) == "\"x\"");
  CHECK(over("max_by(.n, .m)", events) == "null");
}

TEST_CASE("first and last go by time, first_seen and last_seen by arrival") {
  const Events events{{"{\"a\":1}", 5}, {"{\"a\":2}", 3}, {"{\"a\":3}", 5}, {"{\"a\":4}", 3}, {"{}", 1}};
  CHECK(over("first(.a)", events) == "2");
  CHECK(over("last(.a)", events) == "3");
  CHECK(over("first_seen(.a)", events) == "1");
  CHECK(over("last_seen(.a)", events) == "4");
  CHECK(over("first(.a, nulls)", events) == "null");
}

TEST_CASE("collect is in order of time, then arrival, and cuts the latest") {
  const Events events{{"{\"a\":1}", 5}, {"{\"a\":2}", 3}, {"{\"a\":3}", 5}, {"{\"a\":4}", 3}, {"{}", 1}};
  CHECK(over("collect(.a)", events) == "[2,4,1,3]");
  CHECK(over("collect(.a, nulls)", events) == "[null,2,4,1,3]");
  CHECK(over("collect(.a, 4)", events) == "[2,4,1,3]");
  CHECK(over("collect(.a, 3)", events) == "[2,4,1],\"truncated\":true");
  CHECK(over("collect(.a, 2, nulls)", events) == "[null,2],\"truncated\":true");
}

TEST_CASE("sets are by what values say, not by how they are written") {
  const Strings values{"1",  "1.0", "\"\\u0061\"", "\"a\"", "{\"x\":1,\"y\":2}", "{\"y\":2,\"x\":1}",
                       "-0", "0"};
  CHECK(value_of("count_distinct(.a)", values) == "4");
  CHECK(value_of("collect_set(.a)", values) == "[1,\"a\",{\"x\":1,\"y\":2},-0]");
}

TEST_CASE("percentile is the nearest rank of the sorted values") {
  const Strings values{"15", "20", "35", "40", "50"};
  CHECK(value_of("percentile(.a, 0)", values) == "15");
  CHECK(value_of("percentile(.a, 5)", values) == "15");
  CHECK(value_of("percentile(.a, 30)", values) == "20");
  CHECK(value_of("percentile(.a, 40)", values) == "20");
  CHECK(value_of("percentile(.a, 50)", values) == "35");
  CHECK(value_of("percentile(.a, 100)", values) == "50");
  Strings twenty;
  for (int i = 1; i <= 20; ++i) twenty.push_back(std::to_string(i));
  CHECK(value_of("percentile(.a, 55)", twenty) == "11");
  CHECK(value_of("percentile(.a, 50)", {"1.5", "2"}) == "1.5");
}

TEST_CASE("approximate percentiles are within their relative error, at both ends exact") {
  Strings values;
  for (int i = 1; i <= 200; ++i) values.push_back(std::to_string(i * i - 5000));
  for (const int percent : {0, 1, 10, 25, 50, 75, 90, 99, 100}) {
    const std::string p = std::to_string(percent);
    CAPTURE(p);
    const double exact = std::stod(value_of("percentile(.a, " + p + ")", values));
    const double found = std::stod(value_of("approx_percentile(.a, " + p + ", 0.01)", values));
    CHECK(std::abs(found - exact) <= 0.0101 * std::abs(exact));
  }
  CHECK(value_of("approx_percentile(.a, 50)", {"7"}) == "7");
  CHECK(value_of("approx_percentile(.a, 50)", {"0", "0", "1"}) == "0");
}

TEST_CASE("approximate counts are near the exact ones, from a few to many") {
  for (const int count : {1, 10, 100, 1000, 20000}) {
    CAPTURE(count);
    Bench bench({"x=approx_distinct(.a)"});
    AggregateState state;
    for (int i = 0; i < count; ++i) {
      for (int twice = 0; twice < 2; ++twice) {
        REQUIRE(bench.read("{\"a\":\"user" + std::to_string(i) + "\"}", 0));
        bench.aggregates.add(state);
      }
    }
    const double found = std::stod(bench.row(state).substr(4));
    CHECK(std::abs(found - count) <= 0.03 * count);
  }
  CHECK(value_of("approx_distinct(.a, p=4)", {"1", "2", "2"}) == "2");
}

TEST_CASE("topk keeps duplicates, topk_distinct does not, bottomk begins with the least") {
  const Strings values{"3", "1", "3.0", "2", "5"};
  CHECK(value_of("topk(.a, 3)", values) == "[5,3,3]");
  CHECK(value_of("topk(.a, 9)", values) == "[5,3,3,2,1]");
  CHECK(value_of("bottomk(.a, 2)", values) == "[1,2]");
  CHECK(value_of("topk_distinct(.a, 3)", values) == "[5,3,2]");
}

TEST_CASE("variance of one value is 0 of a population and null of a sample") {
  const Strings values{"2", "4", "4", "4", "5", "5", "7", "9"};
  CHECK(value_of("var_pop(.a)", values) == "4");
  CHECK(value_of("stddev_pop(.a)", values) == "2");
  CHECK(value_of("var_samp(.a)", {"1", "3"}) == "2");
  CHECK(value_of("var_pop(.a)", {"1000000001", "1000000002", "1000000003", "1000000004"}) == "1.25");
  CHECK(value_of("var_samp(.a)", {"1"}) == "null");
  CHECK(value_of("var_pop(.a)", {"1"}) == "0");
}

TEST_CASE("a condition lets only some events count") {
  CHECK(value_of("count() where .a > 1", {"1", "2", "3"}) == "2");
  CHECK(value_of("sum(.a) where .a != \"x\"", {"1", "\"x\"", "3"}) == "4");
}

TEST_CASE("what is no number is an event error of the aggregates that take numbers") {
  for (const std::string each :
       {"sum(.a)", "avg(.a)", "percentile(.a, 5)", "approx_percentile(.a, 5)", "var_pop(.a)"}) {
    CAPTURE(each);
    Bench bench({"n=count()", "x=" + each});
    CHECK_FALSE(bench.read("{\"a\":\"12\"}", 0));
    CHECK(bench.aggregates.fault().code == "not_a_number");
    CHECK_FALSE(bench.read("{\"a\":9223372036854775808}", 0));
    CHECK(bench.aggregates.fault().code == "integer_range");
    CHECK(bench.read("{\"a\":9223372036854775808.0}", 0));
  }
}

TEST_CASE("a condition that fails counts as false, and is told") {
  Bench bench({"x=count() where .a | test(\"b\")", "y=count()"});
  AggregateState state;
  REQUIRE(bench.read("{\"a\":1}", 0));
  CHECK(bench.aggregates.condition_fault().has_value());
  bench.aggregates.add(state);
  CHECK(bench.row(state) == "\"x\":0,\"y\":1");
}

TEST_CASE("what was added and taken back leaves the result of the rest") {
  const Strings all{"count()",
                    "sum(.a)",
                    "avg(.a)",
                    "min(.a)",
                    "max(.a)",
                    "min_by(.a, .b)",
                    "max_by(.a, .b)",
                    "first(.a)",
                    "last(.a)",
                    "first_seen(.a)",
                    "last_seen(.a)",
                    "collect(.a)",
                    "collect(.a, 2)",
                    "collect_set(.a)",
                    "count_distinct(.a)",
                    "percentile(.a, 50)",
                    "topk(.a, 2)",
                    "bottomk(.a, 2)",
                    "topk_distinct(.a, 2)",
                    "var_pop(.a)",
                    "stddev_samp(.a)"};
  const Strings lines{R"({"a":1,"b":3})", R"({"a":5,"b":1})", R"({"a":5,"b":2})", R"({"a":2.5,"b":9})",
                      R"({"a":4,"b":0})"};
  for (const std::string& each : all) {
    CAPTURE(each);
    // For every set of events that is taken back.
    for (unsigned gone = 0; gone < 1u << lines.size(); ++gone) {
      CAPTURE(gone);
      Bench bench({"x=" + each}, Use::add_and_remove), fresh({"x=" + each});
      AggregateState state, rest;
      for (const std::string& line : lines) {
        REQUIRE(bench.read(line, 0));
        bench.aggregates.add(state);
      }
      Bench again({"x=" + each}, Use::add_and_remove);  // the same moments once more
      for (std::size_t i = 0; i < lines.size(); ++i) {
        REQUIRE(again.read(lines[i], 0));
        REQUIRE(fresh.read(lines[i], 0));
        if ((gone >> i & 1) != 0) {
          again.aggregates.remove(state);
        } else {
          fresh.aggregates.add(rest);
        }
      }
      CHECK(again.row(state) == fresh.row(rest));
    }
  }
  CHECK_THROWS_AS(Bench({"x=approx_distinct(.a)"}, Use::add_and_remove), base::Error);
}

std::string complaint(const std::string& text) {
  try {
    (void)parse_aggregate(text);
    return "none";
  } catch (const base::Error& error) {
    return error.what();
  }
}

TEST_CASE("an aggregate is taken apart at its brackets, whatever its expressions hold") {
  const AggregateSpec spec =
      parse_aggregate("n=topk(.a[1,2] | tostring + \", )(\", 3) where .b == \"where\"");
  CHECK(spec.name == "n");
  CHECK(spec.expression == ".a[1,2] | tostring + \", )(\"");
  CHECK(spec.limit == 3);
  CHECK(spec.where == ".b == \"where\"");
  CHECK(parse_aggregate("n=count( )").expression.empty());
  CHECK(parse_aggregate("n=approx_percentile(.a, 99.9, err=0.02)").error == 0.02);
  CHECK(parse_aggregate("n=sum(\"\\(.a, 1)\")").expression == "\"\\(.a, 1)\"");
}

TEST_CASE("a wrong aggregate is told with its text") {
  CHECK(complaint("count") == "count is no NAME=FUNCTION(...)");
  CHECK(complaint("n=count") == "n=count is no NAME=FUNCTION(...)");
  CHECK(complaint("n=sum()") == "n=sum() lacks the expression of sum()");
  CHECK(complaint("n=summ(.a)") == "n=summ(.a) names no function 'summ'");
  CHECK(complaint("n=topk(.a)") == "n=topk(.a) lacks the number of values of topk()");
  CHECK(complaint("n=topk(.a, 0)").find("takes a number from 1 to") != std::string::npos);
  CHECK(complaint("n=percentile(.a, 101)").find("from 0 to 100") != std::string::npos);
  CHECK(complaint("n=sum(.a, 2)") == "n=sum(.a, 2) has more in its brackets than sum() takes");
  CHECK(complaint("n=sum(.a") == "n=sum(.a has a bracket that is not closed");
  CHECK(complaint("n=sum(.a) if .b") ==
        "n=sum(.a) if .b has something behind its brackets that is no 'where'");
  CHECK(complaint("n=sum(.a) where") == "n=sum(.a) where has no condition behind 'where'");
  CHECK_THROWS_AS(Bench({"n=count()", "n=sum(.a)"}), base::Error);
}

}  // namespace
}  // namespace weir::ops
