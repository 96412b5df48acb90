#include "cli/parser.h"

#include <doctest/doctest.h>

#include "base/error.h"

namespace {

using namespace weir;
using namespace std::chrono_literals;

enum class Policy { fail, skip };

struct Options {
  std::string expression;
  std::vector<std::string> inputs;
  bool invert = false;
  bool envelope = false;
  std::optional<std::uint64_t> count;
  std::string key = "none";
  std::vector<std::string> headers;
  std::vector<std::pair<std::string, std::string>> pairs;
  std::optional<bool> progress;
  std::chrono::nanoseconds tumbling{0};
  Policy policy = Policy::fail;
  std::string summary = "none";
};

cli::Flags flags(Options& o) {
  cli::Flag summary = cli::flag("--summary", "Say what happened", o.invert);
  summary.value_name = "json";
  summary.value_optional = true;
  summary.set = [&o](std::string_view value) { o.summary = std::string("<").append(value).append(">"); };
  return {cli::operand("EXPR", "The expression", o.expression),
          cli::operand("INPUT", "What to read", o.inputs),
          cli::flag("-v", "--invert", "The others", o.invert),
          cli::flag("-J", "--envelope", "Envelopes", o.envelope),
          cli::flag("-n", "--count", "N", "Stop after N", o.count).alias("-c"),
          cli::flag("-k", "--key", "KEY", "A key", o.key),
          cli::pair_flag("--arg", "NAME VALUE", "A constant", o.pairs),
          cli::flag("-H", "--header", "NAME=VALUE", "A header", o.headers),
          cli::on_off("--progress", "Show it", "Do not", o.progress),
          cli::flag("--tumbling", "DUR", "Windows", o.tumbling),
          cli::choice("--on-error", "Bad events", o.policy, {{"fail", Policy::fail}, {"skip", Policy::skip}}),
          summary,
          cli::check([&o] {
            if (o.key == "forbidden") throw base::Error(base::Kind::usage, "--key is forbidden").code("x");
          })};
}

Options read(std::vector<std::string> arguments) {
  Options options;
  cli::parse(flags(options), arguments);
  return options;
}

// "MESSAGE | HINT" of what a command line is refused with.
std::string refusal(std::vector<std::string> arguments) {
  try {
    read(std::move(arguments));
  } catch (const base::Error& error) {
    CHECK(error.kind() == base::Kind::usage);
    CHECK_FALSE(error.code().empty());
    return std::string(error.what()) + " | " + error.hint();
  }
  return "accepted";
}

TEST_CASE("operands go by position, and the last one takes all that are left") {
  const Options options = read({".a", "x", "-", "y"});
  CHECK(options.expression == ".a");
  CHECK(options.inputs == std::vector<std::string>{"x", "-", "y"});
  CHECK(read({".a"}).inputs.empty());
}

TEST_CASE("a flag's value is the next argument, the rest of it, or what follows '='") {
  CHECK(read({"-n", "5", "."}).count == 5);
  CHECK(read({"-n5", "."}).count == 5);
  CHECK(read({"--count", "5", "."}).count == 5);
  CHECK(read({"--count=5", "."}).count == 5);
  CHECK(read({"-c", "5", "."}).count == 5);
  CHECK(read({".", "--count", "5"}).count == 5);
  CHECK(read({"--key=a=b", "."}).key == "a=b");
  CHECK(read({"--key=", ".", "x"}).key.empty());
  CHECK(read({"--key=", ".", "x"}).inputs == std::vector<std::string>{"x"});
  CHECK(read({"--key", "", "."}).key.empty());
}

TEST_CASE("a flag's value may look like a flag, a number or a list") {
  CHECK(read({"--key", "-10", "."}).key == "-10");
  CHECK(read({"-k", "--invert", "."}).key == "--invert");
  CHECK_FALSE(read({"-k", "--invert", "."}).invert);
  CHECK(read({"-k", "[a,b]", "."}).key == "[a,b]");
  CHECK(read({"-k", "a b", "."}).key == "a b");
  CHECK(read({"-k", "++", "."}).key == "++");
  CHECK(read({"-k", "\"quoted\"", "."}).key == "\"quoted\"");
}

TEST_CASE("short switches may be written together") {
  const Options options = read({"-vJn5", "."});
  CHECK(options.invert);
  CHECK(options.envelope);
  CHECK(options.count == 5);
}

TEST_CASE("an optional value only ever follows '='") {
  CHECK(read({"--summary", "json"}).summary == "<>");
  CHECK(read({"--summary", "json"}).expression == "json");
  CHECK(read({"--summary=json", "."}).summary == "<json>");
  CHECK(read({"."}).summary == "none");
}

TEST_CASE("what is given twice counts the last time, and adds up where it is repeatable") {
  CHECK(read({"-n", "5", "-n", "7", "."}).count == 7);
  CHECK(read({"-n", "5", "--count=6", "."}).count == 6);
  CHECK(read({"-v", "-v", "."}).invert);
  CHECK(read({"-H", "a=1", "-H", "b=2", "."}).headers == std::vector<std::string>{"a=1", "b=2"});
  CHECK(read({"--progress", "--no-progress", "."}).progress == false);
  CHECK(read({"--no-progress", "--progress", "."}).progress == true);
  CHECK_FALSE(read({"."}).progress);
}

TEST_CASE("-- ends the flags, and only the first one does") {
  const Options options = read({"-v", "--", "-n", "--", "-", "++", "/x"});
  CHECK(options.expression == "-n");
  CHECK(options.inputs == std::vector<std::string>{"--", "-", "++", "/x"});
  CHECK_FALSE(options.count);
}

TEST_CASE("an unknown flag suggests the nearest") {
  CHECK(refusal({"--invrt", "."}) == "no flag --invrt | did you mean --invert?");
  CHECK(refusal({"--sumary=json", "."}) == "no flag --sumary | did you mean --summary?");
  CHECK(refusal({"--zzzzzz", "."}) == "no flag --zzzzzz | -h lists the flags");
  CHECK(refusal({"-x", "."}) == "no flag -x | -h lists the flags");
  CHECK(refusal({"-f", "x.jq"}) == "no flag -f | --from-file FILE");
  CHECK(refusal({"."}) == "accepted");
}

TEST_CASE("an expression that begins with '-' is told about --") {
  CHECK(refusal({"-.price > 1"}) ==
        "no flag -.price > 1 | an expression that begins with '-' needs -- before it: -- '-.price > 1'");
  CHECK(refusal({"-1"}) == "no flag -1 | an expression that begins with '-' needs -- before it: -- '-1'");
}

TEST_CASE("values that cannot be are refused under the name of their flag") {
  CHECK(refusal({"--tumbling", "10", "."}) == "--tumbling 10 has no unit | 10s, 10m or 10h?");
  CHECK(refusal({"-n", "x", "."}) == "--count x is no whole number | ");
  CHECK(refusal({"-n", "-5", "."}) == "--count -5 is less than 0 | ");
  CHECK(refusal({"-n", "99999999999999999999", "."})
            .starts_with("--count 99999999999999999999 is not between 0 and "));
  CHECK(refusal({"--on-error", "skp", "."}) ==
        "--on-error skp is none of fail or skip | did you mean 'skip'?");
  CHECK(refusal({"--on-error=", "."}) == "--on-error '' is none of fail or skip | ");
  CHECK(refusal({"--invert=yes", "."}) == "--invert takes no value | ");
  CHECK(refusal({"--invert=", "."}) == "--invert takes no value | ");
  CHECK(refusal({"-n", "-99999999999999999999", "."}) == "--count -99999999999999999999 is less than 0 | ");
}

TEST_CASE("what follows a flag with a value is that value, whatever it looks like") {
  for (const char* value : {"--invert=", "--count=", "--", "++", "-v", "--arg", "="}) {
    CAPTURE(value);
    const Options options = read({"--arg", "a", value, "-k", value, "."});
    REQUIRE(options.pairs.size() == 1);
    CHECK(options.pairs[0] == std::pair<std::string, std::string>{"a", value});
    CHECK(options.key == value);
    CHECK_FALSE(options.invert);
    CHECK(refusal({"--arg", value}) == "--arg needs NAME VALUE | -h lists the flags");
  }
  CHECK(read({"-vk", "--invert=", "."}).key == "--invert=");
  CHECK(read({"-vk--", "--", "."}).key == "--");
}

TEST_CASE("what is told of a value that is missing comes after the flags that say how to tell it") {
  Options options;
  const cli::Flags all = flags(options);
  CHECK_THROWS_AS(cli::parse(all, {".", "-v", "--arg", "x"}), base::Error);
  CHECK(options.invert);
  options.invert = false;
  CHECK_THROWS_AS(cli::parse(all, {"--progress=", ".", "-v"}), base::Error);
  CHECK(options.invert);
}

TEST_CASE("what is missing, or too much, is named") {
  CHECK(refusal({}) == "EXPR is missing | -h shows how it is used");
  CHECK(refusal({"-v"}) == "EXPR is missing | -h shows how it is used");
  CHECK(refusal({".", "-n"}) == "-n needs a value | -h lists the flags");
  CHECK(refusal({".", "--count"}) == "--count needs a value | -h lists the flags");
  CHECK(refusal({".", "--arg", "x"}) == "--arg needs NAME VALUE | -h lists the flags");
  CHECK(refusal({".", "--arg"}) == "--arg needs NAME VALUE | -h lists the flags");
  std::string only;
  try {
    cli::parse({cli::operand("ONE", "the only one", only)}, {"a", "b"});
    FAIL("accepted");
  } catch (const base::Error& error) {
    CHECK(std::string(error.what()) == "unexpected argument 'b'");
  }
}

TEST_CASE("checks run once all flags are read") {
  CHECK(refusal({"-k", "forbidden", "."}) == "--key is forbidden | ");
  CHECK(refusal({"-k", "forbidden", "-k", "fine", "."}) == "accepted");
}

TEST_CASE("numbers with a fraction are read without exceptions to the rule") {
  CHECK(cli::parse_number("1.5") == 1.5);
  CHECK(cli::parse_number("-2e3") == -2000);
  for (const char* bad : {"", "x", "1x", "inf", "nan", "1e999", " 1"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(cli::parse_number(bad), base::Error);
  }
}

}  // namespace
