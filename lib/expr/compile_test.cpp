// What compiles, what does not, and what is said about it.
#include "expr/compile.h"

#include <doctest/doctest.h>

#include <string>

#include "expr/expr_test_words.h"
#include "expr/meant.h"
#include "expr/parser.h"

namespace weir::expr {
namespace {

using testing::complaint;

Compiled compiled(const std::string& text) {
  const Source source{text};
  return compile(*parse(source), source, {});
}

std::string off_the_line(std::string_view text) {
  Setup setup;
  setup.engine = Engine::fast;
  return complaint(text, setup);
}

std::vector<std::string> paths(const std::string& text) {
  std::vector<std::string> drawn;
  for (const json::Path& path : compiled(text).paths) {
    std::string one;
    for (const json::Step& step : path)
      one += step.is_index ? "[" + std::to_string(step.index) + "]" : "." + step.name;
    drawn.push_back(one.empty() ? "." : one);
  }
  return drawn;
}

TEST_CASE("every path from the event becomes a slot, once, through pipes as well") {
  using List = std::vector<std::string>;
  CHECK(paths(".price > 100") == List{".price"});
  CHECK(paths(".a.b[0] == .a.b[-1] and .a.b[0]") == List{".a.b[0]", ".a.b[-1]"});
  CHECK(paths(".a | .b | length") == List{".a", ".a.b"});
  CHECK(paths("(.a | .b), (.a.b)") == List{".a", ".a.b"});
  CHECK(paths(".a | (.b | not) | .c") == List{".a", ".a.b"});
  CHECK(paths("length") == List{"."});
  CHECK(paths("1 == 2").empty());
}

TEST_CASE("a pipe of thousands of members takes room as its text, not as the square of it") {
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += ".a|";
  std::size_t steps = 0;
  for (const json::Path& path : compiled(text + ".b").paths) steps += path.size();
  CHECK(steps < 10'000);
  std::string event = "7";
  for (int i = 0; i < 100; ++i) event = "{\"a\":" + event + "}";
  text.resize(100 * 3 - 1);
  CHECK(testing::results(text, event) == "7");
}

TEST_CASE("an expression with exactly one result is known as such") {
  CHECK(compiled(".a.b > 1 and (.c | length) == 2 | not").code.single);
  CHECK(compiled("[.[]]").code.single);
  CHECK_FALSE(compiled(".[]").code.single);
  CHECK_FALSE(compiled(".a?").code.single);
  CHECK_FALSE(compiled("1, 2").code.single);
}

TEST_CASE("what the line engine cannot run is named and pointed at") {
  CHECK(off_the_line("1 + reduce .[] as $x (0; 1)") ==
        "'reduce' needs the tree engine @ 1:5 [--engine auto]");
  CHECK(off_the_line(".a as [$x] | $x") ==
        "taking a value apart with 'as' needs the tree engine @ 1:4 [--engine auto]");
  CHECK(off_the_line(".a | reduce .[] as $x (0; 1)") ==
        "'reduce' needs the tree engine @ 1:6 [--engine auto]");
  CHECK(off_the_line("foreach .[] as $x (0; 1)") == "'foreach' needs the tree engine @ 1:1 [--engine auto]");
  CHECK(off_the_line("def f: 1; f") == "'def' needs the tree engine @ 1:1 [--engine auto]");
  CHECK(off_the_line("label $f | 1") == "'label' needs the tree engine @ 1:1 [--engine auto]");
  CHECK(off_the_line("..") == "'..' needs the tree engine @ 1:1 [--engine auto]");
  CHECK(off_the_line(".a |= 1") == "assignment with '|=' needs the tree engine @ 1:4 [--engine auto]");
  CHECK(off_the_line(".a = 1") == "assignment needs the tree engine @ 1:4 [compare with ==]");
}

TEST_CASE("what is left out on purpose says so") {
  for (const char* name : {"env", "now", "input", "inputs", "input_filename", "input_line_number", "halt",
                           "halt_error", "debug", "stderr"}) {
    CAPTURE(name);
    CHECK(complaint(name) ==
          "'" + std::string(name) +
              "' is left out on purpose @ 1:1 [an expression cannot reach outside its event]");
  }
  CHECK(complaint("$ENV.PATH") ==
        "'$ENV' is left out on purpose @ 1:1 [an expression cannot reach outside its event]");
  CHECK(complaint("$__prog_args") ==
        "'$__prog_args' is left out on purpose @ 1:1 [an expression cannot reach outside its event]");
}

TEST_CASE("an unknown name suggests the nearest, or what was probably meant") {
  CHECK(complaint("lenght") == "there is no function 'lenght' @ 1:1 [did you mean 'length'?]");
  CHECK(complaint("mag > 1") ==
        "there is no function 'mag' @ 1:1 [a member of the event is .mag; or did you mean 'map(...)'?]");
  CHECK(complaint(".a | startwith(\"x\")") ==
        "there is no function 'startwith' @ 1:6 [did you mean 'startswith'?]");
  CHECK(
      complaint("hostname == \"x\"") ==
      "there is no function 'hostname' @ 1:1 [a member of the event is .hostname, a string is \"hostname\"]");
  CHECK(complaint("has") == "has takes 1 argument, not 0 @ 1:1 [has(...)]");
  CHECK(complaint("length(.a)") == "length takes no argument, not 1 @ 1:1 [.member | length]");
  CHECK(complaint("$nope") == "$nope is not defined @ 1:1 [--arg nope VALUE]");
  CHECK(complaint("$key == 1") == "$key is known only for envelopes @ 1:1 [read envelopes with -J]");
}

TEST_CASE("a word beside a comparison is a string or a member, and no misspelt function") {
  CHECK(complaint(".customer == ada") ==
        "there is no function 'ada' @ 1:14 [a string is \"ada\", with EXPR in single quotes; "
        "a member of the event is .ada]");
  CHECK(complaint("ada == .customer") ==
        "there is no function 'ada' @ 1:1 [a member of the event is .ada, a string is \"ada\"]");
  CHECK(complaint(".a!=upper").find("[a string is \"upper\"") != std::string::npos);
  CHECK(complaint(".user-agent") ==
        "there is no function 'agent' @ 1:7 [a member with a dash in its name is .\"user-agent\"]");
}

TEST_CASE("a format that there is not is a mistake of the expression, wherever it stands") {
  constexpr const char* kKnown = " [one of @text @json @csv @tsv @html @uri @sh @base64 @base64d]";
  CHECK(complaint("@xml") == std::string("there is no format @xml @ 1:1") + kKnown);
  CHECK(complaint(".a | @jsn \"x\\(.)\"") == std::string("there is no format @jsn @ 1:6") + kKnown);
  CHECK(complaint("empty | {@xml}") == std::string("there is no format @xml @ 1:10") + kKnown);
  for (const char* known : {"@text", "@json", "@csv", "@tsv", "@html", "@uri", "@sh", "@base64", "@base64d"})
    CHECK(complaint(known).empty());
}

TEST_CASE("habits of other languages are answered with what they are here") {
  const auto hint = [](std::string_view text) {
    const std::string said = complaint(text);
    const std::size_t from = said.find('[');
    return from == std::string::npos ? said : said.substr(from);
  };
  CHECK(hint(".a | upper") == "[.name | ascii_upcase; a member of the event is .upper]");
  CHECK(hint("toLower(.a)") == "[.name | ascii_downcase]");
  CHECK(hint("replace(.a, \"b\", \"c\")") == "[.name | gsub(\"old\"; \"new\")]");
  CHECK(hint("LEN(.a) > 3") == "[.name | length]");
  CHECK(hint(".a | trim_left") == "[.name | ltrim; a member of the event is .trim_left]");
  CHECK(hint(".a == NULL") == "[null]");
  CHECK(hint(".a || .b") == "[did you mean 'or'?]");
  CHECK(hint(".a && .b") == "[did you mean 'and'?]");
  CHECK(hint(".a <> .b") == "[differs is !=]");
  CHECK(hint(".a =~ \"b\"") == "[.name | test(\"regex\")]");
  CHECK(hint(".a like \"b\"") == "[.name | test(\"regex\")]");
  CHECK(hint(".a contains \"b\"") == "[.name | contains(\"text\")]");
  CHECK(hint(".a is null") == "[.name == null, or .name != null]");
  CHECK(hint(".a in (1, 2)") == "[.name | IN(\"a\", \"b\")]");
  CHECK(hint(".a AND .b") == "[.a and .b]");
  CHECK(hint("if .a then 1 else if .b then 2 else 3 end") == "['else if' is written elif]");
  CHECK(complaint("if .a then 1 else if .b then 2 else 3 end end").empty());
  CHECK(hint(".a == \u201cb\u201d") == "[quotes are straight: \"text\"]");
}

TEST_CASE("what is told for a habit compiles") {
  for (const char* name : {"upper", "lower",  "len",    "count", "replace",    "substr",   "sum",
                           "avg",   "rstrip", "lstrip", "strip", "indexof",    "includes", "isnull",
                           "nvl",   "str",    "int",    "float", "parse_json", "stringify"}) {
    CAPTURE(name);
    REQUIRE_FALSE(meant_by_function(name).empty());
    CHECK(complaint(meant_by_function(name)).empty());
  }
  for (const char* word :
       {"in", "ilike", "like", "contains", "startswith", "endswith", "between", "div", "mod"}) {
    CAPTURE(word);
    CHECK(complaint(meant_by_infix(word)).empty());
  }
}

TEST_CASE("patterns of the command line are judged where they are used, by both engines alike") {
  Setup setup;
  setup.variables = {{"re", "\"[\""}, {"good", "\"A\""}, {"flag", "\"x\""}, {"number", "5"}};
  for (const Engine engine : {Engine::automatic, Engine::tree}) {
    setup.engine = engine;
    const auto said = [&](std::string_view text) { return complaint(text, setup); };
    CHECK(said("test($re)").find("missing ]: [ @ 1:6") != std::string::npos);
    CHECK(said("test([$re, \"i\"])").find("missing ]: [ @ 1:7") != std::string::npos);
    CHECK(said("gsub($re; \"\")").find("missing ]: [ @ 1:6") != std::string::npos);
    CHECK(said("split($re; null)").find("missing ]: [ @ 1:7") != std::string::npos);
    CHECK(said("split(\"[\"; null)").find("missing ]: [ @ 1:7") != std::string::npos);
    CHECK(said("[scan($good; $flag)]").find("the flag x is not supported @ 1:14") != std::string::npos);
    CHECK(said("test($good), $re").empty());
    CHECK(said("test($number)").empty());
    CHECK(said(". as $re | test($re), gsub($re; \"\")").empty());
    CHECK(said("def f($re): test($re); f(.)").empty());
  }
}

TEST_CASE("a pattern of the command line, and one with its flags in an array, match") {
  Setup setup;
  setup.variables = {{"re", "\"B\\\\.\""}, {"flags", "\"i\""}};
  for (const Engine engine : {Engine::automatic, Engine::tree}) {
    setup.engine = engine;
    const auto given = [&](std::string_view text) { return testing::results(text, "\"ab.c\"", setup); };
    CHECK(given("test($re), test($re; $flags), test([$re, $flags]), test([\"a\"])") ==
          "false true true true");
    CHECK(given("[test([\"A\", \"i\"], [\"A\", null])]") == "[true,false]");
    CHECK(given("test([\"\", \"n\"])") == "false");
    CHECK(given("test([\"a\", \"q\"])") == "!q is not a valid modifier string");
    CHECK(given("5 | test([\"a\", \"i\"])") == "!number (5) cannot be matched, as it is not a string");
    CHECK(given("sub($re; \"-\"; $flags)") == "\"a-c\"");
  }
}

TEST_CASE("look-around, back-references and the x flag are refused by name") {
  CHECK(complaint(".a | test(\"a(?=b)\")") ==
        "bad regular expression: look-around (?= is not supported (regular expressions run in linear time) @ "
        "1:11 "
        "[the syntax is RE2's: weir-expressions(7)]");
  CHECK(complaint(".a|test(\"(?<!b)\")").find("look-around") != std::string::npos);
  CHECK(complaint(".a|test(\"(?<=b)\")").find("look-around") != std::string::npos);
  CHECK(complaint(".a|test(\"(?!b)\")").find("look-around (?!") != std::string::npos);
  CHECK(complaint(".a|test(\"(a)\\\\1\")").find("the back-reference \\1 is not supported") !=
        std::string::npos);
  CHECK(complaint(".a|test(\"a\"; \"x\")").find("the flag x is not supported @ 1:14") != std::string::npos);
  CHECK(complaint(".a|test(\"[\")").find("bad regular expression: missing ]") != std::string::npos);
}

TEST_CASE("too many parts with several results are refused, so that the stack stays bounded") {
  std::string text = ".[]";
  for (int i = 0; i < 3000; ++i) text += "|.[]";
  CHECK(complaint(text).find("parts with several results") != std::string::npos);
}

}  // namespace
}  // namespace weir::expr
