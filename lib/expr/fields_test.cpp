#include "expr/fields.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "expr/expr_test_words.h"

namespace weir::expr {
namespace {

using Seen = Fields::Seen;
using Field = Fields::Field;

const Setup kEnvelope{true, {}};

std::vector<Field> fields_of(const std::vector<std::string>& expressions) {
  std::vector<Field> fields;
  for (const std::string& each : expressions) fields.push_back({.flag = "--by", .expression = each});
  return fields;
}

// Each field's value, blanks between, or "!" and its fault; "blank" or "bad: WHY" for the event.
std::string seen(Fields& fields, std::string_view line, bool envelope = false) {
  const std::string bytes = testing::padded(line);
  const std::string_view view(bytes.data(), line.size());
  const Seen found = envelope ? fields.of_envelope(view) : fields.of_line(view);
  if (found == Seen::blank) return "blank";
  if (found == Seen::bad) return "bad: " + fields.fault().message;
  std::string text;
  bool failed = false;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) text += ' ';
    const auto fault = fields.fault(i);
    failed = failed || fault.has_value();
    text += fault ? "!" + fault->message : std::string(fields.value(i).raw());
  }
  CHECK(found == (failed ? Seen::some : Seen::all));
  return text;
}

std::string seen(const std::vector<std::string>& expressions, std::string_view line) {
  Fields fields(fields_of(expressions), {}, {});
  return seen(fields, line);
}

TEST_CASE("every field has its value, whether it runs with the others or alone") {
  CHECK(seen({".a", ".b.c", "1 + 2"}, R"({"a":"x","b":{"c":[1]}})") == R"("x" [1] 3)");
  CHECK(seen({".a", ".b[]?", ".c"}, R"({"a":1,"b":[2],"c":3})") == "1 2 3");
  CHECK(seen({"reduce .b[] as $x (0; . + $x)", ".a"}, R"({"a":1,"b":[2,3]})") == "5 1");
  CHECK(seen({".a"}, R"({"a":1})") == "1");
}

TEST_CASE("a name alone is the member of that name, and a comment ends with its expression") {
  CHECK(seen({"a", "b # the second", ".c"}, R"({"a":1,"b":2,"c":3})") == "1 2 3");
}

TEST_CASE("a missing member and no result are null") {
  CHECK(seen({".a", ".b", "empty"}, R"({"b":null})") == "null null null");
}

TEST_CASE("several results are a fault of that field alone") {
  CHECK(seen({".a", ".b[]", ".c"}, R"({"a":1,"b":[2,3],"c":4})") ==
        "1 !--by has several results for this event 4");
}

TEST_CASE("a failing expression is a fault of that field, and the others keep their values") {
  const std::string why = "!--by: expression failed: Cannot index number with string \"x\"";
  CHECK(seen({".a", ".b.x", ".c"}, R"({"a":1,"b":2,"c":3})") == "1 " + why + " 3");
  CHECK(seen({".b.x", ".b.x"}, R"({"b":2})") == why + " " + why);
}

TEST_CASE("a fault is gone with the next event") {
  Fields fields(fields_of({".a.x", ".b"}), {}, {});
  CHECK(seen(fields, R"({"a":1,"b":2})").starts_with("!"));
  CHECK(seen(fields, R"({"a":{"x":5},"b":2})") == "5 2");
}

TEST_CASE("among events of which some fail, paths read together have the values and faults of each alone") {
  Fields fields(fields_of({".a.x", ".b"}), {}, {});
  const std::vector<std::string> lines = {R"({"a":{"x":1},"b":2})", R"({"a":3,"b":4})", R"({"b":5})", "{", "",
                                          R"({"a":null,"b":null})"};
  for (const std::string& before : lines) {
    for (const std::string& line : lines) {
      CAPTURE(before);
      CAPTURE(line);
      (void)seen(fields, before);
      Fields alone(fields_of({".a.x", ".b"}), {}, {});
      CHECK(seen(fields, line) == seen(alone, line));
    }
  }
}

TEST_CASE("an event that is no JSON is bad whatever is read of it, and a blank line is none") {
  for (const auto& expressions :
       std::vector<std::vector<std::string>>{{}, {".a"}, {".a", ".b"}, {".a[]?", ".b[]?"}, {"1", "2"}}) {
    CAPTURE(expressions.size());
    CHECK(seen(expressions, "{\"a\":01}").starts_with("bad: "));
    CHECK(seen(expressions, "  ") == "blank");
  }
  CHECK(seen(std::vector<std::string>{}, "{}").empty());
}

TEST_CASE("conditions are judged as filter judges, and are false where they fail") {
  Fields fields({{"--agg", ".a > 1", Field::Kind::condition},
                 {"--agg", ".l[] > 1", Field::Kind::condition},
                 {"--agg", ".a | test(\"x\")", Field::Kind::condition},
                 {"--agg", ".a", Field::Kind::value}},
                {}, {});
  const std::string line = testing::padded(R"({"a":2,"l":[1,5]})");
  CHECK(fields.of_line({line.data(), line.size() - json::kPadding}) == Seen::some);
  CHECK(fields.holds(0));
  CHECK(fields.holds(1));
  CHECK_FALSE(fields.holds(2));
  CHECK_FALSE(fields.fault(0).has_value());
  CHECK(fields.fault(2).has_value());
  CHECK(fields.value(3).raw() == "2");
}

TEST_CASE("under -J the other members are there too, and a tombstone is seen with null for its value") {
  Fields fields(fields_of({"$ts", "$key", ".a"}), kEnvelope, {});
  CHECK(seen(fields, R"({"ts":5,"key":"k","value":{"a":1}})", true) == R"(5 "k" 1)");
  CHECK_FALSE(fields.tombstone());
  CHECK(seen(fields, R"({"ts":6,"key":"k","value":null})", true) == R"(6 "k" null)");
  CHECK(fields.tombstone());
  CHECK(seen(fields, R"({"ts":7})", true) == "bad: line is not an envelope: it has no value");
  CHECK_FALSE(fields.tombstone());
}

TEST_CASE("a record of a log is seen as the envelope it would be") {
  record::Envelope envelope;
  const std::string value = testing::padded(R"({"a":1})");
  envelope.record.value = record::Bytes(value.data(), value.size() - json::kPadding);
  envelope.record.key = record::Bytes(std::string_view("k"));
  envelope.record.ts.ms = 9;
  Fields fields(fields_of({"$ts", "$key", ".a"}), kEnvelope, {});
  CHECK(fields.of_record(envelope) == Seen::all);
  CHECK(fields.value(0).raw() == "9");
  CHECK(fields.value(2).raw() == "1");
  envelope.record.value = {};
  CHECK(fields.of_record(envelope) == Seen::all);
  CHECK(fields.tombstone());
}

TEST_CASE("a wrong expression is told by its flag, at its place") {
  try {
    const Fields fields({{"--by", ".a"}, {"--agg", ".b +"}}, {}, {});
    FAIL("it compiled");
  } catch (const base::Error& error) {
    CHECK(std::string(error.what()).starts_with("--agg: "));
    CHECK(error.place().starts_with("--agg:1:"));
  }
}

}  // namespace
}  // namespace weir::expr
